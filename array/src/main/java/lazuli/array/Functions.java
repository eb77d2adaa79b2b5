package lazuli.array;

/** Functions of each element, one-line mirrors of the methods of {@link Array}. */
public abstract sealed class Functions extends RoundingFunctions permits Lazuli {
  Functions() {}

  /**
   * {@return -x, for each element x}
   *
   * @param x the operand
   */
  public static Array neg(Array x) {
    return x.neg();
  }

  /**
   * {@return |x|, for each element x}
   *
   * @param x the operand
   */
  public static Array abs(Array x) {
    return x.abs();
  }

  /**
   * {@return x * x, for each element x}
   *
   * @param x the operand
   */
  public static Array square(Array x) {
    return x.square();
  }

  /**
   * {@return e to the x, for each element x}
   *
   * @param x the operand
   */
  public static Array exp(Array x) {
    return x.exp();
  }

  /**
   * {@return natural logarithm of x, for each element x}
   *
   * @param x the operand
   */
  public static Array log(Array x) {
    return x.log();
  }

  /**
   * {@return square root of x, for each element x}
   *
   * @param x the operand
   */
  public static Array sqrt(Array x) {
    return x.sqrt();
  }

  /**
   * {@return 1 / sqrt(x), for each element x}
   *
   * @param x the operand
   */
  public static Array rsqrt(Array x) {
    return x.rsqrt();
  }

  /**
   * {@return 1 / x, for each element x}
   *
   * @param x the operand
   */
  public static Array reciprocal(Array x) {
    return x.reciprocal();
  }

  /**
   * {@return hyperbolic tangent of x, for each element x}
   *
   * @param x the operand
   */
  public static Array tanh(Array x) {
    return x.tanh();
  }

  /**
   * {@return sine of x in radians, for each element x}
   *
   * @param x the operand
   */
  public static Array sin(Array x) {
    return x.sin();
  }

  /**
   * {@return cosine of x in radians, for each element x}
   *
   * @param x the operand
   */
  public static Array cos(Array x) {
    return x.cos();
  }

  /**
   * {@return 2/sqrt(pi) times the integral of exp(-t*t) for t from 0 to x, for each element x}
   *
   * @param x the operand
   */
  public static Array erf(Array x) {
    return x.erf();
  }

  /**
   * {@return 1 / (1 + exp(-x)), for each element x}
   *
   * @param x the operand
   */
  public static Array sigmoid(Array x) {
    return x.sigmoid();
  }

  /**
   * {@return exp(x) - 1, exact near 0, for each element x}
   *
   * @param x the operand
   */
  public static Array expm1(Array x) {
    return x.expm1();
  }

  /**
   * {@return log(1 + x), exact near 0, for each element x}
   *
   * @param x the operand
   */
  public static Array log1p(Array x) {
    return x.log1p();
  }

  /**
   * {@return logarithm of x to the base 2, for each element x}
   *
   * @param x the operand
   */
  public static Array log2(Array x) {
    return x.log2();
  }

  /**
   * {@return logarithm of x to the base 10, for each element x}
   *
   * @param x the operand
   */
  public static Array log10(Array x) {
    return x.log10();
  }

  /**
   * {@return tangent of x in radians, for each element x}
   *
   * @param x the operand
   */
  public static Array tan(Array x) {
    return x.tan();
  }

  /**
   * {@return angle in radians whose sine is x, for each element x}
   *
   * @param x the operand
   */
  public static Array arcsin(Array x) {
    return x.arcsin();
  }

  /**
   * {@return angle in radians whose cosine is x, for each element x}
   *
   * @param x the operand
   */
  public static Array arccos(Array x) {
    return x.arccos();
  }

  /**
   * {@return angle in radians whose tangent is x, for each element x}
   *
   * @param x the operand
   */
  public static Array arctan(Array x) {
    return x.arctan();
  }

  /**
   * {@return hyperbolic sine of x, for each element x}
   *
   * @param x the operand
   */
  public static Array sinh(Array x) {
    return x.sinh();
  }

  /**
   * {@return hyperbolic cosine of x, for each element x}
   *
   * @param x the operand
   */
  public static Array cosh(Array x) {
    return x.cosh();
  }

  /**
   * {@return inverse hyperbolic sine of x, for each element x}
   *
   * @param x the operand
   */
  public static Array arcsinh(Array x) {
    return x.arcsinh();
  }

  /**
   * {@return inverse hyperbolic cosine of x, for each element x}
   *
   * @param x the operand
   */
  public static Array arccosh(Array x) {
    return x.arccosh();
  }

  /**
   * {@return inverse hyperbolic tangent of x, for each element x}
   *
   * @param x the operand
   */
  public static Array arctanh(Array x) {
    return x.arctanh();
  }

  /**
   * {@return the number whose error function is x, for each element x}
   *
   * @param x the operand
   */
  public static Array erfinv(Array x) {
    return x.erfinv();
  }

  /**
   * {@return x radians in degrees, for each element x}
   *
   * @param x the operand
   */
  public static Array degrees(Array x) {
    return x.degrees();
  }

  /**
   * {@return x degrees in radians, for each element x}
   *
   * @param x the operand
   */
  public static Array radians(Array x) {
    return x.radians();
  }

  /**
   * {@return whether x is NaN, for each element x}
   *
   * @param x the operand
   */
  public static Array isNan(Array x) {
    return x.isNan();
  }

  /**
   * {@return whether x is infinite, for each element x}
   *
   * @param x the operand
   */
  public static Array isInf(Array x) {
    return x.isInf();
  }

  /**
   * {@return whether x is neither infinite nor NaN, for each element x}
   *
   * @param x the operand
   */
  public static Array isFinite(Array x) {
    return x.isFinite();
  }

  /**
   * {@return whether x is positive infinity, for each element x}
   *
   * @param x the operand
   */
  public static Array isPosInf(Array x) {
    return x.isPosInf();
  }

  /**
   * {@return whether x is negative infinity, for each element x}
   *
   * @param x the operand
   */
  public static Array isNegInf(Array x) {
    return x.isNegInf();
  }

  /**
   * {@return every bit of x inverted; of bool the opposite, for each element x}
   *
   * @param x the operand
   */
  public static Array bitwiseNot(Array x) {
    return x.bitwiseNot();
  }

  /**
   * {@return 1 where x is 0, else 0, for each element x}
   *
   * @param x the operand
   */
  public static Array logicalNot(Array x) {
    return x.logicalNot();
  }
}
