package lazuli.array;

/** Functions of two operands, one-line mirrors of the methods of {@link Array}. */
public abstract sealed class ArithmeticFunctions extends ComparisonFunctions permits Functions {
  ArithmeticFunctions() {}

  /**
   * {@return x + other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array add(Array x, Array other) {
    return x.add(other);
  }

  /**
   * {@return x + other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array add(Array x, long other) {
    return x.add(other);
  }

  /**
   * {@return x + other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array add(Array x, double other) {
    return x.add(other);
  }

  /**
   * {@return x + other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array add(Array x, boolean other) {
    return x.add(other);
  }

  /**
   * {@return x - other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array sub(Array x, Array other) {
    return x.sub(other);
  }

  /**
   * {@return x - other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array sub(Array x, long other) {
    return x.sub(other);
  }

  /**
   * {@return x - other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array sub(Array x, double other) {
    return x.sub(other);
  }

  /**
   * {@return x - other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array sub(Array x, boolean other) {
    return x.sub(other);
  }

  /**
   * {@return x * other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array mul(Array x, Array other) {
    return x.mul(other);
  }

  /**
   * {@return x * other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array mul(Array x, long other) {
    return x.mul(other);
  }

  /**
   * {@return x * other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array mul(Array x, double other) {
    return x.mul(other);
  }

  /**
   * {@return x * other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array mul(Array x, boolean other) {
    return x.mul(other);
  }

  /**
   * {@return x / other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array div(Array x, Array other) {
    return x.div(other);
  }

  /**
   * {@return x / other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array div(Array x, long other) {
    return x.div(other);
  }

  /**
   * {@return x / other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array div(Array x, double other) {
    return x.div(other);
  }

  /**
   * {@return x / other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array div(Array x, boolean other) {
    return x.div(other);
  }

  /**
   * {@return x to the other; integers wrap, and x negative exponent gives 0 unless x is 1 or -1,
   * for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array pow(Array x, Array other) {
    return x.pow(other);
  }

  /**
   * {@return x to the other; integers wrap, and x negative exponent gives 0 unless x is 1 or -1,
   * for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array pow(Array x, long other) {
    return x.pow(other);
  }

  /**
   * {@return x to the other; integers wrap, and x negative exponent gives 0 unless x is 1 or -1,
   * for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array pow(Array x, double other) {
    return x.pow(other);
  }

  /**
   * {@return x to the other; integers wrap, and x negative exponent gives 0 unless x is 1 or -1,
   * for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array pow(Array x, boolean other) {
    return x.pow(other);
  }

  /**
   * {@return the larger; NaN if either is, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array maximum(Array x, Array other) {
    return x.maximum(other);
  }

  /**
   * {@return the larger; NaN if either is, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array maximum(Array x, long other) {
    return x.maximum(other);
  }

  /**
   * {@return the larger; NaN if either is, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array maximum(Array x, double other) {
    return x.maximum(other);
  }

  /**
   * {@return the larger; NaN if either is, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array maximum(Array x, boolean other) {
    return x.maximum(other);
  }

  /**
   * {@return the smaller; NaN if either is, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array minimum(Array x, Array other) {
    return x.minimum(other);
  }

  /**
   * {@return the smaller; NaN if either is, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array minimum(Array x, long other) {
    return x.minimum(other);
  }

  /**
   * {@return the smaller; NaN if either is, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array minimum(Array x, double other) {
    return x.minimum(other);
  }

  /**
   * {@return the smaller; NaN if either is, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array minimum(Array x, boolean other) {
    return x.minimum(other);
  }

  /**
   * {@return x / other rounded down; integers by 0 give 0, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array floorDivide(Array x, Array other) {
    return x.floorDivide(other);
  }

  /**
   * {@return x / other rounded down; integers by 0 give 0, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array floorDivide(Array x, long other) {
    return x.floorDivide(other);
  }

  /**
   * {@return x / other rounded down; integers by 0 give 0, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array floorDivide(Array x, double other) {
    return x.floorDivide(other);
  }

  /**
   * {@return x / other rounded down; integers by 0 give 0, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array floorDivide(Array x, boolean other) {
    return x.floorDivide(other);
  }

  /**
   * {@return x - other * floor(x / other), of the sign of other; integers by 0 give 0, for each
   * element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array remainder(Array x, Array other) {
    return x.remainder(other);
  }

  /**
   * {@return x - other * floor(x / other), of the sign of other; integers by 0 give 0, for each
   * element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array remainder(Array x, long other) {
    return x.remainder(other);
  }

  /**
   * {@return x - other * floor(x / other), of the sign of other; integers by 0 give 0, for each
   * element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array remainder(Array x, double other) {
    return x.remainder(other);
  }

  /**
   * {@return x - other * floor(x / other), of the sign of other; integers by 0 give 0, for each
   * element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array remainder(Array x, boolean other) {
    return x.remainder(other);
  }

  /**
   * {@return log(exp(x) + exp(other)) without overflow, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array logaddexp(Array x, Array other) {
    return x.logaddexp(other);
  }

  /**
   * {@return log(exp(x) + exp(other)) without overflow, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array logaddexp(Array x, double other) {
    return x.logaddexp(other);
  }

  /**
   * {@return angle in radians of the point (other, x), for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array arctan2(Array x, Array other) {
    return x.arctan2(other);
  }

  /**
   * {@return angle in radians of the point (other, x), for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array arctan2(Array x, double other) {
    return x.arctan2(other);
  }

  /**
   * {@return bits that are set in both, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array bitwiseAnd(Array x, Array other) {
    return x.bitwiseAnd(other);
  }

  /**
   * {@return bits that are set in both, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array bitwiseAnd(Array x, long other) {
    return x.bitwiseAnd(other);
  }

  /**
   * {@return bits that are set in one, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array bitwiseOr(Array x, Array other) {
    return x.bitwiseOr(other);
  }

  /**
   * {@return bits that are set in one, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array bitwiseOr(Array x, long other) {
    return x.bitwiseOr(other);
  }

  /**
   * {@return bits that differ, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array bitwiseXor(Array x, Array other) {
    return x.bitwiseXor(other);
  }

  /**
   * {@return bits that differ, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array bitwiseXor(Array x, long other) {
    return x.bitwiseXor(other);
  }

  /**
   * {@return x * 2 to the other; bits that leave the type are lost, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array leftShift(Array x, Array other) {
    return x.leftShift(other);
  }

  /**
   * {@return x * 2 to the other; bits that leave the type are lost, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array leftShift(Array x, long other) {
    return x.leftShift(other);
  }

  /**
   * {@return x / 2 to the other rounded down, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array rightShift(Array x, Array other) {
    return x.rightShift(other);
  }

  /**
   * {@return x / 2 to the other rounded down, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array rightShift(Array x, long other) {
    return x.rightShift(other);
  }

  /**
   * {@return floorDivide and remainder} The first is x divided by other and rounded down.
   *
   * @param x the operand
   * @param other the divisor
   */
  public static Array[] divmod(Array x, Array other) {
    return x.divmod(other);
  }
}
