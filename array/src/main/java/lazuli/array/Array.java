package lazuli.array;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.List;
import lazuli.array.backend.Elements;
import lazuli.array.backend.View;
import lazuli.array.op.Node;
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
public final class Array
    implements Arithmetic,
        Comparison,
        Elementwise,
        Indexing,
        Orderings,
        Products,
        Reductions,
        Shaping,
        WholeArithmetic,
        Index {
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
    return Engine.EVALUATOR.device(node);
  }

  /** {@return the number of dimensions} */
  public int rank() {
    return shape().rank();
  }

  /** {@return the number of elements} */
  public long size() {
    return shape().size();
  }

  /** {@return the bytes of one element} */
  public int itemsize() {
    return dtype().bytes();
  }

  /** {@return the bytes of all elements} */
  public long nbytes() {
    return node.aval().bytes();
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
    return Engine.EVALUATOR.read(node);
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
