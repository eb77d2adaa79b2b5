package lazuli.array.backend;

import java.util.Arrays;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;

/**
 * A strided window on a buffer: what kernels read and write. Reshape, transpose, slice and
 * broadcast make views and move nothing.
 *
 * @param buffer the memory
 * @param dtype the element type
 * @param shape the shape
 * @param strides in elements, 0 for a broadcast dimension, may be negative
 * @param offset of element 0, in elements
 */
public record View(Buffer buffer, DType dtype, Shape shape, long[] strides, long offset) {
  /**
   * {@return the row-major view of a whole buffer}
   *
   * @param buffer the memory
   * @param dtype the element type
   * @param shape the shape
   */
  public static View contiguous(Buffer buffer, DType dtype, Shape shape) {
    return new View(buffer, dtype, shape, shape.strides(), 0);
  }

  /** {@return whether elements lie in row-major order without gaps} */
  public boolean isContiguous() {
    long step = 1;
    for (int i = strides.length - 1; i >= 0; i--) {
      long dim = shape.dim(i);
      if (dim > 1 && strides[i] != step) {
        return false;
      }
      step *= Math.max(1, dim);
    }
    return true;
  }

  @Override
  public String toString() {
    return dtype + shape.toString() + Arrays.toString(strides) + "+" + offset;
  }
}
