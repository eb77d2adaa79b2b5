package lazuli.array;

/** Products, one-line mirrors of the methods of {@link Array}, and einsum. */
public abstract sealed class ProductFunctions extends IndexFunctions permits ShapingFunctions {
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
}
