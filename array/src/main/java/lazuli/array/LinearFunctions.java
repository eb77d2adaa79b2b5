package lazuli.array;

import java.util.List;
import lazuli.array.op.Matrices;
import lazuli.array.op.Node;

/**
 * Linear algebra of the last two dimensions, computed in float64 and rounded once. None computes; a
 * matrix that has no result is an error when it runs.
 */
public abstract sealed class LinearFunctions extends IndexFunctions permits FastFunctions {
  LinearFunctions() {}

  /**
   * An orthonormal and an upper triangular factor.
   *
   * @param q [..., M, K], with K the smaller of M and N
   * @param r [..., K, N], its diagonal 0 or more
   */
  public record Qr(Array q, Array r) {}

  /**
   * Singular vectors and values.
   *
   * @param u [..., M, K], with K the smaller of M and N
   * @param s [..., K], in descending order
   * @param vt [..., K, N]
   */
  public record Svd(Array u, Array s, Array vt) {}

  /**
   * Eigenvalues and eigenvectors.
   *
   * @param values [..., N], in ascending order
   * @param vectors [..., N, N], as columns
   */
  public record Eigh(Array values, Array vectors) {}

  /**
   * A determinant that does not overflow.
   *
   * @param sign -1, 0 or 1
   * @param logSize the logarithm of the size
   */
  public record SlogDet(Array sign, Array logSize) {}

  /**
   * {@return the factors of x = q by r}
   *
   * @param x [..., M, N]
   */
  public static Qr qr(Array x) {
    List<Node> parts = Matrices.qr(x.node());
    return new Qr(new Array(parts.get(0)), new Array(parts.get(1)));
  }

  /**
   * {@return the factors of x = u by the diagonal of s by vt}
   *
   * @param x [..., M, N]
   */
  public static Svd svd(Array x) {
    List<Node> parts = Matrices.svd(x.node());
    return new Svd(new Array(parts.get(0)), new Array(parts.get(1)), new Array(parts.get(2)));
  }

  /**
   * {@return the eigenvalues and eigenvectors of symmetric matrices} The lower triangle is read.
   *
   * @param x [..., N, N]
   */
  public static Eigh eigh(Array x) {
    List<Node> parts = Matrices.eigh(x.node());
    return new Eigh(new Array(parts.get(0)), new Array(parts.get(1)));
  }

  /**
   * {@return the eigenvalues of symmetric matrices, in ascending order} The lower triangle is read.
   *
   * @param x [..., N, N]
   */
  public static Array eigvalsh(Array x) {
    return new Array(Matrices.eigh(x.node()).getFirst());
  }

  /**
   * {@return the lower triangular l with x = l by its transpose}
   *
   * @param x [..., N, N], positive definite
   */
  public static Array cholesky(Array x) {
    return new Array(Matrices.cholesky(x.node()));
  }

  /**
   * {@return the inverse}
   *
   * @param x [..., N, N]
   */
  public static Array inv(Array x) {
    return new Array(Matrices.inv(x.node()));
  }

  /**
   * {@return the pseudo-inverse}
   *
   * @param x [..., M, N]
   */
  public static Array pinv(Array x) {
    return new Array(Matrices.pinv(x.node()));
  }

  /**
   * {@return y with a by y = b}
   *
   * @param a [..., N, N]
   * @param b [N] or [..., N, K]
   */
  public static Array solve(Array a, Array b) {
    return new Array(Matrices.solve(a.node(), b.node()));
  }

  /**
   * {@return the determinant}
   *
   * @param x [..., N, N]
   */
  public static Array det(Array x) {
    return new Array(Matrices.det(x.node()));
  }

  /**
   * {@return the determinant's sign and the logarithm of its size}
   *
   * @param x [..., N, N]
   */
  public static SlogDet slogdet(Array x) {
    List<Node> parts = Matrices.slogdet(x.node());
    return new SlogDet(new Array(parts.get(0)), new Array(parts.get(1)));
  }

  /**
   * {@return the root of the sum of squares over some axes, which are dropped}
   *
   * @param x the array
   * @param axes the axes, negative from the end; none means all
   */
  public static Array norm(Array x, int... axes) {
    return new Array(Matrices.norm(x.node(), Double.NaN, null, false, axes));
  }

  /**
   * {@return a norm of vectors along an axis, which is dropped}
   *
   * @param x the array
   * @param order any number, infinity for the largest, 0 for how many are not 0
   * @param axis along which vectors lie, negative from the end
   */
  public static Array vectorNorm(Array x, double order, int axis) {
    return new Array(Matrices.norm(x.node(), order, null, false, axis));
  }

  /**
   * {@return a norm of matrices over two axes, which are dropped}
   *
   * @param x the array
   * @param order 1, -1, 2, -2, infinity or -infinity
   * @param rows the axis of rows, negative from the end
   * @param columns the axis of columns
   */
  public static Array matrixNorm(Array x, double order, int rows, int columns) {
    return new Array(Matrices.norm(x.node(), order, null, false, rows, columns));
  }

  /**
   * {@return a norm of matrices over two axes, which are dropped}
   *
   * @param x the array
   * @param order {@code fro} or {@code nuc}
   * @param rows the axis of rows, negative from the end
   * @param columns the axis of columns
   */
  public static Array matrixNorm(Array x, String order, int rows, int columns) {
    return new Array(Matrices.norm(x.node(), Double.NaN, order, false, rows, columns));
  }
}
