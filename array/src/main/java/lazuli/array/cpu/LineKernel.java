package lazuli.array.cpu;

import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
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

  @Override
  public String name() {
    return op instanceof Scan ? "scan lines" : "sort lines";
  }

  @Override
  public void launch(List<View> inputs, View output) {
    if (output.shape().size() == 0) {
      return;
    }
    Lines in = new Lines(inputs.getFirst(), axis);
    Lines out = new Lines(output, axis);
    in.each(
        op instanceof Scan ? SCAN_NANOS : SORT_NANOS,
        line -> {
          if (in.real()) {
            reals(in, out, line);
          } else {
            integers(in, out, line, inputs.getFirst().dtype());
          }
        });
    Reference.reachabilityFence(inputs);
  }

  private void reals(Lines in, Lines out, long line) {
    int n = in.length();
    double[] values = Scratch.current().doubles(Scratch.Slot.WIDE, n);
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
