package lazuli.array;

/** Reductions, one-line mirrors of the methods of {@link Array}. */
public abstract sealed class ReductionFunctions extends OrderingFunctions
    permits ComparisonFunctions {
  ReductionFunctions() {}

  /**
   * {@return the sum over some axes, which are dropped} Truth values and narrow integers add up in
   * 32 bits.
   *
   * @param x the operand
   * @param axes the axes, negative from the end; none means all
   */
  public static Array sum(Array x, int... axes) {
    return x.sum(axes);
  }

  /**
   * {@return the sum over some axes} Truth values and narrow integers add up in 32 bits.
   *
   * @param x the operand
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  public static Array sum(Array x, boolean keepDims, int... axes) {
    return x.sum(keepDims, axes);
  }

  /**
   * {@return the mean over some axes, which are dropped} Integers are lifted to f32.
   *
   * @param x the operand
   * @param axes the axes, negative from the end; none means all
   */
  public static Array mean(Array x, int... axes) {
    return x.mean(axes);
  }

  /**
   * {@return the mean over some axes} Integers are lifted to f32.
   *
   * @param x the operand
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  public static Array mean(Array x, boolean keepDims, int... axes) {
    return x.mean(keepDims, axes);
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
   * {@return the largest element; NaN if any is over some axes}
   *
   * @param x the operand
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  public static Array max(Array x, boolean keepDims, int... axes) {
    return x.max(keepDims, axes);
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
   * {@return the smallest element; NaN if any is over some axes}
   *
   * @param x the operand
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  public static Array min(Array x, boolean keepDims, int... axes) {
    return x.min(keepDims, axes);
  }

  /**
   * {@return the product over some axes, which are dropped} Truth values and narrow integers
   * multiply in 32 bits.
   *
   * @param x the operand
   * @param axes the axes, negative from the end; none means all
   */
  public static Array prod(Array x, int... axes) {
    return x.prod(axes);
  }

  /**
   * {@return the product over some axes} Truth values and narrow integers multiply in 32 bits.
   *
   * @param x the operand
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  public static Array prod(Array x, boolean keepDims, int... axes) {
    return x.prod(keepDims, axes);
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
   * {@return whether some element is not 0 over some axes}
   *
   * @param x the operand
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  public static Array any(Array x, boolean keepDims, int... axes) {
    return x.any(keepDims, axes);
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
   * {@return whether no element is 0 over some axes}
   *
   * @param x the operand
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  public static Array all(Array x, boolean keepDims, int... axes) {
    return x.all(keepDims, axes);
  }

  /**
   * {@return the index of the largest element along an axis, as i32; the first of equals}
   *
   * @param x the operand
   * @param axis the axis, which is dropped
   */
  public static Array argmax(Array x, int axis) {
    return x.argmax(axis);
  }

  /**
   * {@return the index of the largest element along an axis, as i32; the first of equals}
   *
   * @param x the operand
   * @param keepDims whether the axis stays with size 1
   * @param axis the axis, negative from the end
   */
  public static Array argmax(Array x, boolean keepDims, int axis) {
    return x.argmax(keepDims, axis);
  }

  /**
   * {@return the index of the largest element in row-major order, as i32; the first of equals}
   *
   * @param x the operand
   */
  public static Array argmax(Array x) {
    return x.argmax();
  }

  /**
   * {@return the index of the smallest element along an axis, as i32; the first of equals}
   *
   * @param x the operand
   * @param axis the axis, which is dropped
   */
  public static Array argmin(Array x, int axis) {
    return x.argmin(axis);
  }

  /**
   * {@return the index of the smallest element along an axis, as i32; the first of equals}
   *
   * @param x the operand
   * @param keepDims whether the axis stays with size 1
   * @param axis the axis, negative from the end
   */
  public static Array argmin(Array x, boolean keepDims, int axis) {
    return x.argmin(keepDims, axis);
  }

  /**
   * {@return the index of the smallest element in row-major order, as i32; the first of equals}
   *
   * @param x the operand
   */
  public static Array argmin(Array x) {
    return x.argmin();
  }

  /**
   * {@return the variance over some axes, which are dropped} Integers are lifted to f32.
   *
   * @param x the operand
   * @param axes the axes, negative from the end; none means all
   */
  public static Array var(Array x, int... axes) {
    return x.var(axes);
  }

  /**
   * {@return the variance over some axes} Integers are lifted to f32.
   *
   * @param x the operand
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  public static Array var(Array x, boolean keepDims, int... axes) {
    return x.var(keepDims, axes);
  }

  /**
   * {@return the variance over some axes} Integers are lifted to f32.
   *
   * @param x the operand
   * @param ddof subtracted from the number of elements that divides; 1 for a sample
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  public static Array var(Array x, double ddof, boolean keepDims, int... axes) {
    return x.var(ddof, keepDims, axes);
  }

  /**
   * {@return the standard deviation over some axes, which are dropped} Integers are lifted to f32.
   *
   * @param x the operand
   * @param axes the axes, negative from the end; none means all
   */
  public static Array std(Array x, int... axes) {
    return x.std(axes);
  }

  /**
   * {@return the standard deviation over some axes} Integers are lifted to f32.
   *
   * @param x the operand
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  public static Array std(Array x, boolean keepDims, int... axes) {
    return x.std(keepDims, axes);
  }

  /**
   * {@return the standard deviation over some axes} Integers are lifted to f32.
   *
   * @param x the operand
   * @param ddof subtracted from the number of elements that divides; 1 for a sample
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  public static Array std(Array x, double ddof, boolean keepDims, int... axes) {
    return x.std(ddof, keepDims, axes);
  }

  /**
   * {@return the middle element over some axes, which are dropped, or the mean of the two in the
   * middle; NaN if any is}
   *
   * @param x the operand
   * @param axes the axes, negative from the end; none means all
   */
  public static Array median(Array x, int... axes) {
    return x.median(axes);
  }

  /**
   * {@return the middle element over some axes, or the mean of the two in the middle; NaN if any
   * is}
   *
   * @param x the operand
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  public static Array median(Array x, boolean keepDims, int... axes) {
    return x.median(keepDims, axes);
  }

  /**
   * {@return how many elements are not 0 over some axes, which are dropped, as i32}
   *
   * @param x the operand
   * @param axes the axes, negative from the end; none means all
   */
  public static Array countNonzero(Array x, int... axes) {
    return x.countNonzero(axes);
  }

  /**
   * {@return how many elements are not 0 over some axes, as i32}
   *
   * @param x the operand
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  public static Array countNonzero(Array x, boolean keepDims, int... axes) {
    return x.countNonzero(keepDims, axes);
  }

  /**
   * {@return log of the sum of exp(x) over some axes, which are dropped, without overflow} Integers
   * are lifted to f32.
   *
   * @param x the operand
   * @param axes the axes, negative from the end; none means all
   */
  public static Array logSumExp(Array x, int... axes) {
    return x.logSumExp(axes);
  }

  /**
   * {@return log of the sum of exp(x) over some axes, without overflow} Integers are lifted to f32.
   *
   * @param x the operand
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  public static Array logSumExp(Array x, boolean keepDims, int... axes) {
    return x.logSumExp(keepDims, axes);
  }

  /**
   * {@return exp(x) over its sum along an axis, without overflow} Integers are lifted to f32; half
   * types compute in f32.
   *
   * @param x the operand
   * @param axis the axis, negative from the end
   */
  public static Array softmax(Array x, int axis) {
    return x.softmax(axis);
  }
}
