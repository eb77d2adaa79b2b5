package lazuli.array;

import lazuli.array.op.Ordering;
import lazuli.array.op.Picking;
import lazuli.array.op.Scanning;

/**
 * Methods of {@link Array} that walk or order lines. None computes. A wrong shape, type or axis
 * raises {@link lazuli.array.type.ArrayException}.
 */
public sealed interface Orderings permits Array {
  /** {@return the array itself} */
  Array self();

  /**
   * {@return the running sum along an axis}
   *
   * @param axis the axis, negative from the end
   */
  default Array cumsum(int axis) {
    return new Array(Ordering.scan(Scanning.CUMSUM, self().node(), axis, false, true));
  }

  /**
   * {@return the running sum along an axis}
   *
   * @param axis the axis, negative from the end
   * @param reverse whether lines are walked from the end
   * @param inclusive whether each result includes its own element
   */
  default Array cumsum(int axis, boolean reverse, boolean inclusive) {
    return new Array(Ordering.scan(Scanning.CUMSUM, self().node(), axis, reverse, inclusive));
  }

  /**
   * {@return the running product along an axis}
   *
   * @param axis the axis, negative from the end
   */
  default Array cumprod(int axis) {
    return new Array(Ordering.scan(Scanning.CUMPROD, self().node(), axis, false, true));
  }

  /**
   * {@return the running product along an axis}
   *
   * @param axis the axis, negative from the end
   * @param reverse whether lines are walked from the end
   * @param inclusive whether each result includes its own element
   */
  default Array cumprod(int axis, boolean reverse, boolean inclusive) {
    return new Array(Ordering.scan(Scanning.CUMPROD, self().node(), axis, reverse, inclusive));
  }

  /**
   * {@return the largest element so far; NaN after any along an axis}
   *
   * @param axis the axis, negative from the end
   */
  default Array cummax(int axis) {
    return new Array(Ordering.scan(Scanning.CUMMAX, self().node(), axis, false, true));
  }

  /**
   * {@return the largest element so far; NaN after any along an axis}
   *
   * @param axis the axis, negative from the end
   * @param reverse whether lines are walked from the end
   * @param inclusive whether each result includes its own element
   */
  default Array cummax(int axis, boolean reverse, boolean inclusive) {
    return new Array(Ordering.scan(Scanning.CUMMAX, self().node(), axis, reverse, inclusive));
  }

  /**
   * {@return the smallest element so far; NaN after any along an axis}
   *
   * @param axis the axis, negative from the end
   */
  default Array cummin(int axis) {
    return new Array(Ordering.scan(Scanning.CUMMIN, self().node(), axis, false, true));
  }

  /**
   * {@return the smallest element so far; NaN after any along an axis}
   *
   * @param axis the axis, negative from the end
   * @param reverse whether lines are walked from the end
   * @param inclusive whether each result includes its own element
   */
  default Array cummin(int axis, boolean reverse, boolean inclusive) {
    return new Array(Ordering.scan(Scanning.CUMMIN, self().node(), axis, reverse, inclusive));
  }

  /**
   * {@return log of the running sum of exp(x), without overflow along an axis}
   *
   * @param axis the axis, negative from the end
   */
  default Array logcumsumexp(int axis) {
    return new Array(Ordering.scan(Scanning.LOGCUMSUMEXP, self().node(), axis, false, true));
  }

  /**
   * {@return log of the running sum of exp(x), without overflow along an axis}
   *
   * @param axis the axis, negative from the end
   * @param reverse whether lines are walked from the end
   * @param inclusive whether each result includes its own element
   */
  default Array logcumsumexp(int axis, boolean reverse, boolean inclusive) {
    return new Array(Ordering.scan(Scanning.LOGCUMSUMEXP, self().node(), axis, reverse, inclusive));
  }

  /** {@return differences of neighbours along the last axis} */
  default Array diff() {
    return new Array(Ordering.diff(self().node(), 1, -1));
  }

  /**
   * {@return differences of neighbours along an axis}
   *
   * @param n how often they are taken
   * @param axis the axis, negative from the end
   */
  default Array diff(int n, int axis) {
    return new Array(Ordering.diff(self().node(), n, axis));
  }

  /** {@return lines of the last axis in ascending order, NaN last} */
  default Array sort() {
    return new Array(Ordering.sort(self().node(), -1));
  }

  /**
   * {@return lines along an axis in ascending order, NaN last}
   *
   * @param axis the axis, negative from the end
   */
  default Array sort(int axis) {
    return new Array(Ordering.sort(self().node(), axis));
  }

  /**
   * {@return the indices, as i32, that would sort lines of the last axis; equals keep their order,
   * NaN comes last}
   */
  default Array argsort() {
    return new Array(Ordering.argSort(self().node(), -1));
  }

  /**
   * {@return the indices, as i32, that would sort lines along an axis; equals keep their order, NaN
   * comes last}
   *
   * @param axis the axis, negative from the end
   */
  default Array argsort(int axis) {
    return new Array(Ordering.argSort(self().node(), axis));
  }

  /**
   * {@return lines of which element kth is in its sorted place} The others are too: this is a full
   * sort.
   *
   * @param kth the place that is sorted, negative from the end
   * @param axis the axis, negative from the end
   */
  default Array partition(long kth, int axis) {
    return new Array(Ordering.partition(self().node(), kth, axis));
  }

  /**
   * {@return the indices, as i32, that would partition lines along an axis}
   *
   * @param kth the place that is sorted, negative from the end
   * @param axis the axis, negative from the end
   */
  default Array argpartition(long kth, int axis) {
    return new Array(Ordering.argPartition(self().node(), kth, axis));
  }

  /**
   * {@return the k largest of each line, in ascending order}
   *
   * @param k how many
   * @param axis the axis, negative from the end
   */
  default Array topk(long k, int axis) {
    return new Array(Ordering.topK(self().node(), k, axis));
  }

  /**
   * {@return where each value belongs in this sorted row, before equals, as i32}
   *
   * @param values the values
   */
  default Array searchsorted(Array values) {
    return new Array(Picking.searchSorted(self().node(), values.node(), false));
  }

  /**
   * {@return where each value belongs in this sorted row, as i32}
   *
   * @param values the values
   * @param right whether it goes behind equals
   */
  default Array searchsorted(Array values, boolean right) {
    return new Array(Picking.searchSorted(self().node(), values.node(), right));
  }
}
