package lazuli.array.type;

/**
 * The one table of how far a result may be from the exact value.
 *
 * <p>Of attention, or of anything of that depth: the bounds of MLX's own attention tests. A result
 * that is as close as its type allows is accepted too: from 2 on, half a step of f16 is more than
 * MLX's bound. Of one operation: {@link #of(DType, long, double)}, by what it adds up.
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
   * {@return the unit roundoff of a type; 0 for exact types}
   *
   * @param dtype a type
   */
  public static double unit(DType dtype) {
    return switch (dtype) {
      case F64 -> 0x1p-53;
      case F32 -> 0x1p-24;
      case F16 -> 0x1p-11;
      case BF16 -> 0x1p-8;
      default -> 0;
    };
  }

  /**
   * {@return the largest difference that is accepted of one operation} Rounding the result once,
   * plus the computing type's error for each term; elementary functions may be 4 units off (the
   * Vector API promises 1 to 2.5 per function, and rows chain two).
   *
   * @param dtype the result's type
   * @param terms how many terms a result sums, 1 for pointwise operations
   * @param scale the size of the largest term or result
   */
  public static double of(DType dtype, long terms, double scale) {
    DType computed = Promotion.computed(dtype);
    double smallest = dtype == DType.F16 ? 0x1p-25 : 0;
    return scale * (unit(dtype) + (4 + terms) * unit(computed)) + smallest;
  }

  /**
   * {@return the largest difference that is accepted of attention}
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
