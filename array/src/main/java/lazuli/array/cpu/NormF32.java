package lazuli.array.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import lazuli.array.cpu.Scratch.Slot;
import org.jspecify.annotations.Nullable;

/**
 * Norms of adjacent rows of floats: in phases over all rows, as {@link SoftmaxF32} explains.
 *
 * @param n elements of a row
 * @param centred whether the mean is subtracted
 * @param eps keeps the divisor from 0
 * @param weight a factor for each element, or null
 * @param bias added to each element, or null; there is a weight then
 */
record NormF32(
    int n, boolean centred, double eps, float @Nullable [] weight, float @Nullable [] bias) {
  private static final VectorSpecies<Float> S = Species.F32;
  private static final int L = Species.LANES;
  private static final int SUM_BLOCK = 128 * L;

  /** The length of an array that some rows of n need: whole groups of short rows are computed. */
  static int length(int rows, int n) {
    return SoftmaxF32.length(rows, n);
  }

  /** The norms of some rows: in the array that is returned, which is the thread's own. */
  float[] rows(float[] rows, int count) {
    Scratch scratch = Scratch.current();
    float[] work = scratch.floats(Slot.ROW2, length(count, n));
    float[] factors = scratch.floats(Slot.WIDE, count + L);
    if (n < L) {
      Interleaving order = Interleaving.floats(n);
      order.gather(rows, work, count, n);
      moments(work, factors, count, n, centred);
      factors(factors, count, n, eps);
      scaleLanes(work, factors, count);
      order.scatter(work, rows, count, n);
      return rows;
    }
    float[] means = scratch.floats(Slot.PARTIAL, count);
    if (centred) {
      means(rows, means, count, n);
    } else {
      Arrays.fill(means, 0, count, 0);
    }
    squares(rows, means, factors, count, n);
    factors(factors, count, n, eps);
    scale(rows, means, factors, work, count);
    return work;
  }

  /** One row in each lane: leaves their distances from the mean, and finds the sums of squares. */
  private static void moments(float[] work, float[] squares, int count, int n, boolean centred) {
    for (int r = 0; r < count; r += L) {
      int at = r * n;
      FloatVector mean = FloatVector.zero(S);
      if (centred) {
        for (int i = at; i < at + n * L; i += L) {
          mean = mean.add(FloatVector.fromArray(S, work, i));
        }
        mean = mean.div(n);
      }
      FloatVector sum = FloatVector.zero(S);
      for (int i = at; i < at + n * L; i += L) {
        FloatVector far = FloatVector.fromArray(S, work, i).sub(mean);
        far.intoArray(work, i);
        sum = far.fma(far, sum);
      }
      sum.intoArray(squares, r);
    }
  }

  /** In float64, where eps may be tiny. */
  private static void factors(float[] squares, int count, int n, double eps) {
    for (int r = 0; r < count; r++) {
      squares[r] = (float) (1 / Math.sqrt((double) squares[r] / n + eps));
    }
  }

  private void scaleLanes(float[] work, float[] factors, int count) {
    for (int r = 0; r < count; r += L) {
      FloatVector factor = FloatVector.fromArray(S, factors, r);
      for (int c = 0; c < n; c++) {
        int i = r * n + c * L;
        FloatVector x = FloatVector.fromArray(S, work, i).mul(factor);
        if (weight != null) {
          x = x.mul(weight[c]);
        }
        if (bias != null) {
          x = x.add(bias[c]);
        }
        x.intoArray(work, i);
      }
    }
  }

  private static void means(float[] rows, float[] means, int count, int n) {
    VectorMask<Float> old = S.indexInRange(0, L - n % L);
    for (int r = 0; r < count; r++) {
      int end = r * n + n / L * L;
      double all = LaneSum.of(FloatVector.fromArray(S, rows, r * n + n - L).blend(0f, old));
      for (int from = r * n; from < end; from += SUM_BLOCK) {
        int to = Math.min(end, from + SUM_BLOCK);
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = s0;
        int i = from;
        for (; i <= to - 2 * L; i += 2 * L) {
          s0 = s0.add(FloatVector.fromArray(S, rows, i));
          s1 = s1.add(FloatVector.fromArray(S, rows, i + L));
        }
        if (i < to) {
          s0 = s0.add(FloatVector.fromArray(S, rows, i));
        }
        all += LaneSum.of(s0.add(s1));
      }
      means[r] = (float) (all / n);
    }
  }

  private static void squares(float[] rows, float[] means, float[] squares, int count, int n) {
    VectorMask<Float> old = S.indexInRange(0, L - n % L);
    for (int r = 0; r < count; r++) {
      int end = r * n + n / L * L;
      float mean = means[r];
      FloatVector last = FloatVector.fromArray(S, rows, r * n + n - L).sub(mean).blend(0f, old);
      double all = LaneSum.of(last.mul(last));
      for (int from = r * n; from < end; from += SUM_BLOCK) {
        int to = Math.min(end, from + SUM_BLOCK);
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = s0;
        int i = from;
        for (; i <= to - 2 * L; i += 2 * L) {
          FloatVector far0 = FloatVector.fromArray(S, rows, i).sub(mean);
          FloatVector far1 = FloatVector.fromArray(S, rows, i + L).sub(mean);
          s0 = far0.fma(far0, s0);
          s1 = far1.fma(far1, s1);
        }
        if (i < to) {
          FloatVector far0 = FloatVector.fromArray(S, rows, i).sub(mean);
          s0 = far0.fma(far0, s0);
        }
        all += LaneSum.of(s0.add(s1));
      }
      squares[r] = (float) all;
    }
  }

  // A loop for each form: a choice inside one is paid for every vector. The last vector of a row
  // overlaps the one before it, and gives the same there.
  private void scale(float[] rows, float[] means, float[] factors, float[] to, int count) {
    for (int r = 0; r < count; r++) {
      if (weight != null && bias != null) {
        scale(rows, means[r], factors[r], to, r * n, n, weight, bias);
      } else if (weight != null) {
        scale(rows, means[r], factors[r], to, r * n, n, weight);
      } else {
        scale(rows, means[r], factors[r], to, r * n, n);
      }
    }
  }

  private static void scale(
      float[] rows, float mean, float factor, float[] to, int at, int n, float[] w, float[] b) {
    for (int i = 0; i < n - L; i += L) {
      FloatVector x = FloatVector.fromArray(S, rows, at + i).sub(mean).mul(factor);
      x.mul(FloatVector.fromArray(S, w, i))
          .add(FloatVector.fromArray(S, b, i))
          .intoArray(to, at + i);
    }
    int i = n - L;
    FloatVector x = FloatVector.fromArray(S, rows, at + i).sub(mean).mul(factor);
    x.mul(FloatVector.fromArray(S, w, i)).add(FloatVector.fromArray(S, b, i)).intoArray(to, at + i);
  }

  private static void scale(
      float[] rows, float mean, float factor, float[] to, int at, int n, float[] w) {
    for (int i = 0; i < n - L; i += L) {
      FloatVector x = FloatVector.fromArray(S, rows, at + i).sub(mean).mul(factor);
      x.mul(FloatVector.fromArray(S, w, i)).intoArray(to, at + i);
    }
    int i = n - L;
    FloatVector x = FloatVector.fromArray(S, rows, at + i).sub(mean).mul(factor);
    x.mul(FloatVector.fromArray(S, w, i)).intoArray(to, at + i);
  }

  private static void scale(float[] rows, float mean, float factor, float[] to, int at, int n) {
    int tail = at + n - L;
    for (int i = at; i < tail; i += L) {
      FloatVector.fromArray(S, rows, i).sub(mean).mul(factor).intoArray(to, i);
    }
    FloatVector.fromArray(S, rows, tail).sub(mean).mul(factor).intoArray(to, tail);
  }
}
