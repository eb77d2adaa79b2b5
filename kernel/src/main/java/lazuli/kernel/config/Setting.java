package lazuli.kernel.config;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import lazuli.kernel.ext.UsageException;

/**
 * One thing that {@code %config} shows and changes.
 *
 * @param name what the user types
 * @param accepts the values, in words
 * @param help one line
 * @param restart whether it holds only from the kernel's next start on
 * @param value its value now
 * @param change sets it; throws {@link UsageException} for a value that it does not accept
 */
public record Setting(
    String name,
    String accepts,
    String help,
    boolean restart,
    Supplier<String> value,
    Consumer<String> change) {
  /**
   * {@return a setting that holds at once and is one of two words}
   *
   * @param name what the user types
   * @param yes the word for true
   * @param no the word for false
   * @param help one line
   * @param now whether it is true now
   * @param change sets it
   */
  public static Setting either(
      String name,
      String yes,
      String no,
      String help,
      Supplier<Boolean> now,
      Consumer<Boolean> change) {
    return new Setting(
        name,
        yes + " or " + no,
        help,
        false,
        () -> now.get() ? yes : no,
        text -> change.accept(is(name, text, yes, no)));
  }

  private static boolean is(String name, String text, String yes, String no) {
    if (!List.of(yes, no).contains(text)) {
      throw refused(name, text, "write " + name + "=" + yes + " or " + name + "=" + no);
    }
    return text.equals(yes);
  }

  /**
   * {@return a setting that holds at once and is a number of bytes}
   *
   * @param name what the user types
   * @param help one line
   * @param now the bytes now
   * @param change sets them
   */
  public static Setting size(String name, String help, Supplier<Long> now, Consumer<Long> change) {
    return new Setting(
        name,
        "a size such as 50m",
        help,
        false,
        () -> text(now.get()),
        text -> change.accept(bytes(name, text)));
  }

  private static String text(long bytes) {
    for (int shift : new int[] {30, 20, 10}) {
      if (bytes > 0 && bytes % (1L << shift) == 0) {
        return (bytes >> shift) + (shift == 30 ? "g" : shift == 20 ? "m" : "k");
      }
    }
    return String.valueOf(bytes);
  }

  static long bytes(String name, String text) {
    if (!text.matches("[1-9][0-9]{0,9}[kmgKMG]?")) {
      throw refused(
          name, text, "write a number of bytes, with k, m or g behind it, such as " + name + "=2g");
    }
    char unit = Character.toLowerCase(text.charAt(text.length() - 1));
    int shift = unit == 'g' ? 30 : unit == 'm' ? 20 : unit == 'k' ? 10 : 0;
    return Long.parseLong(shift == 0 ? text : text.substring(0, text.length() - 1)) << shift;
  }

  static UsageException refused(String name, String text, String fix) {
    return new UsageException("%config: " + name + " does not take '" + text + "'; " + fix);
  }
}
