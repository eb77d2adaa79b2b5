package lazuli.array;

/** Functions for whole numbers, one-line mirrors of the methods of {@link WholeArithmetic}. */
public abstract sealed class WholeFunctions extends ComparisonFunctions
    permits ArithmeticFunctions {
  WholeFunctions() {}

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
