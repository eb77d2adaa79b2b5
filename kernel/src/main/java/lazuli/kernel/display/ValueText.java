package lazuli.kernel.display;

import java.lang.reflect.Array;
import org.jspecify.annotations.Nullable;

/** The plain text of a value: {@code String.valueOf}, arrays written out, the length bounded. */
final class ValueText {
  private static final int LONGEST = 100_000;
  private static final int MOST_ITEMS = 1_000;
  private static final int DEEPEST = 16;

  private int itemsLeft = MOST_ITEMS;
  private final StringBuilder out = new StringBuilder();

  private ValueText() {}

  /** {@return the text; never throws for what the value's own code throws} */
  static String of(@Nullable Object value) {
    if (value == null || !value.getClass().isArray()) {
      return cut(guarded(value));
    }
    var text = new ValueText();
    text.array(value, 1);
    return cut(text.out.toString());
  }

  private void array(Object array, int depth) {
    int length = Array.getLength(array);
    out.append('[');
    for (int i = 0; i < length; i++) {
      out.append(i == 0 ? "" : ", ");
      if (itemsLeft == 0) {
        out.append("... ").append(length - i).append(" more");
        break;
      }
      Object item = Array.get(array, i);
      if (item != null && item.getClass().isArray()) {
        if (depth == DEEPEST) {
          out.append("[...]");
        } else {
          array(item, depth + 1);
        }
      } else {
        itemsLeft--;
        out.append(guarded(item));
      }
    }
    out.append(']');
  }

  @SuppressWarnings("removal") // ThreadDeath is how a running cell is stopped.
  private static String guarded(@Nullable Object value) {
    try {
      return String.valueOf(value);
    } catch (ThreadDeath stop) {
      throw stop;
    } catch (Throwable thrown) {
      String type = value == null ? "null" : value.getClass().getTypeName();
      return type + ": its toString() threw " + describe(thrown);
    }
  }

  /** {@return what was thrown in one line, though its own message may throw too} */
  static String describe(Throwable thrown) {
    String type = thrown.getClass().getName();
    try {
      String message = thrown.getMessage();
      return message == null ? type : type + ": " + message;
    } catch (RuntimeException alsoThrown) {
      return type;
    }
  }

  private static String cut(String text) {
    if (text.length() <= LONGEST) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
    return text.substring(0, end) + "\n... " + (text.length() - end) + " more characters";
  }
}
