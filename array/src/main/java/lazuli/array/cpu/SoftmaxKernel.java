package lazuli.array.cpu;

import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.MAX;

import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.Work;

/**
 * Softmax along the last dimension: each row is read once, stays in the cache in f32, and is
 * rounded once when it is written.
 *
 * @param work the work of one launch
 * @param casts the half types' conversion
 */
record SoftmaxKernel(Work work, List<Dispatch.Cast> casts) implements Kernel {
  private static final VectorSpecies<Float> S = Species.F32;
  private static final int L = Species.LANES;
  private static final int SUM_BLOCK = 64 * L;
  private static final long TOGETHER = 1 << 15;

  @Override
  public String name() {
    return "rows";
  }

  @Override
  public String details() {
    return "one pass, f32 inside";
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
    long to = Memory.address(output);
    int bytes = in.dtype().bytes();
    long rows = size / n;
    long together = Math.max(1, TOGETHER / n);
    Workers.run(
        Math.toIntExact(Math.ceilDiv(rows, together)),
        size / 2,
        item -> {
          float[] row = Scratch.current().floats(Slot.ROW, (n + L - 1) / L * L);
          long end = Math.min(rows, (item + 1) * together);
          for (long r = item * together; r < end; r++) {
            Rows.read(in.dtype(), from + kept.offset(r) * bytes, stride, row, 0, n);
            row(row, n);
            Rows.write(in.dtype(), row, 0, to + r * n * bytes, n);
          }
        });
    Reference.reachabilityFence(inputs);
  }

  private static void row(float[] row, int n) {
    // Padding that adds nothing: exp(-inf) is 0.
    int padded = (n + L - 1) / L * L;
    Arrays.fill(row, n, padded, Float.NEGATIVE_INFINITY);
    float max = max(row, padded);
    double sum = 0;
    for (int i = 0; i < padded; i += SUM_BLOCK) {
      sum += exp(row, i, Math.min(padded, i + SUM_BLOCK), max);
    }
    scale(row, padded, (float) (1 / sum));
  }

  /** Comparisons let a NaN pass by: it reaches the sum, and there the row. */
  private static float max(float[] row, int n) {
    FloatVector m0 = FloatVector.fromArray(S, row, 0);
    FloatVector m1 = m0;
    int i = L;
    for (; i <= n - 2 * L; i += 2 * L) {
      FloatVector x0 = FloatVector.fromArray(S, row, i);
      FloatVector x1 = FloatVector.fromArray(S, row, i + L);
      m0 = m0.blend(x0, x0.compare(GT, m0));
      m1 = m1.blend(x1, x1.compare(GT, m1));
    }
    if (i < n) {
      FloatVector x0 = FloatVector.fromArray(S, row, i);
      m0 = m0.blend(x0, x0.compare(GT, m0));
    }
    return m0.max(m1).reduceLanes(MAX);
  }

  /** Replaces x by exp(x - max) and returns the sum. */
  private static float exp(float[] row, int from, int to, float max) {
    FloatVector shift = FloatVector.broadcast(S, max);
    FloatVector s0 = FloatVector.zero(S);
    FloatVector s1 = s0;
    int i = from;
    for (; i <= to - 2 * L; i += 2 * L) {
      FloatVector e0 = Exponential.of(FloatVector.fromArray(S, row, i).sub(shift));
      FloatVector e1 = Exponential.of(FloatVector.fromArray(S, row, i + L).sub(shift));
      e0.intoArray(row, i);
      e1.intoArray(row, i + L);
      s0 = s0.add(e0);
      s1 = s1.add(e1);
    }
    if (i < to) {
      FloatVector e0 = Exponential.of(FloatVector.fromArray(S, row, i).sub(shift));
      e0.intoArray(row, i);
      s0 = s0.add(e0);
    }
    return LaneSum.of(s0.add(s1));
  }

  private static void scale(float[] row, int n, float by) {
    FloatVector factor = FloatVector.broadcast(S, by);
    for (int i = 0; i < n; i += L) {
      FloatVector.fromArray(S, row, i).mul(factor).intoArray(row, i);
    }
  }
}
