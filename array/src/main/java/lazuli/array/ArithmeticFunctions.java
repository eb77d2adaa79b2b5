package lazuli.array;

/** Functions of two operands, one-line mirrors of the methods of {@link Array}. */
public abstract sealed class ArithmeticFunctions extends WholeFunctions permits RoundingFunctions {
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
}
