package lazuli.magics.sdpa;

import java.util.List;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.option.Nearest;

/** Names of kernels as {@code --backend} lists them. */
final class Kernels {
  /** Those that some backend has, or may have on another machine. */
  private static final List<String> NAMES = List.of("auto", "naive", "flash", "split", "reference");

  private Kernels() {}

  /**
   * {@return the names in a text} A slip of the pen is refused at once; a name that nothing here
   * resembles is left to the plan, which says what it has.
   */
  static List<String> list(String text) {
    List<String> names = List.of(text.split(",", -1));
    for (String name : names) {
      String hint = NAMES.contains(name) ? "" : Nearest.hint(name, NAMES);
      if (!hint.isEmpty() || name.isBlank()) {
        throw new UsageException(
            "unknown kernel '" + name + "'; one of " + String.join(" ", NAMES) + hint);
      }
    }
    return names;
  }
}
