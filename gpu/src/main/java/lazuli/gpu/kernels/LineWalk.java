package lazuli.gpu.kernels;

import lazuli.array.backend.View;
import lazuli.array.type.Shape;

/**
 * The lines of operands along one dimension.
 *
 * @param kept the dimensions across lines
 * @param lines how many there are
 * @param length elements of a line of the first operand
 * @param steps for each operand the distance along a line, in elements
 */
record LineWalk(Walk kept, int lines, int length, long[] steps) {
  /** {@return the lines along an axis; all operands have the same other dimensions} */
  static LineWalk of(int axis, View... views) {
    Shape shape = views[0].shape();
    int rank = shape.rank();
    long[] dims = new long[rank - 1];
    long[][] across = new long[views.length][rank - 1];
    long[] steps = new long[views.length];
    long lines = 1;
    for (int d = 0, k = 0; d < rank; d++) {
      for (int i = 0; i < views.length; i++) {
        if (d == axis) {
          steps[i] = views[i].strides()[d];
        } else {
          across[i][k] = views[i].strides()[d];
        }
      }
      if (d != axis) {
        dims[k++] = shape.dim(d);
        lines *= shape.dim(d);
      }
    }
    return new LineWalk(
        Walk.of(Shape.of(dims), java.util.List.of(across)),
        (int) lines,
        (int) shape.dim(axis),
        steps);
  }

  /**
   * {@return whether a thread should take a line: lines are short, or neighbouring lines are
   * neighbours in memory}
   */
  boolean narrow() {
    int last = kept.rank() - 1;
    boolean across = last >= 0 && kept.strides()[0][last] == 1 && Math.abs(steps[0]) != 1;
    return length <= 32 || across && lines >= Emit.THREADS;
  }
}
