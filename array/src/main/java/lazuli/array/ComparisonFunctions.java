package lazuli.array;

/** Comparisons, one-line mirrors of the methods of {@link Array}. */
public abstract sealed class ComparisonFunctions extends ReductionFunctions permits WholeFunctions {
  ComparisonFunctions() {}

  /**
   * {@return x &gt; other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array gt(Array x, Array other) {
    return x.gt(other);
  }

  /**
   * {@return x &gt; other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array gt(Array x, long other) {
    return x.gt(other);
  }

  /**
   * {@return x &gt; other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array gt(Array x, double other) {
    return x.gt(other);
  }

  /**
   * {@return x &gt; other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array gt(Array x, boolean other) {
    return x.gt(other);
  }

  /**
   * {@return x &gt;= other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array ge(Array x, Array other) {
    return x.ge(other);
  }

  /**
   * {@return x &gt;= other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array ge(Array x, long other) {
    return x.ge(other);
  }

  /**
   * {@return x &gt;= other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array ge(Array x, double other) {
    return x.ge(other);
  }

  /**
   * {@return x &gt;= other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array ge(Array x, boolean other) {
    return x.ge(other);
  }

  /**
   * {@return x &lt; other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array lt(Array x, Array other) {
    return x.lt(other);
  }

  /**
   * {@return x &lt; other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array lt(Array x, long other) {
    return x.lt(other);
  }

  /**
   * {@return x &lt; other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array lt(Array x, double other) {
    return x.lt(other);
  }

  /**
   * {@return x &lt; other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array lt(Array x, boolean other) {
    return x.lt(other);
  }

  /**
   * {@return x &lt;= other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array le(Array x, Array other) {
    return x.le(other);
  }

  /**
   * {@return x &lt;= other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array le(Array x, long other) {
    return x.le(other);
  }

  /**
   * {@return x &lt;= other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array le(Array x, double other) {
    return x.le(other);
  }

  /**
   * {@return x &lt;= other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array le(Array x, boolean other) {
    return x.le(other);
  }

  /**
   * {@return x = other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array eq(Array x, Array other) {
    return x.eq(other);
  }

  /**
   * {@return x = other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array eq(Array x, long other) {
    return x.eq(other);
  }

  /**
   * {@return x = other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array eq(Array x, double other) {
    return x.eq(other);
  }

  /**
   * {@return x = other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array eq(Array x, boolean other) {
    return x.eq(other);
  }

  /**
   * {@return x is not other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array ne(Array x, Array other) {
    return x.ne(other);
  }

  /**
   * {@return x is not other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array ne(Array x, long other) {
    return x.ne(other);
  }

  /**
   * {@return x is not other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array ne(Array x, double other) {
    return x.ne(other);
  }

  /**
   * {@return x is not other, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array ne(Array x, boolean other) {
    return x.ne(other);
  }

  /**
   * {@return 1 where both are not 0, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array logicalAnd(Array x, Array other) {
    return x.logicalAnd(other);
  }

  /**
   * {@return 1 where both are not 0, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array logicalAnd(Array x, long other) {
    return x.logicalAnd(other);
  }

  /**
   * {@return 1 where both are not 0, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array logicalAnd(Array x, double other) {
    return x.logicalAnd(other);
  }

  /**
   * {@return 1 where both are not 0, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array logicalAnd(Array x, boolean other) {
    return x.logicalAnd(other);
  }

  /**
   * {@return 1 where one is not 0, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array logicalOr(Array x, Array other) {
    return x.logicalOr(other);
  }

  /**
   * {@return 1 where one is not 0, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array logicalOr(Array x, long other) {
    return x.logicalOr(other);
  }

  /**
   * {@return 1 where one is not 0, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array logicalOr(Array x, double other) {
    return x.logicalOr(other);
  }

  /**
   * {@return 1 where one is not 0, for each element x}
   *
   * @param x the operand
   * @param other the other operand
   */
  public static Array logicalOr(Array x, boolean other) {
    return x.logicalOr(other);
  }

  /**
   * {@return whether elements are near: |x - other| at most 1e-8 + 1e-5 * |other|}
   *
   * @param x the operand
   * @param other the expected values
   */
  public static Array isClose(Array x, Array other) {
    return x.isClose(other);
  }

  /**
   * {@return whether elements are near: |x - other| at most atol + rtol * |other|}
   *
   * @param x the operand
   * @param other the expected values
   * @param rtol the relative tolerance
   * @param atol the absolute tolerance
   * @param equalNan whether NaN is close to NaN
   */
  public static Array isClose(Array x, Array other, double rtol, double atol, boolean equalNan) {
    return x.isClose(other, rtol, atol, equalNan);
  }

  /**
   * {@return whether all elements are near, as one bool}
   *
   * @param x the operand
   * @param other the expected values
   */
  public static Array allClose(Array x, Array other) {
    return x.allClose(other);
  }

  /**
   * {@return whether all elements are near, as one bool}
   *
   * @param x the operand
   * @param other the expected values
   * @param rtol the relative tolerance
   * @param atol the absolute tolerance
   * @param equalNan whether NaN is close to NaN
   */
  public static Array allClose(Array x, Array other, double rtol, double atol, boolean equalNan) {
    return x.allClose(other, rtol, atol, equalNan);
  }

  /**
   * {@return whether shapes and all elements are equal, as one bool}
   *
   * @param x the operand
   * @param other the expected values
   */
  public static Array arrayEqual(Array x, Array other) {
    return x.arrayEqual(other);
  }

  /**
   * {@return whether shapes and all elements are equal, as one bool}
   *
   * @param x the operand
   * @param other the expected values
   * @param equalNan whether NaN equals NaN
   */
  public static Array arrayEqual(Array x, Array other, boolean equalNan) {
    return x.arrayEqual(other, equalNan);
  }
}
