package lazuli.array;

/** Functions that round, limit or replace each element; mirrors of the methods of {@link Array}. */
public abstract sealed class RoundingFunctions extends ArithmeticFunctions permits Functions {
  RoundingFunctions() {}

  /**
   * {@return -1, 0 or 1; NaN stays, for each element x}
   *
   * @param x the operand
   */
  public static Array sign(Array x) {
    return x.sign();
  }

  /**
   * {@return the next whole number at or below x, for each element x}
   *
   * @param x the operand
   */
  public static Array floor(Array x) {
    return x.floor();
  }

  /**
   * {@return the next whole number at or above x, for each element x}
   *
   * @param x the operand
   */
  public static Array ceil(Array x) {
    return x.ceil();
  }

  /**
   * {@return x without its fraction, for each element x}
   *
   * @param x the operand
   */
  public static Array trunc(Array x) {
    return x.trunc();
  }

  /**
   * {@return the nearest whole number, halves to even, for each element x}
   *
   * @param x the operand
   */
  public static Array round(Array x) {
    return x.round();
  }

  /**
   * {@return each element rounded to decimals, halves to even}
   *
   * @param x the operand
   * @param decimals how many; negative rounds to tens, hundreds, and so on
   */
  public static Array round(Array x, int decimals) {
    return x.round(decimals);
  }

  /**
   * {@return each element limited to an interval}
   *
   * @param x the operand
   * @param low the lower end
   * @param high the upper end
   */
  public static Array clip(Array x, double low, double high) {
    return x.clip(low, high);
  }

  /**
   * {@return each element limited to an interval}
   *
   * @param x the operand
   * @param low the lower end
   * @param high the upper end
   */
  public static Array clip(Array x, long low, long high) {
    return x.clip(low, high);
  }

  /**
   * {@return each element limited to an interval}
   *
   * @param x the operand
   * @param low the lower ends; broadcasts
   * @param high the upper ends; broadcasts
   */
  public static Array clip(Array x, Array low, Array high) {
    return x.clip(low, high);
  }

  /**
   * {@return NaN as 0 and infinities as the largest values of the type}
   *
   * @param x the operand
   */
  public static Array nanToNum(Array x) {
    return x.nanToNum();
  }

  /**
   * {@return NaN and infinities replaced}
   *
   * @param x the operand
   * @param nan instead of NaN
   * @param high instead of infinity
   * @param low instead of negative infinity
   */
  public static Array nanToNum(Array x, double nan, double high, double low) {
    return x.nanToNum(nan, high, low);
  }
}
