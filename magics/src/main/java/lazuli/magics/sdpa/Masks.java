package lazuli.magics.sdpa;

import java.util.List;
import java.util.Map;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.option.Nearest;

/** Masks as {@code --mask} names them. */
final class Masks {
  private static final List<String> NAMES = List.of("none", "causal");

  private Masks() {}

  /**
   * {@return the setting with a mask}
   *
   * @param base the operands
   * @param mask {@code none}, {@code causal} or {@code @ARRAY}
   * @param given whether the user asked for it: {@code none} then drops a mask array
   * @param variables of the session
   */
  static Setting masked(Setting base, String mask, boolean given, Map<String, ?> variables) {
    if (mask.startsWith("@") && mask.length() > 1) {
      return base.with(Setting.array(mask.substring(1), variables), false);
    }
    return switch (mask) {
      case "none" -> given ? base.with(null, false) : base;
      case "causal" -> base.with(base.mask(), true);
      default -> throw unknown(mask);
    };
  }

  /** Checks the name only: before any operand is made. */
  static void check(String mask) {
    if (!NAMES.contains(mask) && !(mask.startsWith("@") && mask.length() > 1)) {
      throw unknown(mask);
    }
  }

  private static UsageException unknown(String mask) {
    return new UsageException(
        "unknown mask '" + mask + "'; one of none, causal, @ARRAY" + Nearest.hint(mask, NAMES));
  }
}
