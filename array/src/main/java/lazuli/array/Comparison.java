package lazuli.array;

import lazuli.array.op.Binary;
import lazuli.array.op.Build;
import lazuli.array.op.Statistics;

/**
 * Methods of {@link Array} that compare elements: one-line mirrors of the rows of operations, which
 * give bool. Operands broadcast from the last dimension and are promoted. None computes. A wrong
 * shape, type or axis raises {@link lazuli.array.type.ArrayException}.
 */
public sealed interface Comparison permits Array {
  /** {@return the array itself} */
  Array self();

  /**
   * {@return x &gt; other, for each element x}
   *
   * @param other the other operand
   */
  default Array gt(Array other) {
    return new Array(Build.binary(Binary.GT, self().node(), other.node()));
  }

  /**
   * {@return x &gt; other, for each element x}
   *
   * @param other the other operand
   */
  default Array gt(long other) {
    return new Array(Build.binary(Binary.GT, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x &gt; other, for each element x}
   *
   * @param other the other operand
   */
  default Array gt(double other) {
    return new Array(Build.binary(Binary.GT, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x &gt; other, for each element x}
   *
   * @param other the other operand
   */
  default Array gt(boolean other) {
    return new Array(Build.binary(Binary.GT, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x &gt;= other, for each element x}
   *
   * @param other the other operand
   */
  default Array ge(Array other) {
    return new Array(Build.binary(Binary.GE, self().node(), other.node()));
  }

  /**
   * {@return x &gt;= other, for each element x}
   *
   * @param other the other operand
   */
  default Array ge(long other) {
    return new Array(Build.binary(Binary.GE, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x &gt;= other, for each element x}
   *
   * @param other the other operand
   */
  default Array ge(double other) {
    return new Array(Build.binary(Binary.GE, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x &gt;= other, for each element x}
   *
   * @param other the other operand
   */
  default Array ge(boolean other) {
    return new Array(Build.binary(Binary.GE, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x &lt; other, for each element x}
   *
   * @param other the other operand
   */
  default Array lt(Array other) {
    return new Array(Build.binary(Binary.LT, self().node(), other.node()));
  }

  /**
   * {@return x &lt; other, for each element x}
   *
   * @param other the other operand
   */
  default Array lt(long other) {
    return new Array(Build.binary(Binary.LT, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x &lt; other, for each element x}
   *
   * @param other the other operand
   */
  default Array lt(double other) {
    return new Array(Build.binary(Binary.LT, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x &lt; other, for each element x}
   *
   * @param other the other operand
   */
  default Array lt(boolean other) {
    return new Array(Build.binary(Binary.LT, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x &lt;= other, for each element x}
   *
   * @param other the other operand
   */
  default Array le(Array other) {
    return new Array(Build.binary(Binary.LE, self().node(), other.node()));
  }

  /**
   * {@return x &lt;= other, for each element x}
   *
   * @param other the other operand
   */
  default Array le(long other) {
    return new Array(Build.binary(Binary.LE, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x &lt;= other, for each element x}
   *
   * @param other the other operand
   */
  default Array le(double other) {
    return new Array(Build.binary(Binary.LE, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x &lt;= other, for each element x}
   *
   * @param other the other operand
   */
  default Array le(boolean other) {
    return new Array(Build.binary(Binary.LE, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x = other, for each element x}
   *
   * @param other the other operand
   */
  default Array eq(Array other) {
    return new Array(Build.binary(Binary.EQ, self().node(), other.node()));
  }

  /**
   * {@return x = other, for each element x}
   *
   * @param other the other operand
   */
  default Array eq(long other) {
    return new Array(Build.binary(Binary.EQ, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x = other, for each element x}
   *
   * @param other the other operand
   */
  default Array eq(double other) {
    return new Array(Build.binary(Binary.EQ, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x = other, for each element x}
   *
   * @param other the other operand
   */
  default Array eq(boolean other) {
    return new Array(Build.binary(Binary.EQ, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x is not other, for each element x}
   *
   * @param other the other operand
   */
  default Array ne(Array other) {
    return new Array(Build.binary(Binary.NE, self().node(), other.node()));
  }

  /**
   * {@return x is not other, for each element x}
   *
   * @param other the other operand
   */
  default Array ne(long other) {
    return new Array(Build.binary(Binary.NE, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x is not other, for each element x}
   *
   * @param other the other operand
   */
  default Array ne(double other) {
    return new Array(Build.binary(Binary.NE, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return x is not other, for each element x}
   *
   * @param other the other operand
   */
  default Array ne(boolean other) {
    return new Array(Build.binary(Binary.NE, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return 1 where both are not 0, for each element x}
   *
   * @param other the other operand
   */
  default Array logicalAnd(Array other) {
    return new Array(Build.binary(Binary.LOGICAL_AND, self().node(), other.node()));
  }

  /**
   * {@return 1 where both are not 0, for each element x}
   *
   * @param other the other operand
   */
  default Array logicalAnd(long other) {
    return new Array(
        Build.binary(Binary.LOGICAL_AND, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return 1 where both are not 0, for each element x}
   *
   * @param other the other operand
   */
  default Array logicalAnd(double other) {
    return new Array(
        Build.binary(Binary.LOGICAL_AND, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return 1 where both are not 0, for each element x}
   *
   * @param other the other operand
   */
  default Array logicalAnd(boolean other) {
    return new Array(
        Build.binary(Binary.LOGICAL_AND, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return 1 where one is not 0, for each element x}
   *
   * @param other the other operand
   */
  default Array logicalOr(Array other) {
    return new Array(Build.binary(Binary.LOGICAL_OR, self().node(), other.node()));
  }

  /**
   * {@return 1 where one is not 0, for each element x}
   *
   * @param other the other operand
   */
  default Array logicalOr(long other) {
    return new Array(
        Build.binary(Binary.LOGICAL_OR, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return 1 where one is not 0, for each element x}
   *
   * @param other the other operand
   */
  default Array logicalOr(double other) {
    return new Array(
        Build.binary(Binary.LOGICAL_OR, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return 1 where one is not 0, for each element x}
   *
   * @param other the other operand
   */
  default Array logicalOr(boolean other) {
    return new Array(
        Build.binary(Binary.LOGICAL_OR, self().node(), Build.scalar(self().node(), other)));
  }

  /**
   * {@return whether elements are near: |x - other| at most 1e-8 + 1e-5 * |other|}
   *
   * @param other the expected values
   */
  default Array isClose(Array other) {
    return isClose(other, 1e-5, 1e-8, false);
  }

  /**
   * {@return whether elements are near: |x - other| at most atol + rtol * |other|}
   *
   * @param other the expected values
   * @param rtol the relative tolerance
   * @param atol the absolute tolerance
   * @param equalNan whether NaN is close to NaN
   */
  default Array isClose(Array other, double rtol, double atol, boolean equalNan) {
    return new Array(Statistics.isClose(self().node(), other.node(), rtol, atol, equalNan));
  }

  /**
   * {@return whether all elements are near, as one bool}
   *
   * @param other the expected values
   */
  default Array allClose(Array other) {
    return allClose(other, 1e-5, 1e-8, false);
  }

  /**
   * {@return whether all elements are near, as one bool}
   *
   * @param other the expected values
   * @param rtol the relative tolerance
   * @param atol the absolute tolerance
   * @param equalNan whether NaN is close to NaN
   */
  default Array allClose(Array other, double rtol, double atol, boolean equalNan) {
    return new Array(Statistics.allClose(self().node(), other.node(), rtol, atol, equalNan));
  }

  /**
   * {@return whether shapes and all elements are equal, as one bool}
   *
   * @param other the expected values
   */
  default Array arrayEqual(Array other) {
    return arrayEqual(other, false);
  }

  /**
   * {@return whether shapes and all elements are equal, as one bool}
   *
   * @param other the expected values
   * @param equalNan whether NaN equals NaN
   */
  default Array arrayEqual(Array other, boolean equalNan) {
    return new Array(Statistics.arrayEqual(self().node(), other.node(), equalNan));
  }
}
