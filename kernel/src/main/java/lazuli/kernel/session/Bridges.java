package lazuli.kernel.session;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import lazuli.kernel.ext.UsageException;
import lazuli.kernel.maven.Isolated;
import lazuli.kernel.notebook.Bridge;
import org.jspecify.annotations.Nullable;

/**
 * Brings in the API of IJava or JJava when code first mentions it.
 *
 * <p>Mutable state: which are in, guarded by this object's monitor.
 */
final class Bridges {
  /** A kernel whose notebooks run here. */
  private enum Other {
    JJAVA(
        "org.dflib.jjava",
        "\\bkernel\\(\\s*\\)",
        "org.dflib.jjava.kernel.JavaNotebookStatics",
        "META-INF/services/org.dflib.jjava.jupyter.Extension"),
    IJAVA(
        "io.github.spencerpark",
        "\\bgetKernelInstance\\(\\s*\\)",
        "io.github.spencerpark.ijava.IJava",
        "META-INF/services/none");

    private final String packages;
    private final Pattern function;
    private final String bridge;
    private final String service;

    Other(String packages, String function, String bridge, String service) {
      this.packages = packages;
      this.function = Pattern.compile(function);
      this.bridge = bridge;
      this.service = service;
    }
  }

  private static final Pattern RENDER = Pattern.compile("\\bDisplayData\\b");

  private final LiveNotebook notebook;
  private final Map<Other, Bridge> in = new EnumMap<>(Other.class);
  private @Nullable Other render;

  Bridges(LiveNotebook notebook) {
    this.notebook = notebook;
  }

  /** Looks at code that is about to run. */
  void before(String code) {
    // Nearly every cell mentions neither.
    boolean mentions =
        code.contains("org.dflib.jjava")
            || code.contains("io.github.spencerpark")
            || code.contains("kernel(")
            || code.contains("getKernelInstance(");
    if (mentions || !in.isEmpty() && code.contains("DisplayData")) {
      look(code);
    }
  }

  private synchronized void look(String code) {
    for (Other other : Other.values()) {
      boolean function = other.function.matcher(code).find();
      if (code.contains(other.packages) || function && mayAdd(other)) {
        bring(other);
      }
    }
    if (render == null && !in.isEmpty() && RENDER.matcher(code).find()) {
      // The API that is named, else the one that came first.
      render =
          in.keySet().stream()
              .filter(one -> code.contains(one.packages))
              .findFirst()
              .orElse(in.keySet().iterator().next());
      notebook.importNow(bring(render).render());
    }
  }

  /** {@code getKernelInstance()} is JJava's too: where its API is in use it is not IJava's. */
  private boolean mayAdd(Other other) {
    return other == Other.JJAVA || !in.containsKey(Other.JJAVA);
  }

  private synchronized Bridge bring(Other other) {
    Bridge known = in.get(other);
    if (known != null) {
      return known;
    }
    Bridge bridge = load(other.bridge);
    in.put(other, bridge);
    bridge.install(notebook).forEach(notebook::importNow);
    return bridge;
  }

  private Bridge load(String name) {
    try {
      Class.forName(name, false, notebook.loader());
    } catch (ClassNotFoundException e) {
      notebook.addToClasspath(Isolated.libraries("bridge"));
    }
    try {
      return (Bridge)
          Class.forName(name, true, notebook.loader()).getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new UsageException(
          "the API of IJava and JJava cannot be used (" + e + "); install again");
    }
  }

  /** Looks at jars that were added: extensions for JJava are installed. */
  void added(List<Path> paths) {
    for (Other other : Other.values()) {
      if (paths.stream().anyMatch(path -> LiveNotebook.holds(path, other.service))) {
        bring(other).installExtensions(notebook.loader());
      }
    }
  }
}
