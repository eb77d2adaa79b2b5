package lazuli.array;

import lazuli.array.type.DType;

/** The one table of tolerances: how far a result may be from the float64 value. */
public final class Tolerance {
  private Tolerance() {}

  /** {@return the unit roundoff of a type; 0 for exact types} */
  public static double unit(DType type) {
    return switch (type) {
      case F64 -> 0x1p-53;
      case F32 -> 0x1p-24;
      case F16 -> 0x1p-11;
      case BF16 -> 0x1p-8;
      default -> 0;
    };
  }

  /**
   * {@return the allowed difference}
   *
   * @param type the result's type
   * @param terms how many terms a result sums, 1 for pointwise operations
   * @param scale the size of the largest term or result
   */
  public static double of(DType type, long terms, double scale) {
    // Rounding the result once, plus the computing type's error for each term; elementary functions
    // may be 4 units off (the Vector API promises 1 to 2.5 per function, and rows chain two).
    DType computed = type.isHalf() ? DType.F32 : type;
    double smallest = type == DType.F16 ? 0x1p-25 : 0;
    return scale * (unit(type) + (4 + terms) * unit(computed)) + smallest;
  }
}
