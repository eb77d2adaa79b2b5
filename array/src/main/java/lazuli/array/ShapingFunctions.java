package lazuli.array;

import lazuli.array.type.DType;

/** Shapes, one-line mirrors of the methods of {@link Array}. */
public abstract sealed class ShapingFunctions extends ProductFunctions permits OrderingFunctions {
  ShapingFunctions() {}

  /**
   * {@return the elements in row-major order under another shape} Copies only when the array is a
   * view that cannot be seen that way.
   *
   * @param x the operand
   * @param dims the sizes; one may be -1, which means "whatever is left"
   */
  public static Array reshape(Array x, long... dims) {
    return x.reshape(dims);
  }

  /**
   * {@return all dimensions joined into one}
   *
   * @param x the operand
   */
  public static Array flatten(Array x) {
    return x.flatten();
  }

  /**
   * {@return some dimensions joined into one}
   *
   * @param x the operand
   * @param first the first of them
   * @param last the last of them
   */
  public static Array flatten(Array x, int first, int last) {
    return x.flatten(first, last);
  }

  /**
   * {@return one dimension split into several}
   *
   * @param x the operand
   * @param axis the axis, negative from the end
   * @param sizes their sizes; one may be -1
   */
  public static Array unflatten(Array x, int axis, long... sizes) {
    return x.unflatten(axis, sizes);
  }

  /**
   * {@return the dimensions in another order, without copying}
   *
   * @param x the operand
   * @param order the axes, negative from the end; none reverses them
   */
  public static Array transpose(Array x, int... order) {
    return x.transpose(order);
  }

  /**
   * {@return the dimensions in another order, without copying}
   *
   * @param x the operand
   * @param order the axes, negative from the end; none reverses them
   */
  public static Array permuteDims(Array x, int... order) {
    return x.permuteDims(order);
  }

  /**
   * {@return one dimension moved to another place}
   *
   * @param x the operand
   * @param source the axis
   * @param destination its new place
   */
  public static Array moveaxis(Array x, int source, int destination) {
    return x.moveaxis(source, destination);
  }

  /**
   * {@return two dimensions exchanged}
   *
   * @param x the operand
   * @param axis1 the one
   * @param axis2 the other
   */
  public static Array swapaxes(Array x, int axis1, int axis2) {
    return x.swapaxes(axis1, axis2);
  }

  /**
   * {@return the array with a new axis of size 1}
   *
   * @param x the operand
   * @param axis where it appears in the result, negative from the end
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
   * {@return the array with at least 1 dimension}
   *
   * @param x the operand
   */
  public static Array atLeast1d(Array x) {
    return x.atLeast1d();
  }

  /**
   * {@return the array with at least 2 dimensions}
   *
   * @param x the operand
   */
  public static Array atLeast2d(Array x) {
    return x.atLeast2d();
  }

  /**
   * {@return the array with at least 3 dimensions}
   *
   * @param x the operand
   */
  public static Array atLeast3d(Array x) {
    return x.atLeast3d();
  }

  /**
   * {@return the array converted to another type, rounded to nearest even} Floating values that
   * become integers lose their fraction and are clamped to the range; NaN becomes 0.
   *
   * @param x the operand
   * @param dtype the type
   */
  public static Array astype(Array x, DType dtype) {
    return x.astype(dtype);
  }

  /**
   * {@return the same bytes as elements of another type} The last dimension grows or shrinks with
   * the size of an element.
   *
   * @param x the operand
   * @param dtype the type
   */
  public static Array view(Array x, DType dtype) {
    return x.view(dtype);
  }

  /**
   * {@return the elements in row-major order in memory of their own}
   *
   * @param x the operand
   */
  public static Array contiguous(Array x) {
    return x.contiguous();
  }

  /**
   * {@return elements of the flattened array at a regular grid of places, copied}
   *
   * @param x the operand
   * @param shape the shape
   * @param strides the distance in each dimension, in elements
   * @param offset the place of the first element
   */
  public static Array asStrided(Array x, long[] shape, long[] strides, long offset) {
    return x.asStrided(shape, strides, offset);
  }

  /**
   * {@return each element several times in a row along an axis}
   *
   * @param x the operand
   * @param times how often
   * @param axis the axis, negative from the end
   */
  public static Array repeat(Array x, long times, int axis) {
    return x.repeat(times, axis);
  }

  /**
   * {@return the whole array several times along each dimension}
   *
   * @param x the operand
   * @param times how often, for the last dimensions
   */
  public static Array tile(Array x, long... times) {
    return x.tile(times);
  }

  /**
   * {@return elements of the flattened array moved; those that leave come back at the other end}
   *
   * @param x the operand
   * @param shift how far
   */
  public static Array roll(Array x, long shift) {
    return x.roll(shift);
  }

  /**
   * {@return elements moved along an axis; those that leave come back at the other end}
   *
   * @param x the operand
   * @param shift how far
   * @param axis the axis, negative from the end
   */
  public static Array roll(Array x, long shift, int axis) {
    return x.roll(shift, axis);
  }

  /**
   * {@return the order of elements reversed along some axes}
   *
   * @param x the operand
   * @param axes the axes, negative from the end; none means all
   */
  public static Array flip(Array x, int... axes) {
    return x.flip(axes);
  }

  /**
   * {@return the array with a margin of zeros}
   *
   * @param x the operand
   * @param widths one for all ends, before and after for all axes, or before and after for each
   *     axis in turn
   */
  public static Array pad(Array x, long... widths) {
    return x.pad(widths);
  }

  /**
   * {@return the array with a margin}
   *
   * @param x the operand
   * @param mode constant (zeros), edge, reflect or symmetric
   * @param widths one for all ends, before and after for all axes, or before and after for each
   *     axis in turn
   */
  public static Array pad(Array x, String mode, long... widths) {
    return x.pad(mode, widths);
  }

  /**
   * {@return the array with a margin of a value}
   *
   * @param x the operand
   * @param value what the margin holds
   * @param widths one for all ends, before and after for all axes, or before and after for each
   *     axis in turn
   */
  public static Array pad(Array x, double value, long... widths) {
    return x.pad(value, widths);
  }

  /**
   * {@return parts of one size along an axis}
   *
   * @param x the operand
   * @param parts how many
   * @param axis the axis, negative from the end
   */
  public static Array[] split(Array x, int parts, int axis) {
    return x.split(parts, axis);
  }

  /**
   * {@return parts along an axis that begin at given places}
   *
   * @param x the operand
   * @param axis the axis, negative from the end
   * @param places where a part ends and the next begins
   */
  public static Array[] splitAt(Array x, int axis, long... places) {
    return x.splitAt(axis, places);
  }

  /**
   * {@return the parts of size 1 along an axis, without the axis}
   *
   * @param x the operand
   * @param axis the axis, negative from the end
   */
  public static Array[] unstack(Array x, int axis) {
    return x.unstack(axis);
  }

  /**
   * {@return elements i, i of the first two dimensions, as the last one}
   *
   * @param x the operand
   */
  public static Array diagonal(Array x) {
    return x.diagonal();
  }

  /**
   * {@return elements i, i + offset of two dimensions, as the last one}
   *
   * @param x the operand
   * @param offset 0 for the main diagonal, above it positive
   * @param axis1 the rows
   * @param axis2 the columns
   */
  public static Array diagonal(Array x, int offset, int axis1, int axis2) {
    return x.diagonal(offset, axis1, axis2);
  }

  /**
   * {@return a matrix of this diagonal, or the diagonal of this matrix}
   *
   * @param x the operand
   */
  public static Array diag(Array x) {
    return x.diag();
  }

  /**
   * {@return a matrix of this diagonal, or the diagonal of this matrix}
   *
   * @param x the operand
   * @param offset 0 for the main diagonal, above it positive
   */
  public static Array diag(Array x, int offset) {
    return x.diag(offset);
  }

  /**
   * {@return the sum of elements i, i of the first two dimensions}
   *
   * @param x the operand
   */
  public static Array trace(Array x) {
    return x.trace();
  }

  /**
   * {@return the sum of elements i, i + offset of two dimensions}
   *
   * @param x the operand
   * @param offset 0 for the main diagonal, above it positive
   * @param axis1 the rows
   * @param axis2 the columns
   */
  public static Array trace(Array x, int offset, int axis1, int axis2) {
    return x.trace(offset, axis1, axis2);
  }

  /**
   * {@return zeros above a diagonal of the last two dimensions}
   *
   * @param x the operand
   * @param diagonal 0 for the main diagonal, above it positive
   */
  public static Array tril(Array x, int diagonal) {
    return x.tril(diagonal);
  }

  /**
   * {@return zeros below a diagonal of the last two dimensions}
   *
   * @param x the operand
   * @param diagonal 0 for the main diagonal, above it positive
   */
  public static Array triu(Array x, int diagonal) {
    return x.triu(diagonal);
  }
}
