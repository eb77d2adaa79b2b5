package lazuli.array;

import lazuli.array.op.Binary;
import lazuli.array.op.Build;
import lazuli.array.op.Unary;

/**
 * The pointwise methods of {@link Array}: one-line mirrors of the rows of operations, held to them
 * by a test. None computes. Operands broadcast from the last dimension and are promoted; a literal
 * takes the array's type (a fraction beside integers is f32). A wrong shape or type raises {@link
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

  private Array with(Binary row, long other) {
    return new Array(Build.binary(row, self().node(), Build.scalar(self().node(), other)));
  }

  private Array with(Binary row, double other) {
    return new Array(Build.binary(row, self().node(), Build.scalar(self().node(), other)));
  }

  private Array with(Binary row, boolean other) {
    return new Array(Build.binary(row, self().node(), Build.scalar(self().node(), other)));
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

  /** {@return the natural logarithm, for each element x} */
  default Array log() {
    return map(Unary.LOG);
  }

  /** {@return the square root, for each element x} */
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

  /** {@return the hyperbolic tangent, for each element x} */
  default Array tanh() {
    return map(Unary.TANH);
  }

  /** {@return the sine of x in radians, for each element x} */
  default Array sin() {
    return map(Unary.SIN);
  }

  /** {@return the cosine of x in radians, for each element x} */
  default Array cos() {
    return map(Unary.COS);
  }

  /** {@return the error function, for each element x} */
  default Array erf() {
    return map(Unary.ERF);
  }

  /** {@return 1 / (1 + exp(-x)), for each element x} */
  default Array sigmoid() {
    return map(Unary.SIGMOID);
  }

  /** {@return true where x is 0, for each element x} */
  default Array logicalNot() {
    return map(Unary.LOGICAL_NOT);
  }

  /**
   * {@return x + other, for each element x}
   *
   * @param other the other operand
   */
  default Array add(Array other) {
    return with(Binary.ADD, other);
  }

  /**
   * {@return x + other, for each element x}
   *
   * @param other the other operand
   */
  default Array add(long other) {
    return with(Binary.ADD, other);
  }

  /**
   * {@return x + other, for each element x}
   *
   * @param other the other operand
   */
  default Array add(double other) {
    return with(Binary.ADD, other);
  }

  /**
   * {@return x + other, for each element x}
   *
   * @param other the other operand
   */
  default Array add(boolean other) {
    return with(Binary.ADD, other);
  }

  /**
   * {@return x - other, for each element x}
   *
   * @param other the other operand
   */
  default Array sub(Array other) {
    return with(Binary.SUB, other);
  }

  /**
   * {@return x - other, for each element x}
   *
   * @param other the other operand
   */
  default Array sub(long other) {
    return with(Binary.SUB, other);
  }

  /**
   * {@return x - other, for each element x}
   *
   * @param other the other operand
   */
  default Array sub(double other) {
    return with(Binary.SUB, other);
  }

  /**
   * {@return x - other, for each element x}
   *
   * @param other the other operand
   */
  default Array sub(boolean other) {
    return with(Binary.SUB, other);
  }

  /**
   * {@return x * other, for each element x}
   *
   * @param other the other operand
   */
  default Array mul(Array other) {
    return with(Binary.MUL, other);
  }

  /**
   * {@return x * other, for each element x}
   *
   * @param other the other operand
   */
  default Array mul(long other) {
    return with(Binary.MUL, other);
  }

  /**
   * {@return x * other, for each element x}
   *
   * @param other the other operand
   */
  default Array mul(double other) {
    return with(Binary.MUL, other);
  }

  /**
   * {@return x * other, for each element x}
   *
   * @param other the other operand
   */
  default Array mul(boolean other) {
    return with(Binary.MUL, other);
  }

  /**
   * {@return x / other, in a floating type, for each element x}
   *
   * @param other the other operand
   */
  default Array div(Array other) {
    return with(Binary.DIV, other);
  }

  /**
   * {@return x / other, in a floating type, for each element x}
   *
   * @param other the other operand
   */
  default Array div(long other) {
    return with(Binary.DIV, other);
  }

  /**
   * {@return x / other, in a floating type, for each element x}
   *
   * @param other the other operand
   */
  default Array div(double other) {
    return with(Binary.DIV, other);
  }

  /**
   * {@return x / other, in a floating type, for each element x}
   *
   * @param other the other operand
   */
  default Array div(boolean other) {
    return with(Binary.DIV, other);
  }

  /**
   * {@return x to the other, for each element x}
   *
   * @param other the other operand
   */
  default Array pow(Array other) {
    return with(Binary.POW, other);
  }

  /**
   * {@return x to the other, for each element x}
   *
   * @param other the other operand
   */
  default Array pow(long other) {
    return with(Binary.POW, other);
  }

  /**
   * {@return x to the other, for each element x}
   *
   * @param other the other operand
   */
  default Array pow(double other) {
    return with(Binary.POW, other);
  }

  /**
   * {@return x to the other, for each element x}
   *
   * @param other the other operand
   */
  default Array pow(boolean other) {
    return with(Binary.POW, other);
  }

  /**
   * {@return the larger; NaN if either is, for each element x}
   *
   * @param other the other operand
   */
  default Array maximum(Array other) {
    return with(Binary.MAXIMUM, other);
  }

  /**
   * {@return the larger; NaN if either is, for each element x}
   *
   * @param other the other operand
   */
  default Array maximum(long other) {
    return with(Binary.MAXIMUM, other);
  }

  /**
   * {@return the larger; NaN if either is, for each element x}
   *
   * @param other the other operand
   */
  default Array maximum(double other) {
    return with(Binary.MAXIMUM, other);
  }

  /**
   * {@return the larger; NaN if either is, for each element x}
   *
   * @param other the other operand
   */
  default Array maximum(boolean other) {
    return with(Binary.MAXIMUM, other);
  }

  /**
   * {@return the smaller; NaN if either is, for each element x}
   *
   * @param other the other operand
   */
  default Array minimum(Array other) {
    return with(Binary.MINIMUM, other);
  }

  /**
   * {@return the smaller; NaN if either is, for each element x}
   *
   * @param other the other operand
   */
  default Array minimum(long other) {
    return with(Binary.MINIMUM, other);
  }

  /**
   * {@return the smaller; NaN if either is, for each element x}
   *
   * @param other the other operand
   */
  default Array minimum(double other) {
    return with(Binary.MINIMUM, other);
  }

  /**
   * {@return the smaller; NaN if either is, for each element x}
   *
   * @param other the other operand
   */
  default Array minimum(boolean other) {
    return with(Binary.MINIMUM, other);
  }

  /**
   * {@return whether x &gt; other, for each element x}
   *
   * @param other the other operand
   */
  default Array gt(Array other) {
    return with(Binary.GT, other);
  }

  /**
   * {@return whether x &gt; other, for each element x}
   *
   * @param other the other operand
   */
  default Array gt(long other) {
    return with(Binary.GT, other);
  }

  /**
   * {@return whether x &gt; other, for each element x}
   *
   * @param other the other operand
   */
  default Array gt(double other) {
    return with(Binary.GT, other);
  }

  /**
   * {@return whether x &gt; other, for each element x}
   *
   * @param other the other operand
   */
  default Array gt(boolean other) {
    return with(Binary.GT, other);
  }

  /**
   * {@return whether x &gt;= other, for each element x}
   *
   * @param other the other operand
   */
  default Array ge(Array other) {
    return with(Binary.GE, other);
  }

  /**
   * {@return whether x &gt;= other, for each element x}
   *
   * @param other the other operand
   */
  default Array ge(long other) {
    return with(Binary.GE, other);
  }

  /**
   * {@return whether x &gt;= other, for each element x}
   *
   * @param other the other operand
   */
  default Array ge(double other) {
    return with(Binary.GE, other);
  }

  /**
   * {@return whether x &gt;= other, for each element x}
   *
   * @param other the other operand
   */
  default Array ge(boolean other) {
    return with(Binary.GE, other);
  }

  /**
   * {@return whether x &lt; other, for each element x}
   *
   * @param other the other operand
   */
  default Array lt(Array other) {
    return with(Binary.LT, other);
  }

  /**
   * {@return whether x &lt; other, for each element x}
   *
   * @param other the other operand
   */
  default Array lt(long other) {
    return with(Binary.LT, other);
  }

  /**
   * {@return whether x &lt; other, for each element x}
   *
   * @param other the other operand
   */
  default Array lt(double other) {
    return with(Binary.LT, other);
  }

  /**
   * {@return whether x &lt; other, for each element x}
   *
   * @param other the other operand
   */
  default Array lt(boolean other) {
    return with(Binary.LT, other);
  }

  /**
   * {@return whether x &lt;= other, for each element x}
   *
   * @param other the other operand
   */
  default Array le(Array other) {
    return with(Binary.LE, other);
  }

  /**
   * {@return whether x &lt;= other, for each element x}
   *
   * @param other the other operand
   */
  default Array le(long other) {
    return with(Binary.LE, other);
  }

  /**
   * {@return whether x &lt;= other, for each element x}
   *
   * @param other the other operand
   */
  default Array le(double other) {
    return with(Binary.LE, other);
  }

  /**
   * {@return whether x &lt;= other, for each element x}
   *
   * @param other the other operand
   */
  default Array le(boolean other) {
    return with(Binary.LE, other);
  }

  /**
   * {@return whether x equals other, for each element x}
   *
   * @param other the other operand
   */
  default Array eq(Array other) {
    return with(Binary.EQ, other);
  }

  /**
   * {@return whether x equals other, for each element x}
   *
   * @param other the other operand
   */
  default Array eq(long other) {
    return with(Binary.EQ, other);
  }

  /**
   * {@return whether x equals other, for each element x}
   *
   * @param other the other operand
   */
  default Array eq(double other) {
    return with(Binary.EQ, other);
  }

  /**
   * {@return whether x equals other, for each element x}
   *
   * @param other the other operand
   */
  default Array eq(boolean other) {
    return with(Binary.EQ, other);
  }

  /**
   * {@return whether x differs from other, for each element x}
   *
   * @param other the other operand
   */
  default Array ne(Array other) {
    return with(Binary.NE, other);
  }

  /**
   * {@return whether x differs from other, for each element x}
   *
   * @param other the other operand
   */
  default Array ne(long other) {
    return with(Binary.NE, other);
  }

  /**
   * {@return whether x differs from other, for each element x}
   *
   * @param other the other operand
   */
  default Array ne(double other) {
    return with(Binary.NE, other);
  }

  /**
   * {@return whether x differs from other, for each element x}
   *
   * @param other the other operand
   */
  default Array ne(boolean other) {
    return with(Binary.NE, other);
  }

  /**
   * {@return whether both are not 0, for each element x}
   *
   * @param other the other operand
   */
  default Array logicalAnd(Array other) {
    return with(Binary.LOGICAL_AND, other);
  }

  /**
   * {@return whether both are not 0, for each element x}
   *
   * @param other the other operand
   */
  default Array logicalAnd(long other) {
    return with(Binary.LOGICAL_AND, other);
  }

  /**
   * {@return whether both are not 0, for each element x}
   *
   * @param other the other operand
   */
  default Array logicalAnd(double other) {
    return with(Binary.LOGICAL_AND, other);
  }

  /**
   * {@return whether both are not 0, for each element x}
   *
   * @param other the other operand
   */
  default Array logicalAnd(boolean other) {
    return with(Binary.LOGICAL_AND, other);
  }

  /**
   * {@return whether one is not 0, for each element x}
   *
   * @param other the other operand
   */
  default Array logicalOr(Array other) {
    return with(Binary.LOGICAL_OR, other);
  }

  /**
   * {@return whether one is not 0, for each element x}
   *
   * @param other the other operand
   */
  default Array logicalOr(long other) {
    return with(Binary.LOGICAL_OR, other);
  }

  /**
   * {@return whether one is not 0, for each element x}
   *
   * @param other the other operand
   */
  default Array logicalOr(double other) {
    return with(Binary.LOGICAL_OR, other);
  }

  /**
   * {@return whether one is not 0, for each element x}
   *
   * @param other the other operand
   */
  default Array logicalOr(boolean other) {
    return with(Binary.LOGICAL_OR, other);
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
