package lazuli.array.op;

import java.util.List;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Promotion;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/** Linear algebra: factorisations of the last two dimensions, and what is made of them. */
public final class Matrices {
  private Matrices() {}

  private static Node operand(String op, Node x, boolean square) {
    Shape shape = x.aval().shape();
    boolean fits =
        shape.rank() >= 2
            && shape.dim(-1) > 0
            && shape.dim(-2) > 0
            && (!square || shape.dim(-1) == shape.dim(-2));
    if (!fits) {
      throw new ArrayException(
          op + " was given shape " + shape,
          square ? "square matrices: [..., N, N]" : "matrices: [..., M, N]",
          square && shape.rank() >= 2
              ? "use qr, svd or pinv for other matrices"
              : "reshape the operand to matrices");
    }
    return Build.promote(x, Promotion.lifted(x.aval().dtype()), "x");
  }

  private static Node factor(Factorisation row, Node x) {
    boolean square = row != Factorisation.QR && row != Factorisation.SVD;
    return Node.of(new Factor(row), operand(row.label(), x, square));
  }

  /** {@return elements of the packed last dimension under a shape} */
  private static Node part(Node packed, long start, long... dims) {
    Shape shape = packed.aval().shape();
    long count = 1;
    for (long d : dims) {
      count *= d;
    }
    Node some = Joining.range(packed, shape.rank() - 1, start, count, 1);
    long[] all = java.util.Arrays.copyOf(shape.dims(), shape.rank() - 1 + dims.length);
    System.arraycopy(dims, 0, all, shape.rank() - 1, dims.length);
    return Movements.reshape(some, Shape.of(all));
  }

  static Node square(Node packed, long n) {
    return part(packed, 0, n, n);
  }

  static Node element(Node packed, long at) {
    return part(packed, at);
  }

  /** {@return Q and R} */
  public static List<Node> qr(Node x) {
    Node packed = factor(Factorisation.QR, x);
    long m = x.aval().shape().dim(-2);
    long n = x.aval().shape().dim(-1);
    long k = Math.min(m, n);
    return List.of(part(packed, 0, m, k), part(packed, m * k, k, n));
  }

  /** {@return U, the singular values, and V transposed} */
  public static List<Node> svd(Node x) {
    Node packed = factor(Factorisation.SVD, x);
    long m = x.aval().shape().dim(-2);
    long n = x.aval().shape().dim(-1);
    long k = Math.min(m, n);
    return List.of(part(packed, 0, m, k), part(packed, m * k, k), part(packed, m * k + k, k, n));
  }

  /** {@return eigenvalues and eigenvectors of symmetric matrices; the lower triangle is read} */
  public static List<Node> eigh(Node x) {
    Node packed = factor(Factorisation.EIGH, x);
    long n = x.aval().shape().dim(-1);
    return List.of(part(packed, 0, n), part(packed, n, n, n));
  }

  /** {@return the lower triangular factor of positive definite matrices} */
  public static Node cholesky(Node x) {
    return square(factor(Factorisation.CHOLESKY, x), x.aval().shape().dim(-1));
  }

  /** {@return the inverse} */
  public static Node inv(Node x) {
    return square(factor(Factorisation.INVERSE, x), x.aval().shape().dim(-1));
  }

  /** {@return the determinant} */
  public static Node det(Node x) {
    return element(factor(Factorisation.DETERMINANT, x), 0);
  }

  /** {@return the determinant's sign and the logarithm of its size} */
  public static List<Node> slogdet(Node x) {
    Node packed = factor(Factorisation.DETERMINANT, x);
    return List.of(element(packed, 1), element(packed, 2));
  }

  /** {@return y with a by y equal to b} Half types are widened; one step refines the result. */
  public static Node solve(Node a, Node b) {
    Node matrix = operand("solve", a, true);
    DType type = Promotion.of(matrix.aval().dtype(), Promotion.lifted(b.aval().dtype()));
    boolean vector = b.aval().shape().rank() == 1;
    Node right = Build.promote(vector ? Movements.expandDims(b, -1) : b, type, "b");
    if (right.aval().shape().rank() < 2
        || right.aval().shape().dim(-2) != matrix.aval().shape().dim(-1)) {
      throw new ArrayException(
          "solve was given shapes " + a.aval().shape() + " and " + b.aval().shape(),
          "a [..., N, N] and b [N] or [..., N, K]",
          "reshape b to columns of length " + a.aval().shape().dim(-1));
    }
    Node wide = Build.widened(Build.promote(matrix, type, "a"), "a");
    Node target = Build.widened(right, "b");
    Node inverse = inv(wide);
    Node first = Build.matmul(inverse, target);
    Node rest = Build.sub(target, Build.matmul(wide, first));
    Node out = Build.narrowed(Build.add(first, Build.matmul(inverse, rest)), type);
    return vector ? Movements.squeeze(out, -1) : out;
  }

  /** {@return the pseudo-inverse: small singular values count as 0} */
  public static Node pinv(Node x) {
    List<Node> usv = svd(x);
    Node s = usv.get(1);
    Shape shape = x.aval().shape();
    double eps = lazuli.array.type.FloatInfo.of(s.aval().dtype()).eps();
    double most = Math.max(shape.dim(-1), shape.dim(-2)) * eps;
    Node limit = Build.reduce(Reduction.MAX, s, true, -1);
    limit = Build.mul(limit, Build.scalar(limit, most));
    Node zero = Build.scalar(s, 0.0);
    Node large = Build.binary(Binary.GT, s, limit);
    Node one = Build.where(large, s, Build.scalar(s, 1.0));
    Node inverse = Build.where(large, Build.unary(Unary.RECIPROCAL, one), zero);
    Node v = Movements.swapLast(usv.get(2));
    Node scaled = Build.mul(v, Movements.expandDims(inverse, -2));
    return Build.matmul(scaled, Movements.swapLast(usv.get(0)));
  }

  /**
   * {@return a norm over some dimensions}
   *
   * @param x the array
   * @param order NaN for the root of the sum of squares; else p of vectors over one dimension, or
   *     1, -1, infinity, -infinity, 2 and -2 of matrices over two
   * @param word "fro" or "nuc" for matrices, or null
   * @param keep whether the dimensions stay with size 1
   * @param axes the dimensions; none means all
   */
  public static Node norm(Node x, double order, @Nullable String word, boolean keep, int... axes) {
    Node in = Build.promote(x, Promotion.lifted(x.aval().dtype()), "x");
    DType type = in.aval().dtype();
    Node wide = Build.widened(in, "x");
    Axes set = Build.axes("norm", x.aval().shape(), axes);
    int[] over = set.toArray();
    boolean plain =
        Double.isNaN(order) && (word == null || (word.equals("fro") && over.length == 2));
    if (plain || (over.length == 1 && order == 2)) {
      Node squares = Build.reduce(Reduction.SUM, Build.unary(Unary.SQUARE, wide), keep, over);
      return Build.narrowed(Build.sqrt(squares), type);
    }
    if (over.length == 1 && word == null) {
      return Build.narrowed(vector(wide, order, keep, over[0]), type);
    }
    boolean known =
        word == null
            ? Math.abs(order) == 1 || Math.abs(order) == 2 || Double.isInfinite(order)
            : word.equals("nuc");
    if (over.length != 2 || !known) {
      throw new ArrayException(
          "norm was given order "
              + (word == null ? order : "\"" + word + "\"")
              + " over "
              + over.length
              + " axes of shape "
              + x.aval().shape(),
          "any number over one axis; 1, -1, 2, -2, infinity, -infinity, \"fro\" or \"nuc\" over two",
          "use vectorNorm over one axis, matrixNorm over two");
    }
    Node out =
        matrix(
            wide,
            order,
            word != null,
            Build.axis("norm", x.aval().shape(), axes.length == 0 ? 0 : axes[0]),
            Build.axis("norm", x.aval().shape(), axes.length == 0 ? 1 : axes[1]));
    return Build.narrowed(keep ? Movements.reshape(out, set.kept(x.aval().shape())) : out, type);
  }

  private static Node vector(Node x, double p, boolean keep, int axis) {
    Node size = Build.unary(Unary.ABS, x);
    if (Double.isInfinite(p)) {
      return Build.reduce(p > 0 ? Reduction.MAX : Reduction.MIN, size, keep, axis);
    }
    if (p == 0) {
      Node some = Build.cast(Build.promote(x, DType.BOOL, "x"), x.aval().dtype());
      return Build.reduce(Reduction.SUM, some, keep, axis);
    }
    Node sum = Build.reduce(Reduction.SUM, Build.pow(size, Build.scalar(size, p)), keep, axis);
    return Build.pow(sum, Build.scalar(sum, 1 / p));
  }

  private static Node matrix(Node x, double order, boolean nuclear, int rows, int columns) {
    if (nuclear || Math.abs(order) == 2) {
      Node last = Lines.last(x, new Axes(1L << rows | 1L << columns));
      long m = x.aval().shape().dim(Math.min(rows, columns));
      long n = x.aval().shape().dim(Math.max(rows, columns));
      Node values = svd(Shapes.unflatten(last, -1, m, n)).get(1);
      Reduction row = nuclear ? Reduction.SUM : order > 0 ? Reduction.MAX : Reduction.MIN;
      return Build.reduce(row, values, false, -1);
    }
    boolean one = Math.abs(order) == 1;
    Node sums = Build.reduce(Reduction.SUM, Build.unary(Unary.ABS, x), true, one ? rows : columns);
    return Build.reduce(order > 0 ? Reduction.MAX : Reduction.MIN, sums, false, rows, columns);
  }

  /** Murray, "Differentiation of the Cholesky decomposition" (2016). */
  static Node choleskyGradient(Node l, Node d) {
    Node phi = Creation.tril(Build.matmul(Movements.swapLast(l), d), 0);
    long n = l.aval().shape().dim(-1);
    Node half = Creation.eye(n, n, 0, l.aval().dtype());
    half = Build.sub(Build.scalar(half, 1.0), Build.mul(half, Build.scalar(half, 0.5)));
    phi = Build.mul(phi, half);
    Node inverse = inv(l);
    Node s = Build.matmul(Build.matmul(Movements.swapLast(inverse), phi), inverse);
    Node sum = Build.add(s, Movements.swapLast(s));
    return Build.mul(sum, Build.scalar(sum, 0.5));
  }

  /** Giles, "An extended collection of matrix derivative results" (2008), section 3.1. */
  static Node eighGradient(Node output, Node d, long n) {
    Node w = part(output, 0, n);
    Node v = part(output, n, n, n);
    Node dw = part(d, 0, n);
    Node dv = part(d, n, n, n);
    Node gap = Build.sub(Movements.expandDims(w, -2), Movements.expandDims(w, -1));
    Node same = Build.binary(Binary.EQ, gap, Build.scalar(gap, 0.0));
    Node f =
        Build.where(
            same,
            Build.scalar(gap, 0.0),
            Build.unary(Unary.RECIPROCAL, Build.where(same, Build.scalar(gap, 1.0), gap)));
    Node eye = Creation.eye(n, n, 0, w.aval().dtype());
    Node inner =
        Build.add(
            Build.mul(Movements.expandDims(dw, -1), eye),
            Build.mul(f, Build.matmul(Movements.swapLast(v), dv)));
    Node out = Build.matmul(Build.matmul(v, inner), Movements.swapLast(v));
    Node sum = Build.add(out, Movements.swapLast(out));
    return Build.mul(sum, Build.scalar(sum, 0.5));
  }
}
