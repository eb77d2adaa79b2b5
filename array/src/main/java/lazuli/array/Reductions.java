package lazuli.array;

import lazuli.array.op.Build;
import lazuli.array.op.Movements;
import lazuli.array.op.Ordering;
import lazuli.array.op.Reduction;
import lazuli.array.op.Statistics;

/**
 * Methods of {@link Array} that reduce dimensions. None computes. A wrong shape, type or axis
 * raises {@link lazuli.array.type.ArrayException}.
 */
public sealed interface Reductions permits Array {
  /** {@return the array itself} */
  Array self();

  /**
   * {@return the sum over some axes, which are dropped} Truth values and narrow integers add up in
   * 32 bits.
   *
   * @param axes the axes, negative from the end; none means all
   */
  default Array sum(int... axes) {
    return new Array(Build.reduce(Reduction.SUM, self().node(), false, axes));
  }

  /**
   * {@return the sum over some axes} Truth values and narrow integers add up in 32 bits.
   *
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  default Array sum(boolean keepDims, int... axes) {
    return new Array(Build.reduce(Reduction.SUM, self().node(), keepDims, axes));
  }

  /**
   * {@return the mean over some axes, which are dropped} Integers are lifted to f32.
   *
   * @param axes the axes, negative from the end; none means all
   */
  default Array mean(int... axes) {
    return new Array(Build.reduce(Reduction.MEAN, self().node(), false, axes));
  }

  /**
   * {@return the mean over some axes} Integers are lifted to f32.
   *
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  default Array mean(boolean keepDims, int... axes) {
    return new Array(Build.reduce(Reduction.MEAN, self().node(), keepDims, axes));
  }

  /**
   * {@return the largest element; NaN if any is over some axes, which are dropped}
   *
   * @param axes the axes, negative from the end; none means all
   */
  default Array max(int... axes) {
    return new Array(Build.reduce(Reduction.MAX, self().node(), false, axes));
  }

  /**
   * {@return the largest element; NaN if any is over some axes}
   *
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  default Array max(boolean keepDims, int... axes) {
    return new Array(Build.reduce(Reduction.MAX, self().node(), keepDims, axes));
  }

  /**
   * {@return the smallest element; NaN if any is over some axes, which are dropped}
   *
   * @param axes the axes, negative from the end; none means all
   */
  default Array min(int... axes) {
    return new Array(Build.reduce(Reduction.MIN, self().node(), false, axes));
  }

  /**
   * {@return the smallest element; NaN if any is over some axes}
   *
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  default Array min(boolean keepDims, int... axes) {
    return new Array(Build.reduce(Reduction.MIN, self().node(), keepDims, axes));
  }

  /**
   * {@return the product over some axes, which are dropped} Truth values and narrow integers
   * multiply in 32 bits.
   *
   * @param axes the axes, negative from the end; none means all
   */
  default Array prod(int... axes) {
    return new Array(Build.reduce(Reduction.PROD, self().node(), false, axes));
  }

  /**
   * {@return the product over some axes} Truth values and narrow integers multiply in 32 bits.
   *
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  default Array prod(boolean keepDims, int... axes) {
    return new Array(Build.reduce(Reduction.PROD, self().node(), keepDims, axes));
  }

  /**
   * {@return whether some element is not 0 over some axes, which are dropped}
   *
   * @param axes the axes, negative from the end; none means all
   */
  default Array any(int... axes) {
    return new Array(Build.reduce(Reduction.ANY, self().node(), false, axes));
  }

  /**
   * {@return whether some element is not 0 over some axes}
   *
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  default Array any(boolean keepDims, int... axes) {
    return new Array(Build.reduce(Reduction.ANY, self().node(), keepDims, axes));
  }

  /**
   * {@return whether no element is 0 over some axes, which are dropped}
   *
   * @param axes the axes, negative from the end; none means all
   */
  default Array all(int... axes) {
    return new Array(Build.reduce(Reduction.ALL, self().node(), false, axes));
  }

  /**
   * {@return whether no element is 0 over some axes}
   *
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  default Array all(boolean keepDims, int... axes) {
    return new Array(Build.reduce(Reduction.ALL, self().node(), keepDims, axes));
  }

  /**
   * {@return the index of the largest element along an axis, as i32; the first of equals}
   *
   * @param axis the axis, which is dropped
   */
  default Array argmax(int axis) {
    return new Array(Build.argReduce(true, self().node(), false, axis));
  }

  /**
   * {@return the index of the largest element along an axis, as i32; the first of equals}
   *
   * @param keepDims whether the axis stays with size 1
   * @param axis the axis, negative from the end
   */
  default Array argmax(boolean keepDims, int axis) {
    return new Array(Build.argReduce(true, self().node(), keepDims, axis));
  }

  /** {@return the index of the largest element in row-major order, as i32; the first of equals} */
  default Array argmax() {
    return new Array(Build.argReduce(true, Movements.reshape(self().node(), -1), false, 0));
  }

  /**
   * {@return the index of the smallest element along an axis, as i32; the first of equals}
   *
   * @param axis the axis, which is dropped
   */
  default Array argmin(int axis) {
    return new Array(Build.argReduce(false, self().node(), false, axis));
  }

  /**
   * {@return the index of the smallest element along an axis, as i32; the first of equals}
   *
   * @param keepDims whether the axis stays with size 1
   * @param axis the axis, negative from the end
   */
  default Array argmin(boolean keepDims, int axis) {
    return new Array(Build.argReduce(false, self().node(), keepDims, axis));
  }

  /** {@return the index of the smallest element in row-major order, as i32; the first of equals} */
  default Array argmin() {
    return new Array(Build.argReduce(false, Movements.reshape(self().node(), -1), false, 0));
  }

  /**
   * {@return the variance over some axes, which are dropped} Integers are lifted to f32.
   *
   * @param axes the axes, negative from the end; none means all
   */
  default Array var(int... axes) {
    return new Array(Statistics.variance(self().node(), false, 0, axes));
  }

  /**
   * {@return the variance over some axes} Integers are lifted to f32.
   *
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  default Array var(boolean keepDims, int... axes) {
    return new Array(Statistics.variance(self().node(), keepDims, 0, axes));
  }

  /**
   * {@return the variance over some axes} Integers are lifted to f32.
   *
   * @param ddof subtracted from the number of elements that divides; 1 for a sample
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  default Array var(double ddof, boolean keepDims, int... axes) {
    return new Array(Statistics.variance(self().node(), keepDims, ddof, axes));
  }

  /**
   * {@return the standard deviation over some axes, which are dropped} Integers are lifted to f32.
   *
   * @param axes the axes, negative from the end; none means all
   */
  default Array std(int... axes) {
    return new Array(Statistics.deviation(self().node(), false, 0, axes));
  }

  /**
   * {@return the standard deviation over some axes} Integers are lifted to f32.
   *
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  default Array std(boolean keepDims, int... axes) {
    return new Array(Statistics.deviation(self().node(), keepDims, 0, axes));
  }

  /**
   * {@return the standard deviation over some axes} Integers are lifted to f32.
   *
   * @param ddof subtracted from the number of elements that divides; 1 for a sample
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  default Array std(double ddof, boolean keepDims, int... axes) {
    return new Array(Statistics.deviation(self().node(), keepDims, ddof, axes));
  }

  /**
   * {@return the middle element over some axes, which are dropped, or the mean of the two in the
   * middle; NaN if any is}
   *
   * @param axes the axes, negative from the end; none means all
   */
  default Array median(int... axes) {
    return new Array(Ordering.median(self().node(), false, axes));
  }

  /**
   * {@return the middle element over some axes, or the mean of the two in the middle; NaN if any
   * is}
   *
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  default Array median(boolean keepDims, int... axes) {
    return new Array(Ordering.median(self().node(), keepDims, axes));
  }

  /**
   * {@return how many elements are not 0 over some axes, which are dropped, as i32}
   *
   * @param axes the axes, negative from the end; none means all
   */
  default Array countNonzero(int... axes) {
    return new Array(Statistics.countNonzero(self().node(), false, axes));
  }

  /**
   * {@return how many elements are not 0 over some axes, as i32}
   *
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  default Array countNonzero(boolean keepDims, int... axes) {
    return new Array(Statistics.countNonzero(self().node(), keepDims, axes));
  }

  /**
   * {@return log of the sum of exp(x) over some axes, which are dropped, without overflow} Integers
   * are lifted to f32.
   *
   * @param axes the axes, negative from the end; none means all
   */
  default Array logSumExp(int... axes) {
    return new Array(Statistics.logSumExp(self().node(), false, axes));
  }

  /**
   * {@return log of the sum of exp(x) over some axes, without overflow} Integers are lifted to f32.
   *
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  default Array logSumExp(boolean keepDims, int... axes) {
    return new Array(Statistics.logSumExp(self().node(), keepDims, axes));
  }

  /**
   * {@return exp(x) over its sum along an axis, without overflow} Integers are lifted to f32; half
   * types compute in f32.
   *
   * @param axis the axis, negative from the end
   */
  default Array softmax(int axis) {
    return new Array(Build.softmax(self().node(), axis));
  }
}
