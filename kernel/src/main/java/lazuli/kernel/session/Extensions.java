package lazuli.kernel.session;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import lazuli.kernel.cell.JavaSession;
import lazuli.kernel.display.Renderers;
import lazuli.kernel.display.Results;
import lazuli.kernel.ext.Extension;
import lazuli.kernel.ext.Host;
import lazuli.kernel.ext.Magic;
import lazuli.kernel.ext.Renderer;
import lazuli.kernel.ext.Whereabouts;
import lazuli.kernel.wire.Log;
import org.jspecify.annotations.Nullable;

/** What extensions and the kernel itself registered, at the start or later. Thread-safe. */
final class Extensions implements Host {
  private final Map<String, Magic> magics = new ConcurrentSkipListMap<>();
  private final List<String> imports = new ArrayList<>();
  private final List<Runnable> warming = new ArrayList<>();
  private final Renderers renderers;
  private volatile Consumer<String> look = code -> {};
  private final Results results;
  private volatile @Nullable JavaSession java;

  private final Whereabouts whereabouts =
      new Whereabouts() {
        @Override
        public String cell() {
          JavaSession up = java;
          return up == null ? "" : up.runningCell();
        }

        @Override
        public String line(StackTraceElement frame) {
          JavaSession up = java;
          return up == null ? "" : up.place(frame);
        }
      };

  Extensions(Renderers renderers, Results results) {
    this.renderers = renderers;
    this.results = results;
  }

  /** Lets something look at code that is about to run. */
  void lookAtCode(Consumer<String> looker) {
    look = looker;
  }

  /** Says which session runs the cells. */
  void runBy(JavaSession session) {
    java = session;
  }

  void before(String code) {
    look.accept(code);
  }

  /** Installs an extension; one that fails is left out with a line on stderr. */
  void install(Extension extension) {
    try {
      extension.install(this);
    } catch (RuntimeException | LinkageError e) {
      Log.warn("extension " + extension.getClass().getName() + " was not installed: " + e);
    }
  }

  @Override
  public void magic(Magic magic) {
    magics.put(magic.name(), magic);
    magic.aliases().forEach(alias -> magics.put(alias, magic));
  }

  @Override
  public <T> void renderer(Class<T> type, Renderer<? super T> renderer) {
    renderers.add(type, renderer);
  }

  @Override
  public synchronized void imports(String declaration) {
    imports.add(declaration);
  }

  @Override
  public void holdWeakly(Class<?> type) {
    results.holdWeakly(type);
  }

  @Override
  public void warm(Runnable work) {
    warming.add(work);
  }

  @Override
  public Whereabouts whereabouts() {
    return whereabouts;
  }

  @Nullable Magic magicNamed(String name) {
    return magics.get(name);
  }

  /** {@return every magic once, in the order of the names} */
  Collection<Magic> magics() {
    return magics.entrySet().stream()
        .filter(one -> one.getKey().equals(one.getValue().name()))
        .map(Map.Entry::getValue)
        .toList();
  }

  Collection<String> magicNames() {
    return magics.keySet();
  }

  synchronized List<String> imports() {
    return takeLateImports();
  }

  /** {@return the imports that were registered since this was last asked} */
  synchronized List<String> takeLateImports() {
    List<String> late = List.copyOf(imports);
    imports.clear();
    return late;
  }

  List<Runnable> warming() {
    return List.copyOf(warming);
  }
}
