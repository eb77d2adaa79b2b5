package lazuli.array.attention;

import lazuli.array.op.Aval;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;

/** What a mask may be. */
final class MaskRules {
  private MaskRules() {}

  /** Checks type and shape of a mask against [B, Hq, Tq, Tk]. */
  static void check(String op, Aval mask, AttentionShape s) {
    if (!mask.dtype().isFloat() && mask.dtype() != DType.BOOL) {
      throw new ArrayException(
          op + " was given the integer mask " + mask,
          "bool (true attends) or a floating type (added to the scores)",
          "mask.ne(0) if 1 means attend, or mask.astype(F32) if the numbers are to be added");
    }
    Shape full = Shape.of(s.batch(), s.heads(), s.queries(), s.keys());
    if (!fits(mask.shape(), full)) {
      throw new ArrayException(
          op + " was given mask " + mask + " for scores [B, Hq, Tq, Tk] = " + full,
          "a mask that broadcasts to the scores: each size, from the last on, equal or 1",
          fix(mask.shape(), s));
    }
  }

  private static boolean fits(Shape mask, Shape full) {
    if (mask.rank() > full.rank()) {
      return false;
    }
    for (int i = 1; i <= mask.rank(); i++) {
      if (mask.dim(-i) != 1 && mask.dim(-i) != full.dim(-i)) {
        return false;
      }
    }
    return true;
  }

  private static String fix(Shape mask, AttentionShape s) {
    boolean padding = mask.rank() == 2 && mask.dim(0) == s.batch() && mask.dim(1) == s.keys();
    return padding
        ? "a padding mask [B, Tk] is mask.reshape(" + s.batch() + ", 1, 1, " + s.keys() + ")"
        : "reshape it, or build it from Tq and Tk";
  }
}
