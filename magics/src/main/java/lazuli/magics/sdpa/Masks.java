package lazuli.magics.sdpa;

import java.util.Map;

/** Masks as {@code --mask} names them. */
final class Masks {
  private Masks() {}

  /**
   * {@return the setting with a mask}
   *
   * @param base the operands
   * @param mask {@code none}, or names and variables joined by {@code +}
   * @param given whether the user asked for it: {@code none} then drops a mask array
   * @param variables of the session
   */
  static Setting masked(Setting base, String mask, boolean given, Map<String, ?> variables) {
    Form.Parsed parsed = Form.of(mask, base.dims(), variables);
    boolean drops = given && mask.equals("none");
    return base.with(
        parsed.array() != null ? parsed.array() : drops ? null : base.mask(), parsed.form());
  }

  /** Checks the names only: before any operand is made. */
  static void check(String mask) {
    Form.check(mask);
  }
}
