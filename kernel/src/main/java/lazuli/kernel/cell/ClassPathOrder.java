package lazuli.kernel.cell;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import org.jspecify.annotations.Nullable;

/**
 * The class path that cells are compiled against: what was added stands before the application's
 * own libraries, as {@link SessionLoader} loads it. JShell itself appends.
 *
 * <p>Mutable state: the added paths, guarded by the compiler's lock, which every caller holds.
 */
final class ClassPathOrder {
  private final List<Path> added = new ArrayList<>();
  private @Nullable StandardJavaFileManager files;

  /** Takes the file manager of JShell's compiler. */
  void of(StandardJavaFileManager compilers) {
    files = compilers;
  }

  /** Puts paths behind those that were added before, and all of them first. */
  void addFirst(List<Path> paths) {
    added.addAll(paths);
    StandardJavaFileManager compilers = files;
    if (compilers == null) {
      return;
    }
    List<Path> application =
        Stream.of(System.getProperty("java.class.path", "").split(File.pathSeparator))
            .filter(path -> !path.isEmpty())
            .map(Path::of)
            .toList();
    List<Path> all = new ArrayList<>(added);
    all.addAll(application);
    try {
      compilers.setLocationFromPaths(StandardLocation.CLASS_PATH, all);
    } catch (IOException e) {
      throw new UncheckedIOException("the class path cannot be set", e);
    }
  }
}
