package lazuli.array;

/**
 * The methods of {@link Array} as functions, one line each. None computes. {@link Lazuli} inherits
 * them, so that one static star import brings everything.
 */
public abstract sealed class Functions extends AttentionFunctions permits Lazuli {
  Functions() {}

  /**
   * {@return -x, for each element}
   *
   * @param x the operand
   */
  public static Array neg(Array x) {
    return x.neg();
  }

  /**
   * {@return |x|, for each element}
   *
   * @param x the operand
   */
  public static Array abs(Array x) {
    return x.abs();
  }

  /**
   * {@return x * x, for each element}
   *
   * @param x the operand
   */
  public static Array square(Array x) {
    return x.square();
  }

  /**
   * {@return e to the x, for each element}
   *
   * @param x the operand
   */
  public static Array exp(Array x) {
    return x.exp();
  }

  /**
   * {@return the natural logarithm, for each element}
   *
   * @param x the operand
   */
  public static Array log(Array x) {
    return x.log();
  }

  /**
   * {@return the square root, for each element}
   *
   * @param x the operand
   */
  public static Array sqrt(Array x) {
    return x.sqrt();
  }

  /**
   * {@return 1 / sqrt(x), for each element}
   *
   * @param x the operand
   */
  public static Array rsqrt(Array x) {
    return x.rsqrt();
  }

  /**
   * {@return 1 / x, for each element}
   *
   * @param x the operand
   */
  public static Array reciprocal(Array x) {
    return x.reciprocal();
  }

  /**
   * {@return the hyperbolic tangent, for each element}
   *
   * @param x the operand
   */
  public static Array tanh(Array x) {
    return x.tanh();
  }

  /**
   * {@return the sine of x in radians, for each element}
   *
   * @param x the operand
   */
  public static Array sin(Array x) {
    return x.sin();
  }

  /**
   * {@return the cosine of x in radians, for each element}
   *
   * @param x the operand
   */
  public static Array cos(Array x) {
    return x.cos();
  }

  /**
   * {@return the error function, for each element}
   *
   * @param x the operand
   */
  public static Array erf(Array x) {
    return x.erf();
  }

  /**
   * {@return 1 / (1 + exp(-x)), for each element}
   *
   * @param x the operand
   */
  public static Array sigmoid(Array x) {
    return x.sigmoid();
  }

  /**
   * {@return true where x is 0, for each element}
   *
   * @param x the operand
   */
  public static Array logicalNot(Array x) {
    return x.logicalNot();
  }

  /**
   * {@return x + other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array add(Array x, Array other) {
    return x.add(other);
  }

  /**
   * {@return x + other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array add(Array x, long other) {
    return x.add(other);
  }

  /**
   * {@return x + other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array add(Array x, double other) {
    return x.add(other);
  }

  /**
   * {@return x + other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array add(Array x, boolean other) {
    return x.add(other);
  }

  /**
   * {@return x - other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array sub(Array x, Array other) {
    return x.sub(other);
  }

  /**
   * {@return x - other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array sub(Array x, long other) {
    return x.sub(other);
  }

  /**
   * {@return x - other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array sub(Array x, double other) {
    return x.sub(other);
  }

  /**
   * {@return x - other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array sub(Array x, boolean other) {
    return x.sub(other);
  }

  /**
   * {@return x * other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array mul(Array x, Array other) {
    return x.mul(other);
  }

  /**
   * {@return x * other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array mul(Array x, long other) {
    return x.mul(other);
  }

  /**
   * {@return x * other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array mul(Array x, double other) {
    return x.mul(other);
  }

  /**
   * {@return x * other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array mul(Array x, boolean other) {
    return x.mul(other);
  }

  /**
   * {@return x / other, in a floating type, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array div(Array x, Array other) {
    return x.div(other);
  }

  /**
   * {@return x / other, in a floating type, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array div(Array x, long other) {
    return x.div(other);
  }

  /**
   * {@return x / other, in a floating type, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array div(Array x, double other) {
    return x.div(other);
  }

  /**
   * {@return x / other, in a floating type, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array div(Array x, boolean other) {
    return x.div(other);
  }

  /**
   * {@return x to the other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array pow(Array x, Array other) {
    return x.pow(other);
  }

  /**
   * {@return x to the other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array pow(Array x, long other) {
    return x.pow(other);
  }

  /**
   * {@return x to the other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array pow(Array x, double other) {
    return x.pow(other);
  }

  /**
   * {@return x to the other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array pow(Array x, boolean other) {
    return x.pow(other);
  }

  /**
   * {@return the larger; NaN if either is, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array maximum(Array x, Array other) {
    return x.maximum(other);
  }

  /**
   * {@return the larger; NaN if either is, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array maximum(Array x, long other) {
    return x.maximum(other);
  }

  /**
   * {@return the larger; NaN if either is, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array maximum(Array x, double other) {
    return x.maximum(other);
  }

  /**
   * {@return the larger; NaN if either is, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array maximum(Array x, boolean other) {
    return x.maximum(other);
  }

  /**
   * {@return the smaller; NaN if either is, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array minimum(Array x, Array other) {
    return x.minimum(other);
  }

  /**
   * {@return the smaller; NaN if either is, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array minimum(Array x, long other) {
    return x.minimum(other);
  }

  /**
   * {@return the smaller; NaN if either is, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array minimum(Array x, double other) {
    return x.minimum(other);
  }

  /**
   * {@return the smaller; NaN if either is, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array minimum(Array x, boolean other) {
    return x.minimum(other);
  }

  /**
   * {@return whether x &gt; other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array gt(Array x, Array other) {
    return x.gt(other);
  }

  /**
   * {@return whether x &gt; other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array gt(Array x, long other) {
    return x.gt(other);
  }

  /**
   * {@return whether x &gt; other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array gt(Array x, double other) {
    return x.gt(other);
  }

  /**
   * {@return whether x &gt; other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array gt(Array x, boolean other) {
    return x.gt(other);
  }

  /**
   * {@return whether x &gt;= other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array ge(Array x, Array other) {
    return x.ge(other);
  }

  /**
   * {@return whether x &gt;= other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array ge(Array x, long other) {
    return x.ge(other);
  }

  /**
   * {@return whether x &gt;= other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array ge(Array x, double other) {
    return x.ge(other);
  }

  /**
   * {@return whether x &gt;= other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array ge(Array x, boolean other) {
    return x.ge(other);
  }

  /**
   * {@return whether x &lt; other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array lt(Array x, Array other) {
    return x.lt(other);
  }

  /**
   * {@return whether x &lt; other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array lt(Array x, long other) {
    return x.lt(other);
  }

  /**
   * {@return whether x &lt; other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array lt(Array x, double other) {
    return x.lt(other);
  }

  /**
   * {@return whether x &lt; other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array lt(Array x, boolean other) {
    return x.lt(other);
  }

  /**
   * {@return whether x &lt;= other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array le(Array x, Array other) {
    return x.le(other);
  }

  /**
   * {@return whether x &lt;= other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array le(Array x, long other) {
    return x.le(other);
  }

  /**
   * {@return whether x &lt;= other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array le(Array x, double other) {
    return x.le(other);
  }

  /**
   * {@return whether x &lt;= other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array le(Array x, boolean other) {
    return x.le(other);
  }

  /**
   * {@return whether x equals other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array eq(Array x, Array other) {
    return x.eq(other);
  }

  /**
   * {@return whether x equals other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array eq(Array x, long other) {
    return x.eq(other);
  }

  /**
   * {@return whether x equals other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array eq(Array x, double other) {
    return x.eq(other);
  }

  /**
   * {@return whether x equals other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array eq(Array x, boolean other) {
    return x.eq(other);
  }

  /**
   * {@return whether x differs from other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array ne(Array x, Array other) {
    return x.ne(other);
  }

  /**
   * {@return whether x differs from other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array ne(Array x, long other) {
    return x.ne(other);
  }

  /**
   * {@return whether x differs from other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array ne(Array x, double other) {
    return x.ne(other);
  }

  /**
   * {@return whether x differs from other, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array ne(Array x, boolean other) {
    return x.ne(other);
  }

  /**
   * {@return whether both are not 0, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array logicalAnd(Array x, Array other) {
    return x.logicalAnd(other);
  }

  /**
   * {@return whether both are not 0, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array logicalAnd(Array x, long other) {
    return x.logicalAnd(other);
  }

  /**
   * {@return whether both are not 0, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array logicalAnd(Array x, double other) {
    return x.logicalAnd(other);
  }

  /**
   * {@return whether both are not 0, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array logicalAnd(Array x, boolean other) {
    return x.logicalAnd(other);
  }

  /**
   * {@return whether one is not 0, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array logicalOr(Array x, Array other) {
    return x.logicalOr(other);
  }

  /**
   * {@return whether one is not 0, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array logicalOr(Array x, long other) {
    return x.logicalOr(other);
  }

  /**
   * {@return whether one is not 0, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array logicalOr(Array x, double other) {
    return x.logicalOr(other);
  }

  /**
   * {@return whether one is not 0, for each element}
   *
   * @param x the first operand
   * @param other the second operand
   */
  public static Array logicalOr(Array x, boolean other) {
    return x.logicalOr(other);
  }

  /**
   * {@return the sum over some axes, which are dropped}
   *
   * @param x the operand
   * @param axes the axes, negative from the end; none means all
   */
  public static Array sum(Array x, int... axes) {
    return x.sum(axes);
  }

  /**
   * {@return the mean over some axes, which are dropped}
   *
   * @param x the operand
   * @param axes the axes, negative from the end; none means all
   */
  public static Array mean(Array x, int... axes) {
    return x.mean(axes);
  }

  /**
   * {@return the largest element; NaN if any is over some axes, which are dropped}
   *
   * @param x the operand
   * @param axes the axes, negative from the end; none means all
   */
  public static Array max(Array x, int... axes) {
    return x.max(axes);
  }

  /**
   * {@return the smallest element; NaN if any is over some axes, which are dropped}
   *
   * @param x the operand
   * @param axes the axes, negative from the end; none means all
   */
  public static Array min(Array x, int... axes) {
    return x.min(axes);
  }

  /**
   * {@return the product over some axes, which are dropped}
   *
   * @param x the operand
   * @param axes the axes, negative from the end; none means all
   */
  public static Array prod(Array x, int... axes) {
    return x.prod(axes);
  }

  /**
   * {@return whether some element is not 0 over some axes, which are dropped}
   *
   * @param x the operand
   * @param axes the axes, negative from the end; none means all
   */
  public static Array any(Array x, int... axes) {
    return x.any(axes);
  }

  /**
   * {@return whether no element is 0 over some axes, which are dropped}
   *
   * @param x the operand
   * @param axes the axes, negative from the end; none means all
   */
  public static Array all(Array x, int... axes) {
    return x.all(axes);
  }

  /**
   * {@return the index of the largest element along an axis, as i32}
   *
   * @param x the operand
   * @param axis the axis, which is dropped
   */
  public static Array argmax(Array x, int axis) {
    return x.argmax(axis);
  }

  /**
   * {@return the index of the smallest element along an axis, as i32}
   *
   * @param x the operand
   * @param axis the axis, which is dropped
   */
  public static Array argmin(Array x, int axis) {
    return x.argmin(axis);
  }

  /**
   * {@return exp(x) over its sum along an axis, without overflow}
   *
   * @param x the operand
   * @param axis the axis, negative from the end
   */
  public static Array softmax(Array x, int axis) {
    return x.softmax(axis);
  }

  /**
   * {@return log of the sum of exp(x) along an axis, without overflow}
   *
   * @param x the operand
   * @param axis the axis, which is dropped
   */
  public static Array logSumExp(Array x, int axis) {
    return x.logSumExp(axis);
  }

  /**
   * {@return the matrix product over the last two dimensions}
   *
   * @param a [..., M, K]
   * @param b [..., K, N]
   */
  public static Array matmul(Array a, Array b) {
    return a.matmul(b);
  }

  /**
   * {@return the elements in row-major order under another shape}
   *
   * @param x the operand
   * @param dims the sizes; one may be -1
   */
  public static Array reshape(Array x, long... dims) {
    return x.reshape(dims);
  }

  /**
   * {@return the dimensions in another order}
   *
   * @param x the operand
   * @param order the axes; none reverses them
   */
  public static Array transpose(Array x, int... order) {
    return x.transpose(order);
  }

  /**
   * {@return the array with a new axis of size 1}
   *
   * @param x the operand
   * @param axis where it appears
   */
  public static Array expandDims(Array x, int axis) {
    return x.expandDims(axis);
  }

  /**
   * {@return the array without axes of size 1}
   *
   * @param x the operand
   * @param axes which; none means all of size 1
   */
  public static Array squeeze(Array x, int... axes) {
    return x.squeeze(axes);
  }

  /**
   * {@return the array repeated to a larger shape, without copying}
   *
   * @param x the operand
   * @param dims the shape
   */
  public static Array broadcastTo(Array x, long... dims) {
    return x.broadcastTo(dims);
  }

  /**
   * {@return the array converted to another type}
   *
   * @param x the operand
   * @param dtype the type
   */
  public static Array astype(Array x, lazuli.array.type.DType dtype) {
    return x.astype(dtype);
  }
}
