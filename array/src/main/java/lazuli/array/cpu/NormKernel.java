package lazuli.array.cpu;

import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.op.Aval;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.Work;
import org.jspecify.annotations.Nullable;

/**
 * Root-mean-square and layer normalisation along the last dimension: each row is read once, stays
 * in the cache in f32 while its mean and variance are taken one after the other, and is rounded
 * once when it is written.
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
  private static final VectorSpecies<Float> S = Species.F32;
  private static final int L = Species.LANES;
  private static final int SUM_BLOCK = 64 * L;
  private static final long TOGETHER = 1 << 15;

  /** Whether every operand and the result compute in f32. */
  static boolean fits(List<Aval> inputs, Aval output) {
    return Bank.of(output.dtype()) == Bank.F32
        && inputs.stream().allMatch(in -> Bank.of(in.dtype()) == Bank.F32);
  }

  @Override
  public String name() {
    return "rows";
  }

  @Override
  public String details() {
    return "one read, f32 inside, variance of the centred row";
  }

  @Override
  public void launch(List<View> inputs, View output) {
    long size = output.shape().size();
    if (size == 0) {
      return;
    }
    View in = inputs.getFirst();
    int last = in.shape().rank() - 1;
    int n = Math.toIntExact(in.shape().dim(last));
    long stride = in.strides()[last];
    long[] dims = in.shape().dims();
    dims[last] = 1;
    long from = Memory.address(in);
    Feed kept = new Feed(in.dtype(), from, dims, in.strides());
    float[] weight = weighted ? vector(inputs.get(1), n) : null;
    float[] bias = biased ? vector(inputs.getLast(), n) : null;
    long to = Memory.address(output);
    int bytes = in.dtype().bytes();
    int written = output.dtype().bytes();
    long rows = size / n;
    long together = Math.max(1, TOGETHER / n);
    Workers.run(
        Math.toIntExact(Math.ceilDiv(rows, together)),
        size / 4,
        item -> {
          float[] row = Scratch.current().floats(Slot.ROW, padded(n));
          long end = Math.min(rows, (item + 1) * together);
          for (long r = item * together; r < end; r++) {
            Rows.read(in.dtype(), from + kept.offset(r) * bytes, stride, row, 0, n);
            row(row, n, weight, bias);
            Rows.write(output.dtype(), row, 0, to + r * n * written, n);
          }
        });
    Reference.reachabilityFence(inputs);
  }

  private static int padded(int n) {
    return (n + L - 1) / L * L;
  }

  private static float[] vector(View view, int n) {
    float[] values = new float[padded(n)];
    long stride = view.shape().rank() == 0 ? 0 : view.strides()[view.shape().rank() - 1];
    Rows.read(view.dtype(), Memory.address(view), stride, values, 0, n);
    return values;
  }

  private void row(float[] row, int n, float @Nullable [] weight, float @Nullable [] bias) {
    int padded = padded(n);
    float mean = 0;
    if (centred) {
      Arrays.fill(row, n, padded, 0);
      mean = (float) (sum(row, padded, 0, false) / n);
    }
    // Padding that adds nothing.
    Arrays.fill(row, n, padded, mean);
    double variance = sum(row, padded, mean, true) / n;
    scale(row, padded, mean, (float) (1 / Math.sqrt(variance + eps)), weight, bias);
  }

  /** The sum of the row, or of its squared distances from the mean. */
  private static double sum(float[] row, int n, float mean, boolean squares) {
    double all = 0;
    for (int i = 0; i < n; i += SUM_BLOCK) {
      int end = Math.min(n, i + SUM_BLOCK);
      all += squares ? squares(row, i, end, mean) : plain(row, i, end);
    }
    return all;
  }

  private static float plain(float[] row, int from, int to) {
    FloatVector s0 = FloatVector.zero(S);
    FloatVector s1 = s0;
    int i = from;
    for (; i <= to - 2 * L; i += 2 * L) {
      s0 = s0.add(FloatVector.fromArray(S, row, i));
      s1 = s1.add(FloatVector.fromArray(S, row, i + L));
    }
    if (i < to) {
      s0 = s0.add(FloatVector.fromArray(S, row, i));
    }
    return LaneSum.of(s0.add(s1));
  }

  private static float squares(float[] row, int from, int to, float mean) {
    FloatVector shift = FloatVector.broadcast(S, mean);
    FloatVector s0 = FloatVector.zero(S);
    FloatVector s1 = s0;
    int i = from;
    for (; i <= to - 2 * L; i += 2 * L) {
      FloatVector far0 = FloatVector.fromArray(S, row, i).sub(shift);
      FloatVector far1 = FloatVector.fromArray(S, row, i + L).sub(shift);
      s0 = far0.fma(far0, s0);
      s1 = far1.fma(far1, s1);
    }
    if (i < to) {
      FloatVector far0 = FloatVector.fromArray(S, row, i).sub(shift);
      s0 = far0.fma(far0, s0);
    }
    return LaneSum.of(s0.add(s1));
  }

  private static void scale(
      float[] row,
      int n,
      float mean,
      float factor,
      float @Nullable [] weight,
      float @Nullable [] bias) {
    FloatVector shift = FloatVector.broadcast(S, mean);
    FloatVector by = FloatVector.broadcast(S, factor);
    // A loop for each form: a choice inside one is paid for every vector.
    if (weight != null && bias != null) {
      for (int i = 0; i < n; i += L) {
        FloatVector x = FloatVector.fromArray(S, row, i).sub(shift).mul(by);
        x.mul(FloatVector.fromArray(S, weight, i))
            .add(FloatVector.fromArray(S, bias, i))
            .intoArray(row, i);
      }
    } else if (weight != null) {
      for (int i = 0; i < n; i += L) {
        FloatVector x = FloatVector.fromArray(S, row, i).sub(shift).mul(by);
        x.mul(FloatVector.fromArray(S, weight, i)).intoArray(row, i);
      }
    } else {
      for (int i = 0; i < n; i += L) {
        FloatVector.fromArray(S, row, i).sub(shift).mul(by).intoArray(row, i);
      }
      for (int i = 0; bias != null && i < n; i += L) {
        FloatVector.fromArray(S, row, i).add(FloatVector.fromArray(S, bias, i)).intoArray(row, i);
      }
    }
  }
}
