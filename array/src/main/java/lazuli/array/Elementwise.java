package lazuli.array;

import lazuli.array.op.Binary;
import lazuli.array.op.Build;
import lazuli.array.op.Statistics;
import lazuli.array.op.Unary;

/**
 * Methods of {@link Array} on each element by itself: one-line mirrors of the rows of operations,
 * held to them by a test. None computes. A wrong shape, type or axis raises {@link
 * lazuli.array.type.ArrayException}.
 */
public sealed interface Elementwise permits Array {
  /** {@return the array itself} */
  Array self();

  /**
   * {@return an operation applied to each element}
   *
   * @param row the operation, such as {@code Unary.EXP}
   */
  default Array map(Unary row) {
    return new Array(Build.unary(row, self().node()));
  }

  /**
   * {@return an operation applied to each pair of elements}
   *
   * @param row the operation, such as {@code Binary.ADD}
   * @param other the second operand
   */
  default Array with(Binary row, Array other) {
    return new Array(Build.binary(row, self().node(), other.node()));
  }

  /** {@return -x, for each element x} */
  default Array neg() {
    return map(Unary.NEG);
  }

  /** {@return |x|, for each element x} */
  default Array abs() {
    return map(Unary.ABS);
  }

  /** {@return x * x, for each element x} */
  default Array square() {
    return map(Unary.SQUARE);
  }

  /** {@return e to the x, for each element x} */
  default Array exp() {
    return map(Unary.EXP);
  }

  /** {@return natural logarithm of x, for each element x} */
  default Array log() {
    return map(Unary.LOG);
  }

  /** {@return square root of x, for each element x} */
  default Array sqrt() {
    return map(Unary.SQRT);
  }

  /** {@return 1 / sqrt(x), for each element x} */
  default Array rsqrt() {
    return map(Unary.RSQRT);
  }

  /** {@return 1 / x, for each element x} */
  default Array reciprocal() {
    return map(Unary.RECIPROCAL);
  }

  /** {@return hyperbolic tangent of x, for each element x} */
  default Array tanh() {
    return map(Unary.TANH);
  }

  /** {@return sine of x in radians, for each element x} */
  default Array sin() {
    return map(Unary.SIN);
  }

  /** {@return cosine of x in radians, for each element x} */
  default Array cos() {
    return map(Unary.COS);
  }

  /** {@return 2/sqrt(pi) times the integral of exp(-t*t) for t from 0 to x, for each element x} */
  default Array erf() {
    return map(Unary.ERF);
  }

  /** {@return 1 / (1 + exp(-x)), for each element x} */
  default Array sigmoid() {
    return map(Unary.SIGMOID);
  }

  /** {@return exp(x) - 1, exact near 0, for each element x} */
  default Array expm1() {
    return map(Unary.EXPM1);
  }

  /** {@return log(1 + x), exact near 0, for each element x} */
  default Array log1p() {
    return map(Unary.LOG1P);
  }

  /** {@return logarithm of x to the base 2, for each element x} */
  default Array log2() {
    return map(Unary.LOG2);
  }

  /** {@return logarithm of x to the base 10, for each element x} */
  default Array log10() {
    return map(Unary.LOG10);
  }

  /** {@return tangent of x in radians, for each element x} */
  default Array tan() {
    return map(Unary.TAN);
  }

  /** {@return angle in radians whose sine is x, for each element x} */
  default Array arcsin() {
    return map(Unary.ASIN);
  }

  /** {@return angle in radians whose cosine is x, for each element x} */
  default Array arccos() {
    return map(Unary.ACOS);
  }

  /** {@return angle in radians whose tangent is x, for each element x} */
  default Array arctan() {
    return map(Unary.ATAN);
  }

  /** {@return hyperbolic sine of x, for each element x} */
  default Array sinh() {
    return map(Unary.SINH);
  }

  /** {@return hyperbolic cosine of x, for each element x} */
  default Array cosh() {
    return map(Unary.COSH);
  }

  /** {@return inverse hyperbolic sine of x, for each element x} */
  default Array arcsinh() {
    return map(Unary.ASINH);
  }

  /** {@return inverse hyperbolic cosine of x, for each element x} */
  default Array arccosh() {
    return map(Unary.ACOSH);
  }

  /** {@return inverse hyperbolic tangent of x, for each element x} */
  default Array arctanh() {
    return map(Unary.ATANH);
  }

  /** {@return the number whose error function is x, for each element x} */
  default Array erfinv() {
    return map(Unary.ERFINV);
  }

  /** {@return x radians in degrees, for each element x} */
  default Array degrees() {
    return map(Unary.DEGREES);
  }

  /** {@return x degrees in radians, for each element x} */
  default Array radians() {
    return map(Unary.RADIANS);
  }

  /** {@return -1, 0 or 1; NaN stays, for each element x} */
  default Array sign() {
    return map(Unary.SIGN);
  }

  /** {@return the next whole number at or below x, for each element x} */
  default Array floor() {
    return map(Unary.FLOOR);
  }

  /** {@return the next whole number at or above x, for each element x} */
  default Array ceil() {
    return map(Unary.CEIL);
  }

  /** {@return x without its fraction, for each element x} */
  default Array trunc() {
    return map(Unary.TRUNC);
  }

  /** {@return the nearest whole number, halves to even, for each element x} */
  default Array round() {
    return map(Unary.ROUND);
  }

  /** {@return whether x is NaN, for each element x} */
  default Array isNan() {
    return map(Unary.IS_NAN);
  }

  /** {@return whether x is infinite, for each element x} */
  default Array isInf() {
    return map(Unary.IS_INF);
  }

  /** {@return whether x is neither infinite nor NaN, for each element x} */
  default Array isFinite() {
    return map(Unary.IS_FINITE);
  }

  /** {@return whether x is positive infinity, for each element x} */
  default Array isPosInf() {
    return map(Unary.IS_POS_INF);
  }

  /** {@return whether x is negative infinity, for each element x} */
  default Array isNegInf() {
    return map(Unary.IS_NEG_INF);
  }

  /** {@return every bit of x inverted; of bool the opposite, for each element x} */
  default Array bitwiseNot() {
    return map(Unary.BITWISE_NOT);
  }

  /** {@return 1 where x is 0, else 0, for each element x} */
  default Array logicalNot() {
    return map(Unary.LOGICAL_NOT);
  }

  /**
   * {@return each element rounded to decimals, halves to even}
   *
   * @param decimals how many; negative rounds to tens, hundreds, and so on
   */
  default Array round(int decimals) {
    return new Array(Statistics.round(self().node(), decimals));
  }

  /**
   * {@return each element limited to an interval}
   *
   * @param low the lower end
   * @param high the upper end
   */
  default Array clip(double low, double high) {
    return new Array(
        Statistics.clip(
            self().node(), Build.scalar(self().node(), low), Build.scalar(self().node(), high)));
  }

  /**
   * {@return each element limited to an interval}
   *
   * @param low the lower end
   * @param high the upper end
   */
  default Array clip(long low, long high) {
    return new Array(
        Statistics.clip(
            self().node(), Build.scalar(self().node(), low), Build.scalar(self().node(), high)));
  }

  /**
   * {@return each element limited to an interval}
   *
   * @param low the lower ends; broadcasts
   * @param high the upper ends; broadcasts
   */
  default Array clip(Array low, Array high) {
    return new Array(Statistics.clip(self().node(), low.node(), high.node()));
  }

  /** {@return NaN as 0 and infinities as the largest values of the type} */
  default Array nanToNum() {
    lazuli.array.type.DType dtype = self().dtype();
    return !dtype.isFloat()
        ? self()
        : nanToNum(
            0,
            lazuli.array.type.FloatInfo.of(dtype).max(),
            lazuli.array.type.FloatInfo.of(dtype).min());
  }

  /**
   * {@return NaN and infinities replaced}
   *
   * @param nan instead of NaN
   * @param high instead of infinity
   * @param low instead of negative infinity
   */
  default Array nanToNum(double nan, double high, double low) {
    return new Array(Statistics.nanToNum(self().node(), nan, high, low));
  }
}
