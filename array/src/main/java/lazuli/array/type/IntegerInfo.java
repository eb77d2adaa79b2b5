package lazuli.array.type;

import java.math.BigInteger;

/**
 * The limits of an integer type.
 *
 * @param dtype the type
 * @param bits its width
 * @param min the smallest value
 * @param max the largest value
 */
public record IntegerInfo(DType dtype, int bits, BigInteger min, BigInteger max) {
  /**
   * {@return the limits of an integer type}
   *
   * @param dtype the type
   * @throws ArrayException if it is no integer type
   */
  public static IntegerInfo of(DType dtype) {
    int bits = 8 * dtype.bytes();
    return switch (dtype.kind()) {
      case UNSIGNED ->
          new IntegerInfo(
              dtype, bits, BigInteger.ZERO, BigInteger.TWO.pow(bits).subtract(BigInteger.ONE));
      case SIGNED ->
          new IntegerInfo(
              dtype,
              bits,
              BigInteger.TWO.pow(bits - 1).negate(),
              BigInteger.TWO.pow(bits - 1).subtract(BigInteger.ONE));
      case BOOL, FLOAT ->
          throw new ArrayException(
              "iinfo was given " + dtype,
              "an integer type: u8, u16, u32, u64, i8, i16, i32 or i64",
              dtype == DType.BOOL ? "bool has no limits" : "use finfo(" + dtype + ")");
    };
  }

  /** {@return the bits that a value needs besides its sign} */
  int magnitude() {
    return dtype.kind() == DType.Kind.SIGNED ? bits - 1 : bits;
  }
}
