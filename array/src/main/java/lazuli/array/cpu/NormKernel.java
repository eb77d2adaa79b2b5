package lazuli.array.cpu;

import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.List;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.op.Aval;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;

/**
 * Root-mean-square and layer normalisation along the last dimension: blocks of rows are read once,
 * stay in the cache in f32 (f64 stays f64) while mean and variance are taken one after the other,
 * and are rounded once when they are written.
 *
 * @param centred whether the mean is subtracted
 * @param eps keeps the divisor from 0
 * @param weighted whether the second operand is a weight
 * @param biased whether the last operand is a bias
 * @param work the work of one launch
 * @param casts the half types' conversion
 */
record NormKernel(
    boolean centred,
    double eps,
    boolean weighted,
    boolean biased,
    Work work,
    List<Dispatch.Cast> casts)
    implements Kernel {
  /** Whether every operand and the result compute in f32, or the result in f64. */
  static boolean fits(List<Aval> inputs, Aval output) {
    Bank bank = Bank.of(output.dtype());
    return inputs.stream().allMatch(in -> in.dtype().isFloat())
        && (bank == Bank.F64
            || bank == Bank.F32 && inputs.stream().allMatch(in -> Bank.of(in.dtype()) == Bank.F32));
  }

  @Override
  public String name() {
    return "rows";
  }

  @Override
  public String details() {
    return "one read, f32 inside, f64 for f64, variance of the centred row";
  }

  @Override
  public void launch(List<View> inputs, View output) {
    if (output.shape().size() == 0) {
      return;
    }
    View in = inputs.getFirst();
    RowFeed feed = new RowFeed(in, in.shape().rank() - 1);
    long to = Memory.address(output);
    if (output.dtype() == DType.F64) {
      NormF64 norm = f64(inputs, feed.length());
      feed.each(
          0.25,
          (first, rows) -> {
            int n = feed.length();
            double[] block = Scratch.current().doubles(Slot.ROW, NormF64.length(rows, n));
            feed.read(first, rows, block);
            Rows.write(DType.F64, norm.rows(block, rows), 0, to + first * n * 8, rows * n);
          });
    } else {
      NormF32 norm = f32(inputs, feed.length());
      feed.each(
          0.25,
          (first, rows) -> {
            int n = feed.length();
            float[] block = Scratch.current().floats(Slot.ROW, NormF32.length(rows, n));
            feed.read(first, rows, block);
            DType dtype = output.dtype();
            float[] found = norm.rows(block, rows);
            Rows.write(dtype, found, 0, to + first * n * dtype.bytes(), rows * n);
          });
    }
    Reference.reachabilityFence(inputs);
  }

  private NormF32 f32(List<View> inputs, int n) {
    float[] weight = new float[n];
    float[] bias = new float[n];
    Arrays.fill(weight, 1);
    if (weighted) {
      View view = inputs.get(1);
      Rows.read(view.dtype(), Memory.address(view), stride(view), weight, 0, n);
    }
    if (biased) {
      View view = inputs.getLast();
      Rows.read(view.dtype(), Memory.address(view), stride(view), bias, 0, n);
    }
    return new NormF32(n, centred, eps, weighted || biased ? weight : null, biased ? bias : null);
  }

  private NormF64 f64(List<View> inputs, int n) {
    double[] weight = new double[n];
    double[] bias = new double[n];
    Arrays.fill(weight, 1);
    if (weighted) {
      View view = inputs.get(1);
      Rows.read(view.dtype(), Memory.address(view), stride(view), weight, 0, n);
    }
    if (biased) {
      View view = inputs.getLast();
      Rows.read(view.dtype(), Memory.address(view), stride(view), bias, 0, n);
    }
    return new NormF64(n, centred, eps, weighted || biased ? weight : null, biased ? bias : null);
  }

  private static long stride(View view) {
    return view.shape().rank() == 0 ? 0 : view.strides()[view.shape().rank() - 1];
  }
}
