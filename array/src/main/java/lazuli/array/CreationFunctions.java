package lazuli.array;

import java.util.Arrays;
import java.util.List;
import lazuli.array.op.Build;
import lazuli.array.op.Creation;
import lazuli.array.op.Joining;
import lazuli.array.op.Shapes;
import lazuli.array.type.DType;
import lazuli.array.type.FloatInfo;
import lazuli.array.type.IntegerInfo;
import lazuli.array.type.Promotion;
import lazuli.array.type.Shape;

/** Makes arrays that follow a pattern, joins arrays, and asks about types. None computes. */
public abstract sealed class CreationFunctions extends FastFunctions permits RandomFunctions {
  CreationFunctions() {}

  /**
   * {@return zeros of the shape and type of an array}
   *
   * @param x the array
   */
  public static Array zerosLike(Array x) {
    return new Array(Build.fill(x.dtype(), x.shape(), 0L));
  }

  /**
   * {@return ones of the shape and type of an array}
   *
   * @param x the array
   */
  public static Array onesLike(Array x) {
    return new Array(Build.fill(x.dtype(), x.shape(), 1L));
  }

  /**
   * {@return one value everywhere, in the shape and type of an array}
   *
   * @param x the array
   * @param value the value, rounded to the type
   */
  public static Array fullLike(Array x, double value) {
    return new Array(Build.fill(x.dtype(), x.shape(), value));
  }

  /**
   * {@return a square f32 matrix of ones on the diagonal, zeros elsewhere}
   *
   * @param n its size
   */
  public static Array identity(long n) {
    return eye(n, n, 0, DType.F32);
  }

  /**
   * {@return a square f32 matrix of ones on the diagonal, zeros elsewhere}
   *
   * @param n its size
   */
  public static Array eye(long n) {
    return eye(n, n, 0, DType.F32);
  }

  /**
   * {@return a matrix of ones on a diagonal, zeros elsewhere}
   *
   * @param rows how many
   * @param columns how many
   * @param diagonal 0 for the main diagonal, above it positive
   * @param dtype the type
   */
  public static Array eye(long rows, long columns, int diagonal, DType dtype) {
    return new Array(Creation.eye(rows, columns, diagonal, dtype));
  }

  /**
   * {@return a matrix of ones at and below a diagonal, zeros above}
   *
   * @param rows how many
   * @param columns how many
   * @param diagonal 0 for the main diagonal, above it positive
   * @param dtype the type
   */
  public static Array tri(long rows, long columns, int diagonal, DType dtype) {
    return new Array(Creation.tri(rows, columns, diagonal, dtype));
  }

  /**
   * {@return numbers at equal distances from start to stop, which is reached, as f32}
   *
   * @param start the first
   * @param stop the last
   * @param count how many
   */
  public static Array linspace(double start, double stop, long count) {
    return linspace(start, stop, count, DType.F32);
  }

  /**
   * {@return numbers at equal distances from start to stop, which is reached}
   *
   * @param start the first
   * @param stop the last
   * @param count how many
   * @param dtype a floating type
   */
  public static Array linspace(double start, double stop, long count, DType dtype) {
    return new Array(Creation.linspace(start, stop, count, dtype));
  }

  /**
   * {@return the Hann window: a cosine from 0 to 1 and back} Of f32; one number is 1.
   *
   * @param count how many numbers, 0 or more
   */
  public static Array hanning(long count) {
    return new Array(Creation.window("hanning", count, 0.5, 0.5, 0));
  }

  /**
   * {@return the Hamming window: a cosine from 0.08 to 1 and back} Of f32; one number is 1.
   *
   * @param count how many numbers, 0 or more
   */
  public static Array hamming(long count) {
    return new Array(Creation.window("hamming", count, 0.54, 0.46, 0));
  }

  /**
   * {@return the Blackman window: two cosines, from 0 to 1 and back} Of f32; one number is 1.
   *
   * @param count how many numbers, 0 or more
   */
  public static Array blackman(long count) {
    return new Array(Creation.window("blackman", count, 0.42, 0.5, 0.08));
  }

  /**
   * {@return the Bartlett window: a triangle from 0 to 1 and back} Of f32; one number is 1.
   *
   * @param count how many numbers, 0 or more
   */
  public static Array bartlett(long count) {
    return new Array(Creation.triangle("bartlett", count));
  }

  /**
   * {@return each row repeated along the dimensions of the others; the first two are exchanged
   * ("xy"), as in NumPy}
   *
   * @param rows arrays of one dimension
   */
  public static Array[] meshgrid(Array... rows) {
    return meshgrid("xy", rows);
  }

  /**
   * {@return each row repeated along the dimensions of the others}
   *
   * @param indexing {@code xy} or {@code ij}: whether the first two dimensions are exchanged
   * @param rows arrays of one dimension
   */
  public static Array[] meshgrid(String indexing, Array... rows) {
    if (!indexing.equals("xy") && !indexing.equals("ij")) {
      throw new lazuli.array.type.ArrayException(
          "meshgrid was given indexing \"" + indexing + "\"",
          "\"xy\" or \"ij\"",
          "use \"ij\" for dimensions in the order of the rows");
    }
    return Rows.arrays(Creation.meshgrid(Rows.nodes(rows), indexing.equals("ij")));
  }

  /**
   * {@return the arrays, promoted, one after the other along an axis}
   *
   * @param axis the axis, negative from the end
   * @param arrays arrays of equal shapes except along the axis
   */
  public static Array concatenate(int axis, Array... arrays) {
    return new Array(Joining.concatenate(axis, Rows.nodes(arrays)));
  }

  /**
   * {@return the arrays, promoted, one after the other along the first axis}
   *
   * @param arrays arrays of equal shapes except along the axis
   */
  public static Array concatenate(Array... arrays) {
    return concatenate(0, arrays);
  }

  /**
   * {@return the arrays, promoted, along a new axis}
   *
   * @param axis where it appears in the result, negative from the end
   * @param arrays arrays of one shape
   */
  public static Array stack(int axis, Array... arrays) {
    return new Array(Joining.stack(axis, Rows.nodes(arrays)));
  }

  /**
   * {@return the arrays, promoted, along a new first axis}
   *
   * @param arrays arrays of one shape
   */
  public static Array stack(Array... arrays) {
    return stack(0, arrays);
  }

  /**
   * {@return the arrays repeated to their common shape, without copying}
   *
   * @param arrays arrays that broadcast
   */
  public static Array[] broadcastArrays(Array... arrays) {
    return Rows.arrays(Shapes.broadcastArrays(Rows.nodes(arrays)));
  }

  /**
   * {@return the shape that all broadcast to}
   *
   * @param shapes the shapes
   */
  public static Shape broadcastShapes(Shape... shapes) {
    return Arrays.stream(shapes)
        .reduce(Shape.SCALAR, (a, b) -> Shape.broadcast("broadcastShapes", a, b));
  }

  /**
   * {@return the type in which arrays are combined}
   *
   * @param arrays the arrays
   */
  public static DType resultType(Array... arrays) {
    List<DType> types = Arrays.stream(arrays).map(Array::dtype).toList();
    DType type = types.isEmpty() ? DType.F32 : types.getFirst();
    for (DType other : types) {
      type = Promotion.of(type, other);
    }
    return type;
  }

  /**
   * {@return the type in which two types are combined}
   *
   * @param a a type
   * @param b a type
   */
  public static DType resultType(DType a, DType b) {
    return Promotion.of(a, b);
  }

  /**
   * {@return whether every value of a type survives a conversion to another}
   *
   * @param from the type of the values
   * @param to the type they would become
   */
  public static boolean canCast(DType from, DType to) {
    return Promotion.canCast(from, to);
  }

  /**
   * {@return the limits of a floating type}
   *
   * @param dtype the type
   */
  public static FloatInfo finfo(DType dtype) {
    return FloatInfo.of(dtype);
  }

  /**
   * {@return the limits of an integer type}
   *
   * @param dtype the type
   */
  public static IntegerInfo iinfo(DType dtype) {
    return IntegerInfo.of(dtype);
  }
}
