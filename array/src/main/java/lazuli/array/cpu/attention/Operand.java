package lazuli.array.cpu.attention;

import lazuli.array.backend.View;
import lazuli.array.cpu.Memory;
import lazuli.array.type.DType;

/**
 * An operand seen as four-dimensional, [batch, head, row, column]: the address of element 0 and the
 * strides in bytes. A dimension of size 1 has stride 0 and so broadcasts.
 */
record Operand(DType dtype, long base, long batch, long head, long row, long column) {

  static Operand of(View view) {
    int rank = view.shape().rank();
    long[] strides = new long[4];
    for (int axis = 0; axis < rank; axis++) {
      if (view.shape().dim(axis) != 1) {
        strides[4 - rank + axis] = view.strides()[axis] * view.dtype().bytes();
      }
    }
    return new Operand(
        view.dtype(), Memory.address(view), strides[0], strides[1], strides[2], strides[3]);
  }

  /** The address of the first column of a row. */
  long at(long b, long h, long r) {
    return base + b * batch + h * head + r * row;
  }

  /** Whether the columns of a row lie side by side. */
  boolean dense() {
    return column == dtype.bytes();
  }
}
