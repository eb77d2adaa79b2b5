package lazuli.array;

/** Scans and sorts, one-line mirrors of the methods of {@link Array}. */
public abstract sealed class OrderingFunctions extends ShapingFunctions permits ReductionFunctions {
  OrderingFunctions() {}

  /**
   * {@return the running sum along an axis}
   *
   * @param x the operand
   * @param axis the axis, negative from the end
   */
  public static Array cumsum(Array x, int axis) {
    return x.cumsum(axis);
  }

  /**
   * {@return the running sum along an axis}
   *
   * @param x the operand
   * @param axis the axis, negative from the end
   * @param reverse whether lines are walked from the end
   * @param inclusive whether each result includes its own element
   */
  public static Array cumsum(Array x, int axis, boolean reverse, boolean inclusive) {
    return x.cumsum(axis, reverse, inclusive);
  }

  /**
   * {@return the running product along an axis}
   *
   * @param x the operand
   * @param axis the axis, negative from the end
   */
  public static Array cumprod(Array x, int axis) {
    return x.cumprod(axis);
  }

  /**
   * {@return the running product along an axis}
   *
   * @param x the operand
   * @param axis the axis, negative from the end
   * @param reverse whether lines are walked from the end
   * @param inclusive whether each result includes its own element
   */
  public static Array cumprod(Array x, int axis, boolean reverse, boolean inclusive) {
    return x.cumprod(axis, reverse, inclusive);
  }

  /**
   * {@return the largest element so far; NaN after any along an axis}
   *
   * @param x the operand
   * @param axis the axis, negative from the end
   */
  public static Array cummax(Array x, int axis) {
    return x.cummax(axis);
  }

  /**
   * {@return the largest element so far; NaN after any along an axis}
   *
   * @param x the operand
   * @param axis the axis, negative from the end
   * @param reverse whether lines are walked from the end
   * @param inclusive whether each result includes its own element
   */
  public static Array cummax(Array x, int axis, boolean reverse, boolean inclusive) {
    return x.cummax(axis, reverse, inclusive);
  }

  /**
   * {@return the smallest element so far; NaN after any along an axis}
   *
   * @param x the operand
   * @param axis the axis, negative from the end
   */
  public static Array cummin(Array x, int axis) {
    return x.cummin(axis);
  }

  /**
   * {@return the smallest element so far; NaN after any along an axis}
   *
   * @param x the operand
   * @param axis the axis, negative from the end
   * @param reverse whether lines are walked from the end
   * @param inclusive whether each result includes its own element
   */
  public static Array cummin(Array x, int axis, boolean reverse, boolean inclusive) {
    return x.cummin(axis, reverse, inclusive);
  }

  /**
   * {@return log of the running sum of exp(x), without overflow along an axis}
   *
   * @param x the operand
   * @param axis the axis, negative from the end
   */
  public static Array logcumsumexp(Array x, int axis) {
    return x.logcumsumexp(axis);
  }

  /**
   * {@return log of the running sum of exp(x), without overflow along an axis}
   *
   * @param x the operand
   * @param axis the axis, negative from the end
   * @param reverse whether lines are walked from the end
   * @param inclusive whether each result includes its own element
   */
  public static Array logcumsumexp(Array x, int axis, boolean reverse, boolean inclusive) {
    return x.logcumsumexp(axis, reverse, inclusive);
  }

  /**
   * {@return differences of neighbours along the last axis}
   *
   * @param x the operand
   */
  public static Array diff(Array x) {
    return x.diff();
  }

  /**
   * {@return differences of neighbours along an axis}
   *
   * @param x the operand
   * @param n how often they are taken
   * @param axis the axis, negative from the end
   */
  public static Array diff(Array x, int n, int axis) {
    return x.diff(n, axis);
  }

  /**
   * {@return lines of the last axis in ascending order, NaN last}
   *
   * @param x the operand
   */
  public static Array sort(Array x) {
    return x.sort();
  }

  /**
   * {@return lines along an axis in ascending order, NaN last}
   *
   * @param x the operand
   * @param axis the axis, negative from the end
   */
  public static Array sort(Array x, int axis) {
    return x.sort(axis);
  }

  /**
   * {@return the indices, as i32, that would sort lines of the last axis; equals keep their order,
   * NaN comes last}
   *
   * @param x the operand
   */
  public static Array argsort(Array x) {
    return x.argsort();
  }

  /**
   * {@return the indices, as i32, that would sort lines along an axis; equals keep their order, NaN
   * comes last}
   *
   * @param x the operand
   * @param axis the axis, negative from the end
   */
  public static Array argsort(Array x, int axis) {
    return x.argsort(axis);
  }

  /**
   * {@return lines of which element kth is in its sorted place} The others are too: this is a full
   * sort.
   *
   * @param x the operand
   * @param kth the place that is sorted, negative from the end
   * @param axis the axis, negative from the end
   */
  public static Array partition(Array x, long kth, int axis) {
    return x.partition(kth, axis);
  }

  /**
   * {@return the indices, as i32, that would partition lines along an axis}
   *
   * @param x the operand
   * @param kth the place that is sorted, negative from the end
   * @param axis the axis, negative from the end
   */
  public static Array argpartition(Array x, long kth, int axis) {
    return x.argpartition(kth, axis);
  }

  /**
   * {@return the k largest of each line, in ascending order}
   *
   * @param x the operand
   * @param k how many
   * @param axis the axis, negative from the end
   */
  public static Array topk(Array x, long k, int axis) {
    return x.topk(k, axis);
  }

  /**
   * {@return where each value belongs in this sorted row, before equals, as i32}
   *
   * @param x the operand
   * @param values the values
   */
  public static Array searchsorted(Array x, Array values) {
    return x.searchsorted(values);
  }

  /**
   * {@return where each value belongs in this sorted row, as i32}
   *
   * @param x the operand
   * @param values the values
   * @param right whether it goes behind equals
   */
  public static Array searchsorted(Array x, Array values, boolean right) {
    return x.searchsorted(values, right);
  }
}
