package lazuli.kernel.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Supplier;
import java.util.zip.ZipFile;
import lazuli.kernel.cell.JavaSession;
import lazuli.kernel.ext.Extension;
import lazuli.kernel.ext.Host;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.ext.Notebook;
import lazuli.kernel.magic.Words;
import lazuli.kernel.wire.Log;
import org.jspecify.annotations.Nullable;

/**
 * The notebook of this session.
 *
 * <p>Mutable state: which paths and extensions were added, guarded by this object's monitor.
 */
final class LiveNotebook implements Notebook {
  private static final String SERVICE = "META-INF/services/" + Extension.class.getName();

  private final Extensions extensions;
  private final CellSurface surface;
  private final Supplier<JavaSession> java;
  private final boolean loadExtensions;
  private final Bridges bridges;
  private final Set<Path> added = new LinkedHashSet<>();
  private final Set<String> installed = new LinkedHashSet<>();

  /**
   * Makes it.
   *
   * @param java the Java session, waiting for it
   * @param loadExtensions whether extensions in added jars are installed
   */
  LiveNotebook(
      Extensions extensions,
      CellSurface surface,
      Supplier<JavaSession> java,
      boolean loadExtensions) {
    this.extensions = extensions;
    this.surface = surface;
    this.java = java;
    this.loadExtensions = loadExtensions;
    bridges = new Bridges(this);
    extensions.lookAtCode(bridges::before);
  }

  /** {@return a runner of code that is no cell} */
  CellRunner runner(String label) {
    return new CellRunner(java.get(), extensions, surface, label);
  }

  @Override
  public @Nullable Object evaluate(String cell) throws Exception {
    return runner("eval").evaluate(cell);
  }

  @Override
  public @Nullable Object lineMagic(String name, List<String> arguments) throws Exception {
    return runner("lineMagic").magic(name, Words.join(arguments), null);
  }

  @Override
  public @Nullable Object cellMagic(String name, List<String> arguments, String body)
      throws Exception {
    return runner("cellMagic").magic(name, Words.join(arguments), body);
  }

  @Override
  public void addToClasspath(List<Path> paths) {
    List<Path> fresh = new ArrayList<>();
    synchronized (this) {
      for (Path path : paths) {
        if (added.add(path.toAbsolutePath().normalize())) {
          fresh.add(path.toAbsolutePath().normalize());
        }
      }
    }
    java.get().addToClasspath(fresh);
    if (loadExtensions && fresh.stream().anyMatch(path -> holds(path, SERVICE))) {
      installExtensions();
    }
    if (loadExtensions) {
      bridges.added(fresh);
    }
  }

  private void installExtensions() {
    for (ServiceLoader.Provider<Extension> found :
        ServiceLoader.load(Extension.class, loader()).stream().toList()) {
      // Those of the kernel's own class path were installed at the start.
      boolean late = found.type().getClassLoader() == loader();
      boolean first;
      synchronized (this) {
        first = late && installed.add(found.type().getName());
      }
      if (first) {
        extensions.install(found.get());
        extensions.takeLateImports().forEach(this::importNow);
      }
    }
  }

  void importNow(String declaration) {
    try {
      evaluate(declaration);
    } catch (Exception e) {
      Log.warn("an extension's import failed: " + e.getMessage());
    }
  }

  /** {@return whether a jar or directory holds a file} */
  static boolean holds(Path path, String file) {
    if (Files.isDirectory(path)) {
      return Files.exists(path.resolve(file));
    }
    try (ZipFile jar = new ZipFile(path.toFile())) {
      return jar.getEntry(file) != null;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public ClassLoader loader() {
    return java.get().loader();
  }

  @Override
  public Host host() {
    return extensions;
  }

  @Override
  public void display(String id, MimeBundle bundle) {
    surface.show(id, bundle);
  }

  @Override
  public void updateDisplay(String id, MimeBundle bundle) {
    surface.update(id, bundle);
  }

  @Override
  public MimeBundle render(@Nullable Object value, String... mimes) {
    return surface.renderers().render(value, mimes);
  }
}
