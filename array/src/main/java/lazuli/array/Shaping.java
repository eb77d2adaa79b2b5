package lazuli.array;

import lazuli.array.op.Build;
import lazuli.array.op.Copy;
import lazuli.array.op.Creation;
import lazuli.array.op.Joining;
import lazuli.array.op.Movements;
import lazuli.array.op.Node;
import lazuli.array.op.Shapes;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;

/**
 * Methods of {@link Array} that look at elements in another shape or order. None computes. A wrong
 * shape, type or axis raises {@link lazuli.array.type.ArrayException}.
 */
public sealed interface Shaping permits Array {
  /** {@return the array itself} */
  Array self();

  /**
   * {@return the elements in row-major order under another shape} Copies only when the array is a
   * view that cannot be seen that way.
   *
   * @param dims the sizes; one may be -1, which means "whatever is left"
   */
  default Array reshape(long... dims) {
    return new Array(Movements.reshape(self().node(), dims));
  }

  /** {@return all dimensions joined into one} */
  default Array flatten() {
    return new Array(Shapes.flatten(self().node(), 0, -1));
  }

  /**
   * {@return some dimensions joined into one}
   *
   * @param first the first of them
   * @param last the last of them
   */
  default Array flatten(int first, int last) {
    return new Array(Shapes.flatten(self().node(), first, last));
  }

  /**
   * {@return one dimension split into several}
   *
   * @param axis the axis, negative from the end
   * @param sizes their sizes; one may be -1
   */
  default Array unflatten(int axis, long... sizes) {
    return new Array(Shapes.unflatten(self().node(), axis, sizes));
  }

  /**
   * {@return the dimensions in another order, without copying}
   *
   * @param order the axes, negative from the end; none reverses them
   */
  default Array transpose(int... order) {
    return new Array(Movements.transpose(self().node(), order));
  }

  /**
   * {@return the dimensions in another order, without copying}
   *
   * @param order the axes, negative from the end; none reverses them
   */
  default Array permuteDims(int... order) {
    return new Array(Movements.transpose(self().node(), order));
  }

  /** {@return the last two dimensions exchanged, without copying} */
  default Array t() {
    return new Array(Movements.swapLast(self().node()));
  }

  /**
   * {@return one dimension moved to another place}
   *
   * @param source the axis
   * @param destination its new place
   */
  default Array moveaxis(int source, int destination) {
    return new Array(Shapes.moveAxis(self().node(), source, destination));
  }

  /**
   * {@return two dimensions exchanged}
   *
   * @param axis1 the one
   * @param axis2 the other
   */
  default Array swapaxes(int axis1, int axis2) {
    return new Array(Shapes.swapAxes(self().node(), axis1, axis2));
  }

  /**
   * {@return the array with a new axis of size 1}
   *
   * @param axis where it appears in the result, negative from the end
   */
  default Array expandDims(int axis) {
    return new Array(Movements.expandDims(self().node(), axis));
  }

  /**
   * {@return the array without axes of size 1}
   *
   * @param axes which; none means all of size 1
   */
  default Array squeeze(int... axes) {
    return new Array(Movements.squeeze(self().node(), axes));
  }

  /**
   * {@return the array repeated to a larger shape, without copying}
   *
   * @param dims the shape
   */
  default Array broadcastTo(long... dims) {
    return new Array(Movements.broadcastTo(self().node(), Shape.of(dims)));
  }

  /** {@return the array with at least 1 dimension} */
  default Array atLeast1d() {
    return new Array(Shapes.atLeast(self().node(), 1));
  }

  /** {@return the array with at least 2 dimensions} */
  default Array atLeast2d() {
    return new Array(Shapes.atLeast(self().node(), 2));
  }

  /** {@return the array with at least 3 dimensions} */
  default Array atLeast3d() {
    return new Array(Shapes.atLeast(self().node(), 3));
  }

  /**
   * {@return the array converted to another type, rounded to nearest even} Floating values that
   * become integers lose their fraction and are clamped to the range; NaN becomes 0.
   *
   * @param dtype the type
   */
  default Array astype(DType dtype) {
    return new Array(Build.cast(self().node(), dtype));
  }

  /**
   * {@return the same bytes as elements of another type} The last dimension grows or shrinks with
   * the size of an element.
   *
   * @param dtype the type
   */
  default Array view(DType dtype) {
    return new Array(Shapes.view(self().node(), dtype));
  }

  /** {@return the elements in row-major order in memory of their own} */
  default Array contiguous() {
    return new Array(Node.of(new Copy(), self().node()));
  }

  /**
   * {@return elements of the flattened array at a regular grid of places, copied}
   *
   * @param shape the shape
   * @param strides the distance in each dimension, in elements
   * @param offset the place of the first element
   */
  default Array asStrided(long[] shape, long[] strides, long offset) {
    return new Array(Shapes.asStrided(self().node(), Shape.of(shape), strides, offset));
  }

  /**
   * {@return each element several times in a row along an axis}
   *
   * @param times how often
   * @param axis the axis, negative from the end
   */
  default Array repeat(long times, int axis) {
    return new Array(Joining.repeat(self().node(), times, axis));
  }

  /**
   * {@return the whole array several times along each dimension}
   *
   * @param times how often, for the last dimensions
   */
  default Array tile(long... times) {
    return new Array(Joining.tile(self().node(), times));
  }

  /**
   * {@return elements of the flattened array moved; those that leave come back at the other end}
   *
   * @param shift how far
   */
  default Array roll(long shift) {
    return new Array(Joining.roll(self().node(), shift));
  }

  /**
   * {@return elements moved along an axis; those that leave come back at the other end}
   *
   * @param shift how far
   * @param axis the axis, negative from the end
   */
  default Array roll(long shift, int axis) {
    return new Array(Joining.roll(self().node(), shift, axis));
  }

  /**
   * {@return the order of elements reversed along some axes}
   *
   * @param axes the axes, negative from the end; none means all
   */
  default Array flip(int... axes) {
    return new Array(Joining.flip(self().node(), axes));
  }

  /**
   * {@return the array with a margin of zeros}
   *
   * @param widths one for all ends, before and after for all axes, or before and after for each
   *     axis in turn
   */
  default Array pad(long... widths) {
    return new Array(Joining.pad(self().node(), "constant", 0L, widths));
  }

  /**
   * {@return the array with a margin}
   *
   * @param mode constant (zeros), edge, reflect or symmetric
   * @param widths one for all ends, before and after for all axes, or before and after for each
   *     axis in turn
   */
  default Array pad(String mode, long... widths) {
    return new Array(Joining.pad(self().node(), mode, 0L, widths));
  }

  /**
   * {@return the array with a margin of a value}
   *
   * @param value what the margin holds
   * @param widths one for all ends, before and after for all axes, or before and after for each
   *     axis in turn
   */
  default Array pad(double value, long... widths) {
    return new Array(Joining.pad(self().node(), "constant", value, widths));
  }

  /**
   * {@return parts of one size along an axis}
   *
   * @param parts how many
   * @param axis the axis, negative from the end
   */
  default Array[] split(int parts, int axis) {
    return Rows.arrays(Joining.split(self().node(), parts, axis));
  }

  /**
   * {@return parts along an axis that begin at given places}
   *
   * @param axis the axis, negative from the end
   * @param places where a part ends and the next begins
   */
  default Array[] splitAt(int axis, long... places) {
    return Rows.arrays(Joining.splitAt(self().node(), axis, places));
  }

  /**
   * {@return the parts of size 1 along an axis, without the axis}
   *
   * @param axis the axis, negative from the end
   */
  default Array[] unstack(int axis) {
    return Rows.arrays(Joining.unstack(self().node(), axis));
  }

  /** {@return elements i, i of the first two dimensions, as the last one} */
  default Array diagonal() {
    return new Array(Shapes.diagonal(self().node(), 0, 0, 1));
  }

  /**
   * {@return elements i, i + offset of two dimensions, as the last one}
   *
   * @param offset 0 for the main diagonal, above it positive
   * @param axis1 the rows
   * @param axis2 the columns
   */
  default Array diagonal(int offset, int axis1, int axis2) {
    return new Array(Shapes.diagonal(self().node(), offset, axis1, axis2));
  }

  /** {@return a matrix of this diagonal, or the diagonal of this matrix} */
  default Array diag() {
    return new Array(Creation.diag(self().node(), 0));
  }

  /**
   * {@return a matrix of this diagonal, or the diagonal of this matrix}
   *
   * @param offset 0 for the main diagonal, above it positive
   */
  default Array diag(int offset) {
    return new Array(Creation.diag(self().node(), offset));
  }

  /** {@return the sum of elements i, i of the first two dimensions} */
  default Array trace() {
    return new Array(Shapes.trace(self().node(), 0, 0, 1));
  }

  /**
   * {@return the sum of elements i, i + offset of two dimensions}
   *
   * @param offset 0 for the main diagonal, above it positive
   * @param axis1 the rows
   * @param axis2 the columns
   */
  default Array trace(int offset, int axis1, int axis2) {
    return new Array(Shapes.trace(self().node(), offset, axis1, axis2));
  }

  /**
   * {@return zeros above a diagonal of the last two dimensions}
   *
   * @param diagonal 0 for the main diagonal, above it positive
   */
  default Array tril(int diagonal) {
    return new Array(Creation.tril(self().node(), diagonal));
  }

  /**
   * {@return zeros below a diagonal of the last two dimensions}
   *
   * @param diagonal 0 for the main diagonal, above it positive
   */
  default Array triu(int diagonal) {
    return new Array(Creation.triu(self().node(), diagonal));
  }
}
