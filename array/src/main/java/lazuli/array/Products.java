package lazuli.array;

import lazuli.array.op.Build;
import lazuli.array.op.Contraction;

/**
 * Methods of {@link Array} that multiply and add up. None computes. A wrong shape, type or axis
 * raises {@link lazuli.array.type.ArrayException}.
 */
public sealed interface Products permits Array {
  /** {@return the array itself} */
  Array self();

  /**
   * {@return the matrix product: [..., M, K] by [..., K, N] is [..., M, N]} Leading dimensions
   * broadcast. Half types accumulate in f32.
   *
   * @param other the right operand, of a floating type
   */
  default Array matmul(Array other) {
    return new Array(Build.matmul(self().node(), other.node()));
  }

  /**
   * {@return sums of products over the last dimension of both}
   *
   * @param other the right operand
   */
  default Array inner(Array other) {
    return new Array(Contraction.inner(self().node(), other.node()));
  }

  /**
   * {@return every element times every element of the other}
   *
   * @param other the right operand
   */
  default Array outer(Array other) {
    return new Array(Contraction.outer(self().node(), other.node()));
  }

  /**
   * {@return sums of products along the last dimension; the others broadcast}
   *
   * @param other the right operand
   */
  default Array vecdot(Array other) {
    return new Array(Contraction.vecdot(self().node(), other.node(), -1));
  }

  /**
   * {@return sums of products along a dimension; the others broadcast}
   *
   * @param other the right operand
   * @param axis the axis, negative from the end
   */
  default Array vecdot(Array other, int axis) {
    return new Array(Contraction.vecdot(self().node(), other.node(), axis));
  }

  /**
   * {@return sums of products over the last dimensions of the left and the first of the right
   * operand}
   *
   * @param other the right operand
   * @param axes how many
   */
  default Array tensordot(Array other, int axes) {
    return new Array(Contraction.tensordot(self().node(), other.node(), axes));
  }

  /**
   * {@return sums of products over pairs of dimensions}
   *
   * @param other the right operand
   * @param axes dimensions of the left operand
   * @param otherAxes as many of the right operand
   */
  default Array tensordot(Array other, int[] axes, int[] otherAxes) {
    return new Array(Contraction.tensordot(self().node(), other.node(), axes, otherAxes));
  }

  /**
   * {@return the Kronecker product: each element times the whole of the other, as blocks}
   *
   * @param other the right operand
   */
  default Array kron(Array other) {
    return new Array(Contraction.kron(self().node(), other.node()));
  }
}
