package lazuli.array;

import lazuli.array.op.Binary;
import lazuli.array.op.Build;

/**
 * Methods of {@link Array} that combine elements of two operands: one-line mirrors of the rows of
 * operations. Operands broadcast from the last dimension and are promoted; a literal takes the
 * array's type (a fraction beside integers is f32). None computes. A wrong shape, type or axis
 * raises {@link lazuli.array.type.ArrayException}.
 */
public sealed interface Arithmetic permits Array {
  /** {@return the array itself} */
  Array self();

  /**
   * {@return x + other, for each element x}
   *
   * @param other the other operand
   */
  default Array add(Array other) {
    return new Array(Build.binary(Binary.ADD, self().node(), other.node()));
  }

  /**
   * {@return x + other, for each element x}
   *
   * @param other the other operand
   */
  default Array add(long other) {
    return new Array(Build.binary(Binary.ADD, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x + other, for each element x}
   *
   * @param other the other operand
   */
  default Array add(double other) {
    return new Array(Build.binary(Binary.ADD, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x + other, for each element x}
   *
   * @param other the other operand
   */
  default Array add(boolean other) {
    return new Array(Build.binary(Binary.ADD, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x - other, for each element x}
   *
   * @param other the other operand
   */
  default Array sub(Array other) {
    return new Array(Build.binary(Binary.SUB, self().node(), other.node()));
  }

  /**
   * {@return x - other, for each element x}
   *
   * @param other the other operand
   */
  default Array sub(long other) {
    return new Array(Build.binary(Binary.SUB, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x - other, for each element x}
   *
   * @param other the other operand
   */
  default Array sub(double other) {
    return new Array(Build.binary(Binary.SUB, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x - other, for each element x}
   *
   * @param other the other operand
   */
  default Array sub(boolean other) {
    return new Array(Build.binary(Binary.SUB, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x * other, for each element x}
   *
   * @param other the other operand
   */
  default Array mul(Array other) {
    return new Array(Build.binary(Binary.MUL, self().node(), other.node()));
  }

  /**
   * {@return x * other, for each element x}
   *
   * @param other the other operand
   */
  default Array mul(long other) {
    return new Array(Build.binary(Binary.MUL, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x * other, for each element x}
   *
   * @param other the other operand
   */
  default Array mul(double other) {
    return new Array(Build.binary(Binary.MUL, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x * other, for each element x}
   *
   * @param other the other operand
   */
  default Array mul(boolean other) {
    return new Array(Build.binary(Binary.MUL, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x / other, for each element x}
   *
   * @param other the other operand
   */
  default Array div(Array other) {
    return new Array(Build.binary(Binary.DIV, self().node(), other.node()));
  }

  /**
   * {@return x / other, for each element x}
   *
   * @param other the other operand
   */
  default Array div(long other) {
    return new Array(Build.binary(Binary.DIV, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x / other, for each element x}
   *
   * @param other the other operand
   */
  default Array div(double other) {
    return new Array(Build.binary(Binary.DIV, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x / other, for each element x}
   *
   * @param other the other operand
   */
  default Array div(boolean other) {
    return new Array(Build.binary(Binary.DIV, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x to the other; integers wrap, and x negative exponent gives 0 unless x is 1 or -1,
   * for each element x}
   *
   * @param other the other operand
   */
  default Array pow(Array other) {
    return new Array(Build.binary(Binary.POW, self().node(), other.node()));
  }

  /**
   * {@return x to the other; integers wrap, and x negative exponent gives 0 unless x is 1 or -1,
   * for each element x}
   *
   * @param other the other operand
   */
  default Array pow(long other) {
    return new Array(Build.binary(Binary.POW, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x to the other; integers wrap, and x negative exponent gives 0 unless x is 1 or -1,
   * for each element x}
   *
   * @param other the other operand
   */
  default Array pow(double other) {
    return new Array(Build.binary(Binary.POW, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x to the other; integers wrap, and x negative exponent gives 0 unless x is 1 or -1,
   * for each element x}
   *
   * @param other the other operand
   */
  default Array pow(boolean other) {
    return new Array(Build.binary(Binary.POW, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return the larger; NaN if either is, for each element x}
   *
   * @param other the other operand
   */
  default Array maximum(Array other) {
    return new Array(Build.binary(Binary.MAXIMUM, self().node(), other.node()));
  }

  /**
   * {@return the larger; NaN if either is, for each element x}
   *
   * @param other the other operand
   */
  default Array maximum(long other) {
    return new Array(
        Build.binary(Binary.MAXIMUM, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return the larger; NaN if either is, for each element x}
   *
   * @param other the other operand
   */
  default Array maximum(double other) {
    return new Array(
        Build.binary(Binary.MAXIMUM, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return the larger; NaN if either is, for each element x}
   *
   * @param other the other operand
   */
  default Array maximum(boolean other) {
    return new Array(
        Build.binary(Binary.MAXIMUM, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return the smaller; NaN if either is, for each element x}
   *
   * @param other the other operand
   */
  default Array minimum(Array other) {
    return new Array(Build.binary(Binary.MINIMUM, self().node(), other.node()));
  }

  /**
   * {@return the smaller; NaN if either is, for each element x}
   *
   * @param other the other operand
   */
  default Array minimum(long other) {
    return new Array(
        Build.binary(Binary.MINIMUM, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return the smaller; NaN if either is, for each element x}
   *
   * @param other the other operand
   */
  default Array minimum(double other) {
    return new Array(
        Build.binary(Binary.MINIMUM, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return the smaller; NaN if either is, for each element x}
   *
   * @param other the other operand
   */
  default Array minimum(boolean other) {
    return new Array(
        Build.binary(Binary.MINIMUM, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return log(exp(x) + exp(other)) without overflow, for each element x}
   *
   * @param other the other operand
   */
  default Array logaddexp(Array other) {
    return new Array(Build.binary(Binary.LOGADDEXP, self().node(), other.node()));
  }

  /**
   * {@return log(exp(x) + exp(other)) without overflow, for each element x}
   *
   * @param other the other operand
   */
  default Array logaddexp(double other) {
    return new Array(
        Build.binary(Binary.LOGADDEXP, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return angle in radians of the point (other, x), for each element x}
   *
   * @param other the other operand
   */
  default Array arctan2(Array other) {
    return new Array(Build.binary(Binary.ARCTAN2, self().node(), other.node()));
  }

  /**
   * {@return angle in radians of the point (other, x), for each element x}
   *
   * @param other the other operand
   */
  default Array arctan2(double other) {
    return new Array(
        Build.binary(Binary.ARCTAN2, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return other - x, for each element x}
   *
   * @param other the left operand
   */
  default Array rsub(long other) {
    return new Array(Build.binary(Binary.SUB, Build.scalar(self().node(), other), self().node()));
  }

  /**
   * {@return other - x, for each element x}
   *
   * @param other the left operand
   */
  default Array rsub(double other) {
    return new Array(Build.binary(Binary.SUB, Build.scalar(self().node(), other), self().node()));
  }

  /**
   * {@return other / x, in a floating type, for each element x}
   *
   * @param other the left operand
   */
  default Array rdiv(long other) {
    return new Array(Build.binary(Binary.DIV, Build.scalar(self().node(), other), self().node()));
  }

  /**
   * {@return other / x, in a floating type, for each element x}
   *
   * @param other the left operand
   */
  default Array rdiv(double other) {
    return new Array(Build.binary(Binary.DIV, Build.scalar(self().node(), other), self().node()));
  }
}
