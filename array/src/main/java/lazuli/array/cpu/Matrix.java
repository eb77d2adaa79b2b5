package lazuli.array.cpu;

import lazuli.array.type.DType;

/**
 * A matrix in memory with any strides.
 *
 * @param dtype the element type
 * @param address of element 0, 0
 * @param rowStride from one row to the next, in elements
 * @param colStride from one column to the next, in elements
 */
record Matrix(DType dtype, long address, long rowStride, long colStride) {
  long address(long row, long col) {
    return address + (row * rowStride + col * colStride) * dtype.bytes();
  }

  /** The matrix that starts this many elements further on. */
  Matrix plus(long elements) {
    return new Matrix(dtype, address + elements * dtype.bytes(), rowStride, colStride);
  }

  Matrix transposed() {
    return new Matrix(dtype, address, colStride, rowStride);
  }
}
