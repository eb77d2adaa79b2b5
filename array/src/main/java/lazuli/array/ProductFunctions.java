package lazuli.array;

import lazuli.array.op.Contraction;
import lazuli.array.op.Einsum;

/** Products, one-line mirrors of the methods of {@link Array}, and einsum. */
public abstract sealed class ProductFunctions extends RandomFunctions permits ShapingFunctions {
  ProductFunctions() {}

  /**
   * {@return the matrix product: [..., M, K] by [..., K, N] is [..., M, N]} Leading dimensions
   * broadcast. Half types accumulate in f32.
   *
   * @param x the operand
   * @param other the right operand, of a floating type
   */
  public static Array matmul(Array x, Array other) {
    return x.matmul(other);
  }

  /**
   * {@return sums of products over the last dimension of both}
   *
   * @param x the operand
   * @param other the right operand
   */
  public static Array inner(Array x, Array other) {
    return x.inner(other);
  }

  /**
   * {@return every element times every element of the other}
   *
   * @param x the operand
   * @param other the right operand
   */
  public static Array outer(Array x, Array other) {
    return x.outer(other);
  }

  /**
   * {@return sums of products along the last dimension; the others broadcast}
   *
   * @param x the operand
   * @param other the right operand
   */
  public static Array vecdot(Array x, Array other) {
    return x.vecdot(other);
  }

  /**
   * {@return sums of products along a dimension; the others broadcast}
   *
   * @param x the operand
   * @param other the right operand
   * @param axis the axis, negative from the end
   */
  public static Array vecdot(Array x, Array other, int axis) {
    return x.vecdot(other, axis);
  }

  /**
   * {@return sums of products over the last dimensions of the left and the first of the right
   * operand}
   *
   * @param x the operand
   * @param other the right operand
   * @param axes how many
   */
  public static Array tensordot(Array x, Array other, int axes) {
    return x.tensordot(other, axes);
  }

  /**
   * {@return sums of products over pairs of dimensions}
   *
   * @param x the operand
   * @param other the right operand
   * @param axes dimensions of the left operand
   * @param otherAxes as many of the right operand
   */
  public static Array tensordot(Array x, Array other, int[] axes, int[] otherAxes) {
    return x.tensordot(other, axes, otherAxes);
  }

  /**
   * {@return the Kronecker product: each element times the whole of the other, as blocks}
   *
   * @param x the operand
   * @param other the right operand
   */
  public static Array kron(Array x, Array other) {
    return x.kron(other);
  }

  /**
   * {@return c + a by b}
   *
   * @param c what is added; broadcasts
   * @param a [..., M, K]
   * @param b [..., K, N]
   */
  public static Array addmm(Array c, Array a, Array b) {
    return addmm(c, a, b, 1, 1);
  }

  /**
   * {@return beta * c + alpha * (a by b)}
   *
   * @param c what is added; broadcasts
   * @param a [..., M, K]
   * @param b [..., K, N]
   * @param alpha times the product
   * @param beta times c
   */
  public static Array addmm(Array c, Array a, Array b, double alpha, double beta) {
    return new Array(Contraction.addmm(c.node(), a.node(), b.node(), alpha, beta));
  }

  /**
   * {@return sums of products named by letters, such as {@code "bhqd,bhkd->bhqk"}} Letters that the
   * result does not name are summed over; {@code ...} stands for leading dimensions that broadcast.
   * Contracted pair by pair in the order of {@link #einsumPath}.
   *
   * @param subscripts a term for each operand, and the result behind {@code ->}
   * @param operands the operands
   */
  public static Array einsum(String subscripts, Array... operands) {
    return new Array(Einsum.of(subscripts, Rows.nodes(operands)));
  }

  /**
   * {@return in which order einsum contracts the operands, and the operations that it needs}
   *
   * @param subscripts as in {@link #einsum}
   * @param operands the operands; only their shapes count
   */
  public static Einsum.Path einsumPath(String subscripts, Array... operands) {
    return Einsum.path(subscripts, Rows.nodes(operands));
  }
}
