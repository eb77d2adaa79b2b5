package lazuli.array.op;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.array.type.Shape;

/** Makes nodes of arrays that follow a pattern. */
public final class Creation {
  private Creation() {}

  /** {@return count numbers from start to stop, which is reached} */
  public static Node linspace(double start, double stop, long count, DType dtype) {
    if (count < 0 || !dtype.isFloat()) {
      throw new ArrayException(
          "linspace was given " + count + " numbers of type " + dtype,
          "0 numbers or more, of a floating type",
          "use arange for integers");
    }
    double step = count > 1 ? (stop - start) / (count - 1) : 0;
    Node all =
        Node.of(new Arange(new Aval(Shape.of(count), dtype, Device.CPU), (Number) start, step));
    if (count < 2 || dtype != DType.F64) {
      return all;
    }
    // start + (count - 1) * step may miss stop by a rounding.
    Node last = Build.fill(dtype, Shape.of(1), stop);
    return Joining.concatenate(
        0, List.of(Node.of(new Slice(List.of(new Slice.Range(0, count - 1, 1))), all), last));
  }

  /**
   * {@return a - b cos(x) + c cos(2x), where x goes once around the circle} Of f32; one number is
   * 1.
   */
  public static Node window(String op, long count, double a, double b, double c) {
    if (count < 2) {
      return few(op, count);
    }
    Node x = around(count, 2 * Math.PI / (count - 1));
    Node sum = Build.sub(Build.scalar(x, a), Build.mul(Build.cos(x), Build.scalar(x, b)));
    if (c != 0) {
      Node twice = Build.cos(Build.mul(x, Build.scalar(x, 2.0)));
      sum = Build.add(sum, Build.mul(twice, Build.scalar(x, c)));
    }
    return Build.cast(sum, DType.F32);
  }

  /** {@return a triangle from 0 to 1 and back, of f32; one number is 1} */
  public static Node triangle(String op, long count) {
    if (count < 2) {
      return few(op, count);
    }
    Node x = around(count, 2.0 / (count - 1));
    Node off = Build.unary(Unary.ABS, Build.sub(x, Build.scalar(x, 1.0)));
    return Build.cast(Build.sub(Build.scalar(off, 1.0), off), DType.F32);
  }

  private static Node few(String op, long count) {
    if (count < 0) {
      throw new ArrayException(
          op + " was given " + count + " numbers", "0 or more", "pass how many numbers to make");
    }
    return Build.fill(DType.F32, Shape.of(count), 1.0);
  }

  private static Node around(long count, double step) {
    return Node.of(
        new Arange(new Aval(Shape.of(count), DType.F64, Device.CPU), (Number) 0.0, step));
  }

  /** {@return ones on a diagonal, zeros elsewhere} */
  public static Node eye(long rows, long columns, int diagonal, DType dtype) {
    return Build.cast(compare(Binary.EQ, rows, columns, diagonal), dtype);
  }

  /** {@return ones at and below a diagonal, zeros above} */
  public static Node tri(long rows, long columns, int diagonal, DType dtype) {
    return Build.cast(compare(Binary.GE, rows, columns, diagonal), dtype);
  }

  /** {@return for row i and column j whether i + diagonal relates to j} */
  private static Node compare(Binary row, long rows, long columns, int diagonal) {
    Node i = Movements.expandDims(Build.arange(DType.I64, 0, rows, 1), 1);
    Node j = Build.arange(DType.I64, 0, columns, 1);
    return Build.binary(row, Build.add(i, Build.scalar(i, (long) diagonal)), j);
  }

  /** {@return x with zeros above a diagonal of its last two dimensions} */
  public static Node tril(Node x, int diagonal) {
    return masked("tril", x, diagonal, true);
  }

  /** {@return x with zeros below a diagonal of its last two dimensions} */
  public static Node triu(Node x, int diagonal) {
    return masked("triu", x, diagonal, false);
  }

  private static Node masked(String name, Node x, int diagonal, boolean lower) {
    Shape shape = x.aval().shape();
    if (shape.rank() < 2) {
      throw new ArrayException(
          name + " was given shape " + shape, "at least two dimensions", "reshape it to a matrix");
    }
    Node mask = compare(lower ? Binary.GE : Binary.LE, shape.dim(-2), shape.dim(-1), diagonal);
    return Build.where(mask, x, Build.fill(x.aval().dtype(), Shape.SCALAR, 0L));
  }

  /**
   * {@return each row repeated along the dimensions of the others}
   *
   * @param rows arrays of rank 0 or 1
   * @param matrix whether dimension i of the results is that of row i ("ij"); otherwise the first
   *     two are exchanged ("xy")
   */
  public static List<Node> meshgrid(List<Node> rows, boolean matrix) {
    int n = rows.size();
    long[] dims = new long[n];
    List<Node> shaped = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      Node row = rows.get(i);
      if (row.aval().shape().rank() > 1) {
        throw new ArrayException(
            "meshgrid was given shape " + row.aval().shape(),
            "arrays of one dimension",
            "flatten it first");
      }
      int at = !matrix && n > 1 && i < 2 ? 1 - i : i;
      dims[at] = row.aval().shape().size();
      long[] own = new long[n];
      java.util.Arrays.fill(own, 1);
      own[at] = dims[at];
      shaped.add(Movements.reshape(row, own));
    }
    List<Node> out = new ArrayList<>();
    for (Node row : shaped) {
      out.add(Movements.broadcastTo(row, Shape.of(dims)));
    }
    return out;
  }

  /** {@return a matrix of the given diagonal, or the diagonal of a matrix} */
  public static Node diag(Node x, int diagonal) {
    Shape shape = x.aval().shape();
    if (shape.rank() == 2) {
      return Shapes.diagonal(x, diagonal, 0, 1);
    }
    if (shape.rank() != 1) {
      throw new ArrayException(
          "diag was given shape " + shape,
          "a row of diagonal elements, or a matrix",
          "use diagonal(offset, axis1, axis2) for more dimensions");
    }
    long n = shape.dim(0);
    long side = n + Math.abs((long) diagonal);
    Node zeros = Build.fill(x.aval().dtype(), Shape.of(side * side), 0L);
    long start = diagonal >= 0 ? diagonal : -diagonal * side;
    Slice place = new Slice(List.of(new Slice.Range(n == 0 ? 0 : start, n, side + 1)));
    return Movements.reshape(Node.of(new SliceUpdate(place), zeros, x), side, side);
  }
}
