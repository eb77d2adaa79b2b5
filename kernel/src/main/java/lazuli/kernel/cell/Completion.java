package lazuli.kernel.cell;

import java.util.List;

/**
 * What can replace the text between two offsets.
 *
 * @param start where the replaced text begins, in UTF-16 units
 * @param end where it ends: the cursor
 * @param items the choices, the best first
 */
public record Completion(int start, int end, List<Item> items) {
  /** Copies the list. */
  public Completion {
    items = List.copyOf(items);
  }

  /**
   * One choice.
   *
   * @param text the whole replacement, such as {@code substring(}
   * @param type {@code method, field, variable, class, package} or {@code keyword}
   */
  public record Item(String text, String type) {}
}
