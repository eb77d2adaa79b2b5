package lazuli.array.cpu;

import static jdk.incubator.vector.VectorOperators.EXP;
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
          float[] lanes = Scratch.current().floats(Slot.PARTIAL, L);
          long end = Math.min(rows, (item + 1) * together);
          for (long r = item * together; r < end; r++) {
            Rows.read(in.dtype(), from + kept.offset(r) * bytes, stride, row, 0, n);
            row(row, n, lanes);
            Rows.write(in.dtype(), row, 0, to + r * n * bytes, n);
          }
        });
    Reference.reachabilityFence(inputs);
  }

  private static void row(float[] row, int n, float[] lanes) {
    // Padding that adds nothing: exp(-inf) is 0.
    int padded = (n + L - 1) / L * L;
    Arrays.fill(row, n, padded, Float.NEGATIVE_INFINITY);
    float max = max(row, padded);
    double sum = 0;
    for (int i = 0; i < padded; i += SUM_BLOCK) {
      sum += exp(row, i, Math.min(padded, i + SUM_BLOCK), max, lanes);
    }
    divide(row, padded, (float) sum);
  }

  private static float max(float[] row, int n) {
    FloatVector max = FloatVector.fromArray(S, row, 0);
    for (int i = L; i < n; i += L) {
      max = max.max(FloatVector.fromArray(S, row, i));
    }
    return max.reduceLanes(MAX);
  }

  /** Replaces x by exp(x - max) and returns the sum, its lanes added in order. */
  private static double exp(float[] row, int from, int to, float max, float[] lanes) {
    FloatVector shift = FloatVector.broadcast(S, max);
    FloatVector sum = FloatVector.zero(S);
    for (int i = from; i < to; i += L) {
      FloatVector e = FloatVector.fromArray(S, row, i).sub(shift).lanewise(EXP);
      e.intoArray(row, i);
      sum = sum.add(e);
    }
    sum.intoArray(lanes, 0);
    double all = 0;
    for (int i = 0; i < L; i++) {
      all += lanes[i];
    }
    return all;
  }

  private static void divide(float[] row, int n, float sum) {
    FloatVector all = FloatVector.broadcast(S, sum);
    for (int i = 0; i < n; i += L) {
      FloatVector.fromArray(S, row, i).div(all).intoArray(row, i);
    }
  }
}
