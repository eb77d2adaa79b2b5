package lazuli.array.cpu;

import java.util.function.LongConsumer;
import lazuli.array.backend.Elements;
import lazuli.array.backend.View;
import lazuli.array.type.DType;

/**
 * The lines of a view along one dimension: each is read into an array, in float64 or 64-bit
 * integers, and written back rounded once.
 */
final class Lines {
  private final DType dtype;
  private final long address;
  private final long stride;
  private final int length;
  private final Feed starts;
  private final long count;

  Lines(View view, int axis) {
    this.dtype = view.dtype();
    this.address = Memory.address(view);
    this.stride = view.strides()[axis];
    this.length = Math.toIntExact(view.shape().dim(axis));
    long[] dims = view.shape().dims();
    this.count = length == 0 ? 0 : view.shape().size() / length;
    dims[axis] = 1;
    this.starts = new Feed(dtype, address, dims, view.strides());
  }

  int length() {
    return length;
  }

  /** How many lines there are. */
  long count() {
    return count;
  }

  boolean real() {
    return dtype.isFloat();
  }

  void read(long line, double[] to) {
    Rows.read(dtype, address + starts.offset(line) * dtype.bytes(), stride, to, 0, length);
  }

  void read(long line, long[] to) {
    long at = address / dtype.bytes() + starts.offset(line);
    if (dtype == DType.I32) {
      for (int i = 0; i < length; i++) {
        to[i] = Memory.getInt(4 * (at + i * stride));
      }
      return;
    }
    for (int i = 0; i < length; i++) {
      to[i] = Elements.getLong(Memory.ALL, dtype, at + i * stride);
    }
  }

  void write(long line, double[] from) {
    long start = address + starts.offset(line) * dtype.bytes();
    if (stride == 1) {
      Rows.write(dtype, from, 0, start, length);
      return;
    }
    for (int i = 0; i < length; i++) {
      Elements.set(Memory.ALL, dtype, start / dtype.bytes() + i * stride, from[i]);
    }
  }

  void write(long line, long[] from) {
    long at = address / dtype.bytes() + starts.offset(line);
    for (int i = 0; i < length; i++) {
      Elements.setLong(Memory.ALL, dtype, at + i * stride, from[i]);
    }
  }

  /** Runs every line, on several threads when there is enough work. */
  void each(long nanosPerElement, LongConsumer body) {
    long together = Math.max(1, 4096 / Math.max(1, length));
    Workers.run(
        Math.toIntExact(Math.ceilDiv(count, together)),
        count * length * nanosPerElement,
        item -> {
          long end = Math.min(count, (item + 1) * together);
          for (long line = item * together; line < end; line++) {
            body.accept(line);
          }
        });
  }
}
