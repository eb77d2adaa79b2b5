package lazuli.gpu.lib;

import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Looks for optional libraries: in the folders of {@code LAZULI_CUDA_LIBS}, in {@code CUDA_HOME},
 * and where the system's loader looks; the newest major version first.
 */
public final class Libraries {
  /** Where to go on when a library is not there. */
  private static final String ADVICE = "name its folder in LAZULI_CUDA_LIBS";

  private final List<Path> folders;

  /**
   * Takes the folders from environment variables.
   *
   * @param environment usually {@code System.getenv()}
   */
  public Libraries(Map<String, String> environment) {
    List<Path> all = new ArrayList<>();
    for (String folder :
        environment.getOrDefault("LAZULI_CUDA_LIBS", "").split(File.pathSeparator)) {
      if (!folder.isEmpty()) {
        all.add(Path.of(folder));
      }
    }
    String home = environment.get("CUDA_HOME");
    if (home != null && !home.isEmpty()) {
      all.add(Path.of(home, "lib64"));
      all.add(Path.of(home, "lib"));
    }
    folders = List.copyOf(all);
  }

  /** What was found of one library. */
  public sealed interface Found {
    /**
     * It is loaded.
     *
     * @param name its file
     * @param symbols its functions
     */
    record Library(String name, SymbolLookup symbols) implements Found {}

    /**
     * It is not there, or does not load.
     *
     * @param reason what was looked for
     */
    record Absent(String reason) implements Found {}
  }

  /**
   * {@return the first of the names that loads}
   *
   * @param names file names, the best first, such as {@code libcublasLt.so.13}
   */
  public Found find(String... names) {
    for (String name : names) {
      for (Path folder : folders) {
        Path file = folder.resolve(name);
        if (Files.isRegularFile(file)) {
          try {
            return new Found.Library(
                file.toString(), SymbolLookup.libraryLookup(file, Arena.global()));
          } catch (IllegalArgumentException broken) {
            return new Found.Absent(file + " does not load: " + broken.getMessage());
          }
        }
      }
      try {
        return new Found.Library(name, SymbolLookup.libraryLookup(name, Arena.global()));
      } catch (IllegalArgumentException absent) {
        // The next name.
      }
    }
    return new Found.Absent(String.join(" and ", names) + " were not found; " + ADVICE);
  }

  /** {@return a line about cuBLASLt for tables} */
  public static String products(Found found) {
    return switch (found) {
      case Found.Library(String name, SymbolLookup symbols) ->
          "cuBLASLt multiplies where it is faster (" + name + ")";
      case Found.Absent(String reason) -> "no cuBLASLt, own kernels multiply: " + reason;
    };
  }
}
