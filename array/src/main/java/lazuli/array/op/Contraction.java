package lazuli.array.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lazuli.array.type.ArrayException;
import lazuli.array.type.Promotion;
import lazuli.array.type.Shape;

/** Contraction made of matrix products: half types accumulate in f32. */
public final class Contraction {
  private Contraction() {}

  /** {@return beta * c + alpha * (a by b)} */
  public static Node addmm(Node c, Node a, Node b, double alpha, double beta) {
    Node product = Build.matmul(a, b);
    Node scaled = alpha == 1 ? product : Build.mul(product, Build.scalar(product, alpha));
    Node start = beta == 1 ? c : Build.mul(c, Build.scalar(c, beta));
    Shape.broadcast("addmm", c.aval().shape(), product.aval().shape());
    return Build.add(start, scaled);
  }

  /** {@return every element of a times every element of b} */
  public static Node outer(Node a, Node b) {
    Node column = Movements.expandDims(Movements.reshape(a, -1), 1);
    return Build.mul(column, Movements.reshape(b, -1));
  }

  /** {@return sums of products along one dimension, which is dropped; the others broadcast} */
  public static Node vecdot(Node a, Node b, int axis) {
    Node x = Shapes.moveAxis(a, Build.axis("vecdot", a.aval().shape(), axis), -1);
    Node y = Shapes.moveAxis(b, Build.axis("vecdot", b.aval().shape(), axis), -1);
    Shape one = x.aval().shape();
    Shape two = y.aval().shape();
    if (one.dim(-1) != two.dim(-1)) {
      throw new ArrayException(
          "vecdot along axis "
              + axis
              + " was given shapes "
              + a.aval().shape()
              + " and "
              + b.aval().shape(),
          "equal sizes along the axis",
          "slice or pad one operand");
    }
    if (!Promotion.of(a.aval().dtype(), b.aval().dtype()).isFloat()) {
      return Build.reduce(Reduction.SUM, Build.mul(x, y), false, -1);
    }
    Node product = Build.matmul(Movements.expandDims(x, -2), Movements.expandDims(y, -1));
    return Movements.squeeze(product, -2, -1);
  }

  /** {@return sums of products over the last dimension of both} */
  public static Node inner(Node a, Node b) {
    if (a.aval().shape().rank() == 0 || b.aval().shape().rank() == 0) {
      return Build.mul(a, b);
    }
    return tensordot("inner", a, b, new int[] {-1}, new int[] {-1});
  }

  /** {@return sums of products over the last dimensions of a and the first of b} */
  public static Node tensordot(Node a, Node b, int count) {
    int rank = a.aval().shape().rank();
    if (count < 0 || count > Math.min(rank, b.aval().shape().rank())) {
      throw new ArrayException(
          "tensordot was given "
              + count
              + " axes for shapes "
              + a.aval().shape()
              + " and "
              + b.aval().shape(),
          "0 to " + Math.min(rank, b.aval().shape().rank()) + " axes",
          "list the axes of each operand");
    }
    int[] one = new int[count];
    int[] two = new int[count];
    for (int i = 0; i < count; i++) {
      one[i] = rank - count + i;
      two[i] = i;
    }
    return tensordot("tensordot", a, b, one, two);
  }

  /** {@return sums of products over pairs of dimensions} */
  public static Node tensordot(Node a, Node b, int[] axesA, int[] axesB) {
    return tensordot("tensordot", a, b, axesA, axesB);
  }

  private static Node tensordot(String op, Node a, Node b, int[] axesA, int[] axesB) {
    Shape x = a.aval().shape();
    Shape y = b.aval().shape();
    boolean fits = axesA.length == axesB.length;
    Axes.Order one = Axes.Order.of(op, x, axesA);
    Axes.Order two = Axes.Order.of(op, y, axesB);
    for (int i = 0; fits && i < axesA.length; i++) {
      fits = x.dim(one.chosen()[i]) == y.dim(two.chosen()[i]);
    }
    if (!fits) {
      throw new ArrayException(
          op
              + " was given shapes "
              + x
              + " and "
              + y
              + " with axes "
              + Arrays.toString(axesA)
              + " and "
              + Arrays.toString(axesB),
          "as many axes of each, of equal sizes",
          "check the order of the axes");
    }
    long inner = 1;
    for (int axis : one.chosen()) {
      inner *= x.dim(axis);
    }
    Node left = Movements.transpose(a, one.last());
    Node right = Movements.transpose(b, two.first());
    long[] dims = new long[one.others().length + two.others().length];
    long rows = 1;
    for (int i = 0; i < one.others().length; i++) {
      dims[i] = x.dim(one.others()[i]);
      rows *= dims[i];
    }
    long columns = 1;
    for (int i = 0; i < two.others().length; i++) {
      dims[one.others().length + i] = y.dim(two.others()[i]);
      columns *= y.dim(two.others()[i]);
    }
    left = Movements.reshape(left, Shape.of(rows, inner));
    right = Movements.reshape(right, Shape.of(inner, columns));
    Node product =
        Promotion.of(a.aval().dtype(), b.aval().dtype()).isFloat()
            ? Build.matmul(left, right)
            : Build.reduce(
                Reduction.SUM, Build.mul(Movements.expandDims(left, -1), right), false, 1);
    return Movements.reshape(product, Shape.of(dims));
  }

  /** {@return each element of a times the whole of b, as blocks} */
  public static Node kron(Node a, Node b) {
    int rank = Math.max(a.aval().shape().rank(), b.aval().shape().rank());
    long[] x = padded(a.aval().shape(), rank);
    long[] y = padded(b.aval().shape(), rank);
    List<Long> left = new ArrayList<>();
    List<Long> right = new ArrayList<>();
    long[] dims = new long[rank];
    for (int i = 0; i < rank; i++) {
      left.addAll(List.of(x[i], 1L));
      right.addAll(List.of(1L, y[i]));
      dims[i] = x[i] * y[i];
    }
    Node product =
        Build.mul(
            Movements.reshape(a, Shape.of(left.stream().mapToLong(d -> d).toArray())),
            Movements.reshape(b, Shape.of(right.stream().mapToLong(d -> d).toArray())));
    return Movements.reshape(product, Shape.of(dims));
  }

  private static long[] padded(Shape shape, int rank) {
    long[] dims = new long[rank];
    for (int i = 0; i < rank; i++) {
      int at = i - (rank - shape.rank());
      dims[i] = at < 0 ? 1 : shape.dim(at);
    }
    return dims;
  }
}
