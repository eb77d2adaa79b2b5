package lazuli.array.cpu;

import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.op.ArgSort;
import lazuli.array.op.Primitive;
import lazuli.array.op.Scan;
import lazuli.array.op.Scanning;
import lazuli.array.op.Sort;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;

/**
 * Scans and sorts: each line by itself.
 *
 * @param op a scan, a sort or an argsort
 * @param axis along which lines run
 * @param work the work of one launch
 */
record LineKernel(Primitive op, int axis, Work work) implements Kernel {
  private static final long SCAN_NANOS = 3;
  private static final long SORT_NANOS = 40;

  /** Elements of a longer row that are summed at a time. */
  private static final int RUN = 4096;

  @Override
  public String name() {
    return op instanceof Scan ? "scan lines" : "sort lines";
  }

  @Override
  public void launch(List<View> inputs, View output) {
    if (output.shape().size() == 0) {
      return;
    }
    View first = inputs.getFirst();
    if (axis == output.shape().rank() - 1 && output.dtype() == first.dtype()) {
      if (op instanceof Scan scan
          && scan.row() == Scanning.CUMSUM
          && !scan.reverse()
          && first.dtype().isFloat()) {
        sums(new RowFeed(first, axis), output);
        Reference.reachabilityFence(inputs);
        return;
      }
      if (op instanceof Sort && (first.dtype() == DType.F32 || first.dtype().isHalf())) {
        sorted(new RowFeed(first, axis), output);
        Reference.reachabilityFence(inputs);
        return;
      }
    }
    Lines in = new Lines(first, axis);
    Lines out = new Lines(output, axis);
    in.each(
        op instanceof Scan ? SCAN_NANOS : SORT_NANOS,
        line -> {
          if (in.real()) {
            reals(in, out, line);
          } else {
            integers(in, out, line, first.dtype());
          }
        });
    Reference.reachabilityFence(inputs);
  }

  /** Of half types they are rounded to f32 first. */
  private static void sums(RowFeed feed, View output) {
    int n = feed.length();
    DType dtype = output.dtype();
    long to = Memory.address(output);
    feed.each(
        SCAN_NANOS,
        (first, rows) -> {
          long address = to + first * n * dtype.bytes();
          if (n > RUN) {
            for (int r = 0; r < rows; r++) {
              longSums(feed, first + r, dtype, address + (long) r * n * dtype.bytes());
            }
          } else if (dtype == DType.F64) {
            double[] block = Scratch.current().doubles(Slot.WIDE, RunningSums.length(rows, n));
            feed.read(first, rows, block);
            RunningSums.rows(block, rows, n);
            Rows.write(dtype, block, 0, address, rows * n);
          } else {
            float[] block = Scratch.current().floats(Slot.WIDE, RunningSums.floats(rows, n));
            feed.read(first, rows, block);
            RunningSums.rows(block, rows, n);
            Rows.write(dtype, block, 0, address, rows * n);
          }
        });
  }

  private static void longSums(RowFeed feed, long row, DType dtype, long to) {
    int n = feed.length();
    double sum = -0.0;
    for (int at = 0; at < n; at += RUN) {
      int some = Math.min(RUN, n - at);
      long address = to + (long) at * dtype.bytes();
      if (dtype == DType.F64) {
        double[] block = Scratch.current().doubles(Slot.WIDE, RUN);
        feed.read(row, at, some, block);
        sum = RunningSums.row(block, 0, some, sum);
        Rows.write(dtype, block, 0, address, some);
      } else {
        float[] block = Scratch.current().floats(Slot.WIDE, RUN);
        feed.read(row, at, some, block);
        sum = RunningSums.row(block, 0, some, sum);
        Rows.write(dtype, block, 0, address, some);
      }
    }
  }

  private static void sorted(RowFeed feed, View output) {
    int n = feed.length();
    DType dtype = output.dtype();
    long to = Memory.address(output);
    feed.each(
        SORT_NANOS,
        (first, rows) -> {
          float[] block = Scratch.current().floats(Slot.ROW, rows * n);
          feed.read(first, rows, block);
          SortedRows.rows(block, new int[rows * n], rows, n);
          Rows.write(dtype, block, 0, to + first * n * dtype.bytes(), rows * n);
        });
  }

  private void reals(Lines in, Lines out, long line) {
    int n = in.length();
    double[] values = Scratch.current().doubles(Slot.WIDE, n);
    in.read(line, values);
    switch (op) {
      case Scan scan -> scan(scan, values, n);
      case Sort sort -> Arrays.sort(values, 0, n);
      case ArgSort sort -> {
        long[] keys = new long[n];
        for (int i = 0; i < n; i++) {
          keys[i] = key(values[i]);
        }
        out.write(line, Order.of(keys, n));
        return;
      }
      default -> throw new IllegalStateException(op.label());
    }
    out.write(line, values);
  }

  /** The running sum stays in a register. */
  private static void sums(double[] values, int n, boolean reverse) {
    double sum = reverse ? values[n - 1] : values[0];
    if (reverse) {
      for (int i = n - 2; i >= 0; i--) {
        sum += values[i];
        values[i] = sum;
      }
    } else {
      for (int i = 1; i < n; i++) {
        sum += values[i];
        values[i] = sum;
      }
    }
  }

  private static void scan(Scan scan, double[] values, int n) {
    if (scan.row() == Scanning.CUMSUM) {
      sums(values, n, scan.reverse());
      return;
    }
    DoubleBinaryOperator join = scan.row().join();
    for (int i = 1; i < n; i++) {
      int at = scan.reverse() ? n - 1 - i : i;
      int before = scan.reverse() ? at + 1 : at - 1;
      values[at] = join.applyAsDouble(values[before], values[at]);
    }
  }

  private void integers(Lines in, Lines out, long line, DType dtype) {
    int n = in.length();
    long[] values = new long[n];
    in.read(line, values);
    // The order of unsigned numbers is that of signed ones with the first bit turned.
    long turn = dtype == DType.U64 ? Long.MIN_VALUE : 0;
    switch (op) {
      case Scan scan -> {
        LongBinaryOperator join = scan.row().joinIntegers(dtype);
        if (join == null) {
          throw new IllegalStateException(scan.row() + " has no meaning in integers");
        }
        for (int i = 1; i < n; i++) {
          int at = scan.reverse() ? n - 1 - i : i;
          int before = scan.reverse() ? at + 1 : at - 1;
          values[at] = join.applyAsLong(values[before], values[at]);
        }
      }
      case Sort sort -> {
        for (int i = 0; i < n; i++) {
          values[i] ^= turn;
        }
        Arrays.sort(values);
        for (int i = 0; i < n; i++) {
          values[i] ^= turn;
        }
      }
      case ArgSort sort -> {
        for (int i = 0; i < n; i++) {
          values[i] ^= turn;
        }
        values = Order.of(values, n);
      }
      default -> throw new IllegalStateException(op.label());
    }
    out.write(line, values);
  }

  /** A number whose order as a long is the order of the reals: -0 like 0, NaN last. */
  private static long key(double value) {
    long bits = Double.doubleToLongBits(value + 0.0);
    return bits < 0 ? Long.MIN_VALUE - bits : bits;
  }
}
