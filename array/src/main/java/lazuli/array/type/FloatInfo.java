package lazuli.array.type;

/**
 * The limits of a floating type.
 *
 * @param dtype the type
 * @param bits its width
 * @param max the largest finite value
 * @param min the smallest finite value, -max
 * @param eps the distance from 1 to the next larger value
 * @param smallestNormal the smallest positive value of full precision
 * @param smallestSubnormal the smallest positive value
 */
public record FloatInfo(
    DType dtype,
    int bits,
    double max,
    double min,
    double eps,
    double smallestNormal,
    double smallestSubnormal) {
  /**
   * {@return the limits of a floating type}
   *
   * @param dtype the type
   * @throws ArrayException if it is not floating
   */
  public static FloatInfo of(DType dtype) {
    return switch (dtype) {
      case F16 -> of(dtype, 11, -14, 65504);
      case BF16 -> of(dtype, 8, -126, 0x1.fep127);
      case F32 -> of(dtype, 24, -126, Float.MAX_VALUE);
      case F64 -> of(dtype, 53, -1022, Double.MAX_VALUE);
      case F8_E4M3 -> of(dtype, 4, -6, 448);
      case F8_E5M2 -> of(dtype, 3, -14, 57344);
      case BOOL, U8, U16, U32, U64, I8, I16, I32, I64 ->
          throw new ArrayException(
              "finfo was given " + dtype,
              "a floating type: f16, bf16, f32, f64, f8_e4m3 or f8_e5m2",
              dtype == DType.BOOL ? "bool has no limits" : "use iinfo(" + dtype + ")");
    };
  }

  private static FloatInfo of(DType dtype, int precision, int low, double max) {
    return new FloatInfo(
        dtype,
        8 * dtype.bytes(),
        max,
        -max,
        Math.scalb(1.0, 1 - precision),
        Math.scalb(1.0, low),
        Math.scalb(1.0, low + 1 - precision));
  }

  /** {@return the bits of precision, the leading one included} */
  public int precision() {
    return 1 - Math.getExponent(eps);
  }
}
