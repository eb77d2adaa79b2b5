package lazuli.array;

import lazuli.array.op.Build;
import lazuli.array.op.Part;

/** Parts of an index, and functions that take and put elements. None computes. */
public abstract sealed class IndexFunctions extends AttentionFunctions permits LinearFunctions {
  /** Every dimension that no other part of an index names. */
  public static final Selector ELLIPSIS = new Selector(Part.ELLIPSIS);

  /** A new dimension of size 1. */
  public static final Selector NEWAXIS = new Selector(Part.NEW);

  IndexFunctions() {}

  /**
   * {@return an index that drops its dimension}
   *
   * @param index from 0, negative from the end
   */
  public static Selector at(long index) {
    return new Selector(new Part.At(index));
  }

  /** {@return a whole dimension; {@code all().step(2)} is every other element} */
  public static Selector all() {
    return new Selector(new Part.Range(null, null, 1));
  }

  /**
   * {@return a range of a dimension, clipped as in Python}
   *
   * @param start the first index, negative from the end
   * @param stop the index behind the last, negative from the end
   */
  public static Selector range(long start, long stop) {
    return new Selector(new Part.Range(start, stop, 1));
  }

  /**
   * {@return a dimension from an index on}
   *
   * @param start the first index, negative from the end
   */
  public static Selector from(long start) {
    return new Selector(new Part.Range(start, null, 1));
  }

  /**
   * {@return the elements at some indices of the flattened array}
   *
   * @param x the array
   * @param indices integers, negative from the end; checked when they are read
   */
  public static Array take(Array x, Array indices) {
    return x.take(indices);
  }

  /**
   * {@return the elements at some indices of an axis, whose place the indices' dimensions take}
   *
   * @param x the array
   * @param indices integers, negative from the end; checked when they are read
   * @param axis the axis, negative from the end
   */
  public static Array take(Array x, Array indices, int axis) {
    return x.take(indices, axis);
  }

  /**
   * {@return the elements at indices of their own line}
   *
   * @param x the array
   * @param indices integers, with as many dimensions as x; checked when they are read
   * @param axis along which lines run, negative from the end
   */
  public static Array takeAlongAxis(Array x, Array indices, int axis) {
    return x.takeAlongAxis(indices, axis);
  }

  /**
   * {@return the array with values put at indices of their own line; of several the last wins}
   *
   * @param x the array
   * @param indices integers, with as many dimensions as x; checked when they are read
   * @param values what is put; broadcasts to the indices
   * @param axis along which lines run, negative from the end
   */
  public static Array putAlongAxis(Array x, Array indices, Array values, int axis) {
    return x.putAlongAxis(indices, values, axis);
  }

  /**
   * {@return for each dimension the indices, as i32, of the elements that are not 0} Computes the
   * array now: how many there are decides the shape.
   *
   * @param x the array
   */
  public static Array[] nonzero(Array x) {
    return x.nonzero();
  }

  /**
   * {@return a where the condition holds, else b}
   *
   * @param condition not 0 means that it holds
   * @param a the values where it holds
   * @param b the values elsewhere
   */
  public static Array where(Array condition, Array a, Array b) {
    return new Array(Build.where(condition.node(), a.node(), b.node()));
  }

  /**
   * {@return a where the condition holds, else the literal}
   *
   * @param condition not 0 means that it holds
   * @param a the values where it holds
   * @param b the value elsewhere
   */
  public static Array where(Array condition, Array a, double b) {
    return new Array(Build.where(condition.node(), a.node(), Build.scalar(a.node(), b)));
  }

  /**
   * {@return the literal where the condition holds, else b}
   *
   * @param condition not 0 means that it holds
   * @param a the value where it holds
   * @param b the values elsewhere
   */
  public static Array where(Array condition, double a, Array b) {
    return new Array(Build.where(condition.node(), Build.scalar(b.node(), a), b.node()));
  }
}
