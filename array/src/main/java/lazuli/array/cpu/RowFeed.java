package lazuli.array.cpu;

import lazuli.array.backend.View;
import lazuli.array.type.DType;
import lazuli.array.type.Rounding;

/**
 * The rows of a view along one dimension, read as blocks of adjacent rows: a kernel that works on
 * blocks pays for addresses and conversions once a block and not once a row.
 */
final class RowFeed {
  /** Elements that are read at a time: as f32 or f64 they stay in the first cache. */
  private static final int BLOCK = 4096;

  /** Bytes of a line of the cache, and of what stays in it while a row is read. */
  private static final long LINE = 64;

  private static final long NEAR = 32768;

  /** Elements of one item of work. */
  private static final long ITEM = 1 << 15;

  /** Rows that lie side by side are read at least so many at a time: one line of the cache. */
  private static final int SIDE_BY_SIDE = 16;

  private final DType dtype;
  private final long address;
  private final int length;
  private final long count;
  private final Feed kept;

  /** From one element of a row to the next, in bytes. */
  private final long step;

  RowFeed(View view, int axis) {
    this.dtype = view.dtype();
    this.address = Memory.address(view);
    this.length = Math.toIntExact(view.shape().dim(axis));
    this.step = view.strides()[axis] * dtype.bytes();
    long[] dims = view.shape().dims();
    this.count = length == 0 ? 0 : view.shape().size() / length;
    dims[axis] = 1;
    this.kept = new Feed(dtype, address, dims, view.strides());
  }

  /** Rows whose starts a feed names and whose elements are some elements apart. */
  RowFeed(DType dtype, long address, Feed kept, long count, long stride, int length) {
    this.dtype = dtype;
    this.address = address;
    this.kept = kept;
    this.count = count;
    this.step = stride * dtype.bytes();
    this.length = length;
  }

  /** Elements of a row. */
  int length() {
    return length;
  }

  /** How many rows there are. */
  long count() {
    return count;
  }

  /** How many rows a kernel should ask for at a time. */
  int together() {
    int some = Math.max(1, BLOCK / Math.max(1, length));
    return (int) Math.min(count, sideBySide() ? Math.max(SIDE_BY_SIDE, some) : some);
  }

  private boolean sideBySide() {
    return Math.abs(kept.innerStride() * dtype.bytes()) < Math.abs(step) && kept.innerSize() > 1;
  }

  /** Where some rows of this type lie one after the other in memory; 0 if they do not. */
  long address(DType type, long first, int rows) {
    long inner = kept.innerSize();
    boolean flat =
        dtype == type
            && step == dtype.bytes()
            && kept.innerStride() == length
            && first % inner + rows <= inner;
    return flat ? address + kept.offset(first) * dtype.bytes() : 0;
  }

  /** Computes some rows. */
  @FunctionalInterface
  interface Rowwise {
    void run(long first, int rows);
  }

  /** Runs all rows, block by block, on several threads when there is enough work. */
  void each(double nanosPerElement, Rowwise body) {
    int some = together();
    long together = Math.max(some, ITEM / length / some * some);
    Workers.run(
        Math.toIntExact(Math.ceilDiv(count, together)),
        (long) (count * length * nanosPerElement),
        item -> {
          long end = Math.min(count, (item + 1) * together);
          for (long r = item * together; r < end; r += some) {
            body.run(r, (int) Math.min(some, end - r));
          }
        });
  }

  /** What moves rows whose starts are one step apart. */
  @FunctionalInterface
  private interface Block {
    void move(long from, long rowStep, int rows, int at);
  }

  private void each(long first, int rows, Block block) {
    long inner = kept.innerSize();
    long rowStep = kept.innerStride() * dtype.bytes();
    for (int done = 0; done < rows; ) {
      long at = first + done;
      int some = (int) Math.min(rows - done, inner - at % inner);
      block.move(address + kept.offset(at) * dtype.bytes(), rowStep, some, done * length);
      done += some;
    }
  }

  /** Reads some rows, one after the other, to the start of an array. */
  void read(long first, int rows, float[] to) {
    each(first, rows, (from, rowStep, some, at) -> block(from, rowStep, some, to, at));
  }

  /** The same in float64. */
  void read(long first, int rows, double[] to) {
    each(first, rows, (from, rowStep, some, at) -> block(from, rowStep, some, to, at));
  }

  /** Reads elements start to start + n of one row. */
  void read(long row, int start, int n, float[] to) {
    long from = address + kept.offset(row) * dtype.bytes() + start * step;
    Rows.read(dtype, from, step / dtype.bytes(), to, 0, n);
  }

  /** The same in float64. */
  void read(long row, int start, int n, double[] to) {
    long from = address + kept.offset(row) * dtype.bytes() + start * step;
    Rows.read(dtype, from, step / dtype.bytes(), to, 0, n);
  }

  private void block(long from, long rowStep, int rows, float[] to, int at) {
    long stride = step / dtype.bytes();
    if (rows == 1 || rowStep == step * length) {
      Rows.read(dtype, from, stride, to, at, rows * length);
    } else if (!near(rowStep, rows) && tiled(from, rowStep, rows, to, at)) {
      return;
    } else {
      for (int r = 0; r < rows; r++) {
        Rows.read(dtype, from + r * rowStep, stride, to, at + r * length, length);
      }
    }
  }

  private void block(long from, long rowStep, int rows, double[] to, int at) {
    long stride = step / dtype.bytes();
    if (rows == 1 || rowStep == step * length) {
      Rows.read(dtype, from, stride, to, at, rows * length);
    } else if (Math.abs(rowStep) < Math.abs(step) && dtype == DType.F64) {
      for (int c = 0; c < length; c++) {
        column(from + c * step, rowStep, rows, to, at + c, length);
      }
    } else {
      for (int r = 0; r < rows; r++) {
        Rows.read(dtype, from + r * rowStep, stride, to, at + r * length, length);
      }
    }
  }

  /** Whether all lines that these rows lie in stay in the cache while one row is read. */
  private boolean near(long rowStep, int rows) {
    return Math.abs(rowStep) >= Math.abs(step)
        || step % 4096 != 0 && length * Math.max(LINE, rows * Math.abs(rowStep)) <= NEAR;
  }

  /** Reads column by column, for the elements of a column are close together. */
  private boolean tiled(long from, long rowStep, int rows, float[] to, int at) {
    switch (dtype) {
      case F32 -> {
        for (int c = 0; c < length; c++) {
          column(from + c * step, rowStep, rows, to, at + c, length);
        }
      }
      case BF16 -> {
        for (int c = 0; c < length; c++) {
          columnBf16(from + c * step, rowStep, rows, to, at + c, length);
        }
      }
      case F16 -> {
        for (int c = 0; c < length; c++) {
          columnF16(from + c * step, rowStep, rows, to, at + c, length);
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void column(long from, long step, int n, float[] to, int at, int pitch) {
    for (int r = 0; r < n; r++) {
      to[at + r * pitch] = Memory.getFloat(from + r * step);
    }
  }

  private static void columnBf16(long from, long step, int n, float[] to, int at, int pitch) {
    for (int r = 0; r < n; r++) {
      to[at + r * pitch] = Rounding.bf16(Memory.getShort(from + r * step));
    }
  }

  private static void columnF16(long from, long step, int n, float[] to, int at, int pitch) {
    for (int r = 0; r < n; r++) {
      to[at + r * pitch] = Float.float16ToFloat(Memory.getShort(from + r * step));
    }
  }

  private static void column(long from, long step, int n, double[] to, int at, int pitch) {
    for (int r = 0; r < n; r++) {
      to[at + r * pitch] = Memory.getDouble(from + r * step);
    }
  }
}
