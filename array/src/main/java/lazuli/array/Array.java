package lazuli.array;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.List;
import lazuli.array.backend.Elements;
import lazuli.array.backend.View;
import lazuli.array.op.Build;
import lazuli.array.op.Movements;
import lazuli.array.op.Node;
import lazuli.array.op.Reduction;
import lazuli.array.plan.Stored;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.EvaluationPoints;
import lazuli.array.profile.EvaluationPoints.Cause;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * An n-dimensional array. Lazy: methods build a graph, check shapes and types at once, and compute
 * nothing; {@link #eval}, {@link #item}, the copies to Java arrays and printing a small array
 * compute. Immutable, and safe to use from several threads.
 *
 * <p>Wrong shapes, types and axes raise {@link ArrayException} in the line that builds them.
 */
public final class Array implements Elementwise {
  private final Node node;

  /**
   * Wraps a graph node.
   *
   * @param node the node
   */
  public Array(Node node) {
    this.node = node;
    node.hold();
  }

  /** {@return the graph node} */
  public Node node() {
    return node;
  }

  @Override
  public Array self() {
    return this;
  }

  /** {@return the shape; computes nothing} */
  public Shape shape() {
    return node.aval().shape();
  }

  /** {@return the element type; computes nothing} */
  public DType dtype() {
    return node.aval().dtype();
  }

  /** {@return where it is, or will be, computed} */
  public Device device() {
    return node.aval().device();
  }

  /** {@return the number of dimensions} */
  public int rank() {
    return shape().rank();
  }

  /** {@return the number of elements} */
  public long size() {
    return shape().size();
  }

  /**
   * {@return the sum over some axes, which are dropped} Truth values and narrow integers add up in
   * 32 bits.
   *
   * @param axes the axes, negative from the end; none means all
   */
  public Array sum(int... axes) {
    return new Array(Build.reduce(Reduction.SUM, node, false, axes));
  }

  /**
   * {@return the sum over some axes} Truth values and narrow integers add up in 32 bits.
   *
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  public Array sum(boolean keepDims, int... axes) {
    return new Array(Build.reduce(Reduction.SUM, node, keepDims, axes));
  }

  /**
   * {@return the mean over some axes, which are dropped} Integers are lifted to f32.
   *
   * @param axes the axes, negative from the end; none means all
   */
  public Array mean(int... axes) {
    return new Array(Build.reduce(Reduction.MEAN, node, false, axes));
  }

  /**
   * {@return the mean over some axes} Integers are lifted to f32.
   *
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  public Array mean(boolean keepDims, int... axes) {
    return new Array(Build.reduce(Reduction.MEAN, node, keepDims, axes));
  }

  /**
   * {@return the largest element; NaN if any is over some axes, which are dropped}
   *
   * @param axes the axes, negative from the end; none means all
   */
  public Array max(int... axes) {
    return new Array(Build.reduce(Reduction.MAX, node, false, axes));
  }

  /**
   * {@return the largest element; NaN if any is over some axes}
   *
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  public Array max(boolean keepDims, int... axes) {
    return new Array(Build.reduce(Reduction.MAX, node, keepDims, axes));
  }

  /**
   * {@return the smallest element; NaN if any is over some axes, which are dropped}
   *
   * @param axes the axes, negative from the end; none means all
   */
  public Array min(int... axes) {
    return new Array(Build.reduce(Reduction.MIN, node, false, axes));
  }

  /**
   * {@return the smallest element; NaN if any is over some axes}
   *
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  public Array min(boolean keepDims, int... axes) {
    return new Array(Build.reduce(Reduction.MIN, node, keepDims, axes));
  }

  /**
   * {@return the product over some axes, which are dropped}
   *
   * @param axes the axes, negative from the end; none means all
   */
  public Array prod(int... axes) {
    return new Array(Build.reduce(Reduction.PROD, node, false, axes));
  }

  /**
   * {@return the product over some axes}
   *
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  public Array prod(boolean keepDims, int... axes) {
    return new Array(Build.reduce(Reduction.PROD, node, keepDims, axes));
  }

  /**
   * {@return whether some element is not 0 over some axes, which are dropped}
   *
   * @param axes the axes, negative from the end; none means all
   */
  public Array any(int... axes) {
    return new Array(Build.reduce(Reduction.ANY, node, false, axes));
  }

  /**
   * {@return whether some element is not 0 over some axes}
   *
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  public Array any(boolean keepDims, int... axes) {
    return new Array(Build.reduce(Reduction.ANY, node, keepDims, axes));
  }

  /**
   * {@return whether no element is 0 over some axes, which are dropped}
   *
   * @param axes the axes, negative from the end; none means all
   */
  public Array all(int... axes) {
    return new Array(Build.reduce(Reduction.ALL, node, false, axes));
  }

  /**
   * {@return whether no element is 0 over some axes}
   *
   * @param keepDims whether the axes stay with size 1
   * @param axes the axes, negative from the end; none means all
   */
  public Array all(boolean keepDims, int... axes) {
    return new Array(Build.reduce(Reduction.ALL, node, keepDims, axes));
  }

  /**
   * {@return the index of the largest element along an axis, as i32; the first of equals}
   *
   * @param axis the axis, which is dropped
   */
  public Array argmax(int axis) {
    return new Array(Build.argReduce(true, node, false, axis));
  }

  /** {@return the index of the largest element in row-major order, as i32; the first of equals} */
  public Array argmax() {
    return new Array(Build.argReduce(true, Movements.reshape(node, -1), false, 0));
  }

  /**
   * {@return the index of the smallest element along an axis, as i32; the first of equals}
   *
   * @param axis the axis, which is dropped
   */
  public Array argmin(int axis) {
    return new Array(Build.argReduce(false, node, false, axis));
  }

  /** {@return the index of the smallest element in row-major order, as i32; the first of equals} */
  public Array argmin() {
    return new Array(Build.argReduce(false, Movements.reshape(node, -1), false, 0));
  }

  /**
   * {@return exp(x) over its sum along an axis, without overflow} Integers are lifted to f32.
   *
   * @param axis the axis, negative from the end
   */
  public Array softmax(int axis) {
    return new Array(Build.softmax(node, axis));
  }

  /**
   * {@return log of the sum of exp(x) along an axis, without overflow} Integers are lifted to f32.
   *
   * @param axis the axis, which is dropped
   */
  public Array logSumExp(int axis) {
    return new Array(Build.logSumExp(node, axis, false));
  }

  /**
   * {@return the matrix product: [..., M, K] by [..., K, N] is [..., M, N]} Leading dimensions
   * broadcast. Half types accumulate in f32.
   *
   * @param other the right operand, of a floating type
   */
  public Array matmul(Array other) {
    return new Array(Build.matmul(node, other.node));
  }

  /**
   * {@return the elements in row-major order under another shape} Copies only when the array is a
   * view that cannot be seen that way.
   *
   * @param dims the sizes; one may be -1, which means "whatever is left"
   */
  public Array reshape(long... dims) {
    return new Array(Movements.reshape(node, dims));
  }

  /**
   * {@return the dimensions in another order, without copying}
   *
   * @param order the axes, negative from the end; none reverses them
   */
  public Array transpose(int... order) {
    return new Array(Movements.transpose(node, order));
  }

  /** {@return the last two dimensions exchanged, without copying} */
  public Array t() {
    return new Array(Movements.swapLast(node));
  }

  /**
   * {@return the array with a new axis of size 1}
   *
   * @param axis where it appears in the result, negative from the end
   */
  public Array expandDims(int axis) {
    return new Array(Movements.expandDims(node, axis));
  }

  /**
   * {@return the array without axes of size 1}
   *
   * @param axes which; none means all of size 1
   */
  public Array squeeze(int... axes) {
    return new Array(Movements.squeeze(node, axes));
  }

  /**
   * {@return the array repeated to a larger shape, without copying}
   *
   * @param dims the shape
   */
  public Array broadcastTo(long... dims) {
    return new Array(Movements.broadcastTo(node, Shape.of(dims)));
  }

  /**
   * {@return a part of the array, without copying} Parts are separated by commas: an index drops
   * its dimension, {@code start:stop:step} keeps a range, {@code ...} stands for whole dimensions,
   * {@code new} adds one. Indices are checked; ranges are clipped, as in Python.
   *
   * @param slice such as {@code "0:4, ..., ::2"}
   */
  public Array get(String slice) {
    return new Array(Movements.get(node, slice));
  }

  /**
   * {@return the array converted to another type, rounded to nearest even} Floating values that
   * become integers lose their fraction and are clamped to the range; NaN becomes 0.
   *
   * @param dtype the type
   */
  public Array astype(DType dtype) {
    return new Array(Build.cast(node, dtype));
  }

  /** {@return this array, computed now} */
  public Array eval() {
    Engine.EVALUATOR.evaluate(List.of(node));
    return this;
  }

  /** {@return whether the values are there} */
  public boolean evaluated() {
    return node.value() != null;
  }

  /**
   * {@return which kernel computed the values and why; null before evaluation and for given values}
   */
  public @Nullable Dispatch dispatch() {
    return node.value() instanceof Stored stored && stored.dispatch() != null
        ? stored.dispatch()
        : node.dispatch();
  }

  /**
   * {@return the only element, computed now}
   *
   * @throws ArrayException if there is not exactly one
   */
  public double item() {
    if (size() != 1) {
      throw new ArrayException(
          "item was called on " + node.aval() + ", which has " + size() + " elements",
          "an array of one element",
          "reduce it first, or use get or toDoubleArray");
    }
    View view = view(Cause.ITEM);
    double value = Elements.get(view.buffer().segment(), view.dtype(), view.offset());
    Reference.reachabilityFence(this);
    return value;
  }

  /** {@return where the values are, computed now} Valid while this array is reachable. */
  View view() {
    return view(Cause.COPY);
  }

  /** {@return where the values are, computed now; counts the cause when they were not there} */
  View view(Cause cause) {
    if (node.value() == null) {
      EvaluationPoints.add(cause);
    }
    return Engine.EVALUATOR.stored(node).view();
  }

  private int length() {
    if (size() > Integer.MAX_VALUE - 8) {
      throw new ArrayException(
          "a copy of " + node.aval() + " was asked for",
          "at most " + (Integer.MAX_VALUE - 8) + " elements in a Java array",
          "copy parts, such as get(\"0:1000\")");
    }
    return (int) size();
  }

  /** {@return the elements in row-major order, computed now, rounded to f32} */
  public float[] toFloatArray() {
    float[] out = new float[length()];
    Elements.read(view(), DType.F32, MemorySegment.ofArray(out));
    Reference.reachabilityFence(this);
    return out;
  }

  /** {@return the elements in row-major order, computed now; integers beyond 2^53 are rounded} */
  public double[] toDoubleArray() {
    double[] out = new double[length()];
    Elements.read(view(), DType.F64, MemorySegment.ofArray(out));
    Reference.reachabilityFence(this);
    return out;
  }

  /**
   * {@return the elements in row-major order, computed now; fractions are dropped and floating
   * values clamped, wider integers wrap}
   */
  public int[] toIntArray() {
    int[] out = new int[length()];
    Elements.read(view(), DType.I32, MemorySegment.ofArray(out));
    Reference.reachabilityFence(this);
    return out;
  }

  /** {@return the elements in row-major order, computed now; floating values are truncated} */
  public long[] toLongArray() {
    long[] out = new long[length()];
    Elements.read(view(), DType.I64, MemorySegment.ofArray(out));
    Reference.reachabilityFence(this);
    return out;
  }

  /** {@return whether each element is not 0, in row-major order, computed now} */
  public boolean[] toBooleanArray() {
    double[] values = toDoubleArray();
    boolean[] out = new boolean[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = values[i] != 0;
    }
    return out;
  }

  /**
   * {@return shape, type, device and values} Computes arrays of up to 1,000 elements; larger ones
   * show "lazy" until something else evaluates them, and so do those that take long to compute.
   * Values are written as NumPy writes them; see {@link PrintOptions}. Never throws.
   */
  @Override
  public String toString() {
    return Printer.print(this);
  }
}
