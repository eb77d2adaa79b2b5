package lazuli.array.type;

/**
 * How far a result of attention, or of anything of that depth, may be from the exact value: the
 * bounds of MLX's own attention tests. A result that is as close as its type allows is accepted
 * too: from 2 on, half a step of f16 is more than MLX's bound.
 */
public final class Tolerance {
  private Tolerance() {}

  /**
   * {@return the factor a: accepted when |x - expected| is at most a (1 + |expected|)} Integers and
   * bools must be equal.
   *
   * @param dtype the result's type
   */
  public static double of(DType dtype) {
    return switch (dtype) {
      case F64 -> 1e-12;
      case F32 -> 2e-5;
      case F16 -> 3e-4;
      case BF16 -> 5e-3;
      default -> 0;
    };
  }

  /**
   * {@return the largest difference that is accepted}
   *
   * @param dtype the result's type
   * @param expected the exact value
   */
  public static double bound(DType dtype, double expected) {
    double size = Math.abs(expected);
    double halfStep =
        switch (dtype) {
          case F16 -> Math.scalb(1.0, Math.getExponent(size) - 11);
          case BF16 -> Math.scalb(1.0, Math.getExponent(size) - 8);
          default -> 0;
        };
    return Math.max(
        of(dtype) * (1 + size), halfStep == 0 ? 0 : halfStep + of(DType.F32) * (1 + size));
  }
}
