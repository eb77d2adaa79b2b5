package lazuli.array;

import lazuli.array.op.Build;

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
}
