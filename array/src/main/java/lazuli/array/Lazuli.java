package lazuli.array;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import lazuli.array.backend.BackendProvider;
import lazuli.array.backend.Elements;
import lazuli.array.op.Aval;
import lazuli.array.op.Build;
import lazuli.array.op.Node;
import lazuli.array.profile.Explanation;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.array.type.Shape;

/**
 * Everything that makes or combines arrays, for {@code import static lazuli.array.Lazuli.*}.
 * Factories copy the values that they are given; functions are the methods of {@link Array} and
 * compute nothing.
 */
public final class Lazuli extends Functions {
  /** Truth values. */
  public static final DType BOOL = DType.BOOL;

  /** Signed 32-bit integers. */
  public static final DType I32 = DType.I32;

  /** Signed 64-bit integers. */
  public static final DType I64 = DType.I64;

  /** IEEE 754 binary16. */
  public static final DType F16 = DType.F16;

  /** bfloat16. */
  public static final DType BF16 = DType.BF16;

  /** IEEE 754 binary32. */
  public static final DType F32 = DType.F32;

  /** IEEE 754 binary64. */
  public static final DType F64 = DType.F64;

  /** A kernel that does it all in one step: see {@link #require}. */
  public static final lazuli.array.attention.Requirement FUSED =
      lazuli.array.attention.Requirement.FUSED;

  private Lazuli() {}

  /** Gives the value of element i of a new array. */
  private interface Values {
    double at(int i);
  }

  private static Array make(DType dtype, Shape shape, Values values) {
    int n = Math.toIntExact(shape.size());
    return new Array(
        Engine.EVALUATOR.give(
            new Aval(shape, dtype, Device.CPU),
            view -> {
              for (int i = 0; i < n; i++) {
                Elements.set(view.buffer().segment(), dtype, i, values.at(i));
              }
            }));
  }

  private static Array copy(DType dtype, int count, MemorySegment from) {
    return new Array(
        Engine.EVALUATOR.give(
            new Aval(Shape.of(count), dtype, Device.CPU),
            view ->
                MemorySegment.copy(
                    from, 0, view.buffer().segment(), 0, (long) count * dtype.bytes())));
  }

  /**
   * {@return an f32 array of these values}
   *
   * @param values the values, copied
   */
  public static Array array(float... values) {
    return array(values, F32);
  }

  /**
   * {@return an array of these values}
   *
   * @param values the values, copied
   * @param dtype the type to round them to
   */
  public static Array array(float[] values, DType dtype) {
    if (dtype == F32) {
      return copy(F32, values.length, MemorySegment.ofArray(values));
    }
    return make(dtype, Shape.of(values.length), i -> values[i]);
  }

  /**
   * {@return an f32 array of these values} As in MLX, f64 is used only when asked for.
   *
   * @param values the values, copied
   */
  public static Array array(double... values) {
    return array(values, F32);
  }

  /**
   * {@return an array of these values}
   *
   * @param values the values, copied
   * @param dtype the type to round them to
   */
  public static Array array(double[] values, DType dtype) {
    if (dtype == F64) {
      return copy(F64, values.length, MemorySegment.ofArray(values));
    }
    return make(dtype, Shape.of(values.length), i -> values[i]);
  }

  /**
   * {@return an i32 array of these values}
   *
   * @param values the values, copied
   */
  public static Array array(int... values) {
    return array(values, I32);
  }

  /**
   * {@return an array of these values}
   *
   * @param values the values, copied
   * @param dtype the type to convert them to
   */
  public static Array array(int[] values, DType dtype) {
    if (dtype == I32) {
      return copy(I32, values.length, MemorySegment.ofArray(values));
    }
    return make(dtype, Shape.of(values.length), i -> values[i]);
  }

  /**
   * {@return an i64 array of these values}
   *
   * @param values the values, copied
   */
  public static Array array(long... values) {
    return copy(I64, values.length, MemorySegment.ofArray(values));
  }

  /**
   * {@return a bool array of these values}
   *
   * @param values the values, copied
   */
  public static Array array(boolean... values) {
    return make(BOOL, Shape.of(values.length), i -> values[i] ? 1 : 0);
  }

  /**
   * {@return an f32 matrix of these rows}
   *
   * @param rows rows of one length, copied
   * @throws ArrayException if the rows differ in length
   */
  public static Array array(float[][] rows) {
    int columns = columns(rows.length, i -> rows[i].length);
    return make(F32, Shape.of(rows.length, columns), i -> rows[i / columns][i % columns]);
  }

  /**
   * {@return an f32 matrix of these rows}
   *
   * @param rows rows of one length, copied
   * @throws ArrayException if the rows differ in length
   */
  public static Array array(double[][] rows) {
    return array(rows, F32);
  }

  /**
   * {@return a matrix of these rows}
   *
   * @param rows rows of one length, copied
   * @param dtype the type to round them to
   * @throws ArrayException if the rows differ in length
   */
  public static Array array(double[][] rows, DType dtype) {
    int columns = columns(rows.length, i -> rows[i].length);
    return make(dtype, Shape.of(rows.length, columns), i -> rows[i / columns][i % columns]);
  }

  /**
   * {@return an i32 matrix of these rows}
   *
   * @param rows rows of one length, copied
   * @throws ArrayException if the rows differ in length
   */
  public static Array array(int[][] rows) {
    int columns = columns(rows.length, i -> rows[i].length);
    return make(I32, Shape.of(rows.length, columns), i -> rows[i / columns][i % columns]);
  }

  /**
   * {@return a bool matrix of these rows}
   *
   * @param rows rows of one length, copied
   * @throws ArrayException if the rows differ in length
   */
  public static Array array(boolean[][] rows) {
    int columns = columns(rows.length, i -> rows[i].length);
    return make(BOOL, Shape.of(rows.length, columns), i -> rows[i / columns][i % columns] ? 1 : 0);
  }

  private static int columns(int rows, java.util.function.IntUnaryOperator length) {
    int first = rows == 0 ? 0 : length.applyAsInt(0);
    for (int i = 1; i < rows; i++) {
      if (length.applyAsInt(i) != first) {
        throw new ArrayException(
            "array was given rows of length "
                + first
                + " (row 0) and "
                + length.applyAsInt(i)
                + " (row "
                + i
                + ")",
            "rows of one length",
            "pad the shorter rows");
      }
    }
    return first;
  }

  /**
   * {@return an array of rank 0; unlike a literal it takes part in promotion}
   *
   * @param value the value
   * @param dtype its type
   */
  public static Array scalar(double value, DType dtype) {
    return new Array(Build.fill(dtype, Shape.SCALAR, value));
  }

  /**
   * {@return an array of rank 0; unlike a literal it takes part in promotion}
   *
   * @param value the value
   * @param dtype its type
   */
  public static Array scalar(long value, DType dtype) {
    return new Array(Build.fill(dtype, Shape.SCALAR, value));
  }

  /**
   * {@return f32 zeros}
   *
   * @param shape the shape
   */
  public static Array zeros(long... shape) {
    return zeros(F32, shape);
  }

  /**
   * {@return zeros}
   *
   * @param dtype the type
   * @param shape the shape
   */
  public static Array zeros(DType dtype, long... shape) {
    return full(0, dtype, shape);
  }

  /**
   * {@return f32 ones}
   *
   * @param shape the shape
   */
  public static Array ones(long... shape) {
    return ones(F32, shape);
  }

  /**
   * {@return ones}
   *
   * @param dtype the type
   * @param shape the shape
   */
  public static Array ones(DType dtype, long... shape) {
    return full(1, dtype, shape);
  }

  /**
   * {@return one value everywhere}
   *
   * @param value the value, rounded to the type
   * @param dtype the type
   * @param shape the shape
   */
  public static Array full(double value, DType dtype, long... shape) {
    return new Array(Build.fill(dtype, Shape.of(shape), value));
  }

  /**
   * {@return 0, 1, and so on, as i32}
   *
   * @param stop how many
   */
  public static Array arange(long stop) {
    return arange(0, stop, 1);
  }

  /**
   * {@return start, start + step, and so on, as i32}
   *
   * @param start the first value
   * @param stop the end, which is not reached
   * @param step the distance
   */
  public static Array arange(long start, long stop, long step) {
    return new Array(Build.arange(I32, start, stop, step));
  }

  /**
   * {@return start, start + step, and so on, as f32}
   *
   * @param start the first value
   * @param stop the end, which is not reached
   * @param step the distance
   */
  public static Array arange(double start, double stop, double step) {
    return new Array(Build.arange(F32, start, stop, step));
  }

  private static List<Node> nodes(Array... arrays) {
    List<Node> nodes = new ArrayList<>(arrays.length);
    for (Array array : arrays) {
      nodes.add(array.node());
    }
    return nodes;
  }

  /**
   * Computes arrays now, in one plan: what they share is computed once.
   *
   * @param arrays the arrays
   * @throws java.util.concurrent.CancellationException when the thread is interrupted; every array
   *     stays usable
   */
  public static void eval(Array... arrays) {
    Engine.EVALUATOR.evaluate(nodes(arrays));
  }

  /**
   * Computes the arrays of parameters now, in one plan: what they share is computed once.
   *
   * @param trees arrays, or records, lists, maps and Java arrays that hold some
   * @throws java.util.concurrent.CancellationException when the thread is interrupted; every array
   *     stays usable
   */
  public static void eval(Object... trees) {
    eval(treeLeaves(trees).toArray(new Array[0]));
  }

  /**
   * {@return what evaluating the arrays would do; computes nothing}
   *
   * @param arrays the arrays
   */
  public static Explanation explain(Array... arrays) {
    return Engine.EVALUATOR.explain(nodes(arrays));
  }

  /**
   * {@return what the body returns} Evaluations inside it use another backend.
   *
   * @param backend its name, such as {@code reference}
   * @param body the work
   * @param <T> its result
   * @throws Exception what the body throws
   */
  public static <T> T on(String backend, Callable<T> body) throws Exception {
    return Engine.EVALUATOR.backends().on(backend, body);
  }

  /**
   * {@return each kind of backend that was looked for, with the backend or the reason why there is
   * none on this machine}
   */
  public static Map<String, BackendProvider.Availability> backends() {
    return Engine.EVALUATOR.backends().found();
  }

  /**
   * {@return the arrays, when they are computed} Starts computing them beside the program and
   * returns at once. Reading one of them waits for it; an error is thrown by {@code join()}, and
   * again by whoever reads.
   *
   * @param arrays the arrays
   */
  public static CompletableFuture<List<Array>> evalAsync(Array... arrays) {
    return Stream.DEFAULT.evalAsync(arrays);
  }

  /**
   * Waits until every evaluation that {@link #evalAsync} began has ended, and until the GPU has
   * done what it was given: {@code eval()} there returns before the values are ready, and only who
   * reads them waits.
   */
  public static void synchronize() {
    Stream.DEFAULT.synchronize();
  }

  /** {@return how arrays are written as text} */
  public static PrintOptions printOptions() {
    return Printer.options();
  }

  /**
   * Sets how arrays are written as text.
   *
   * @param options such as {@code printOptions().withPrecision(4)}
   */
  public static void printOptions(PrintOptions options) {
    Printer.options(options);
  }
}
