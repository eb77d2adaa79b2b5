package lazuli.array.cpu;

import lazuli.array.op.Reduction;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/** Folds rows, or the columns of rows, that are some bytes apart in memory, into float64. */
interface RowFold {
  /** Rows of fewer elements are too short for {@link #rows}. */
  int least();

  /** Rows of fewer elements fit into the lanes. */
  int lanes();

  /**
   * Folds each row.
   *
   * @param from the address of the first row
   * @param rowStep from one row to the next, in bytes
   * @param count how many rows
   * @param n elements of a row, at least {@link #least}
   * @param to gets the results
   * @param at where the first goes
   */
  void rows(long from, long rowStep, int count, int n, double[] to, int at);

  /** Folds each row of a feed whose rows are shorter than {@link #lanes}. */
  void shortRows(RowFeed feed, long first, int count, double[] to, int at);

  /** Folds each column of rows of adjacent elements, as many as a vector has or more. */
  void columns(long from, long rowStep, int count, int n, double[] to, int at);

  /** The fold of a reduction, or null where there is none. */
  static @Nullable RowFold of(Reduction row, DType dtype, long step) {
    Reduction kind = row == Reduction.MEAN ? Reduction.SUM : row;
    if (kind != Reduction.SUM && kind != Reduction.MAX && kind != Reduction.MIN) {
      return null;
    }
    FoldKind key = new FoldKind(kind, dtype, step == 2 ? 2 : 1);
    return switch (dtype) {
      case F32, BF16, F16 -> Specialised.of(RowFold.class, RowFoldF32.class, key);
      case F64 -> Specialised.of(RowFold.class, RowFoldF64.class, key);
      default -> null;
    };
  }
}
