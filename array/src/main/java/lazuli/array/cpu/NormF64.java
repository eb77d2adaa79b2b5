package lazuli.array.cpu;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import lazuli.array.cpu.Scratch.Slot;
import org.jspecify.annotations.Nullable;

/**
 * Norms of adjacent rows of doubles: in phases over all rows, as {@link SoftmaxF32} explains.
 *
 * @param n elements of a row
 * @param centred whether the mean is subtracted
 * @param eps keeps the divisor from 0
 * @param weight a factor for each element, or null
 * @param bias added to each element, or null; there is a weight then
 */
record NormF64(
    int n, boolean centred, double eps, double @Nullable [] weight, double @Nullable [] bias) {
  private static final VectorSpecies<Double> S = Species.F64;
  private static final int L = Species.LANES64;

  /** The length of an array that some rows of n need: whole groups of short rows are computed. */
  static int length(int rows, int n) {
    return SoftmaxF64.length(rows, n);
  }

  /** The norms of some rows: in the array that is returned, which is the thread's own. */
  double[] rows(double[] rows, int count) {
    Scratch scratch = Scratch.current();
    double[] work = scratch.doubles(Slot.ROW2, length(count, n));
    double[] factors = scratch.doubles(Slot.WIDE, count + L);
    if (n < L) {
      Interleaving order = Interleaving.doubles(n);
      order.gather(rows, work, count, n);
      moments(work, factors, count, n, centred);
      factors(factors, count, n, eps);
      scaleLanes(work, factors, count);
      order.scatter(work, rows, count, n);
      return rows;
    }
    double[] means = scratch.doubles(Slot.PARTIAL, count);
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
  private static void moments(double[] work, double[] squares, int count, int n, boolean centred) {
    for (int r = 0; r < count; r += L) {
      int at = r * n;
      DoubleVector mean = DoubleVector.zero(S);
      if (centred) {
        for (int i = at; i < at + n * L; i += L) {
          mean = mean.add(DoubleVector.fromArray(S, work, i));
        }
        mean = mean.div(n);
      }
      DoubleVector sum = DoubleVector.zero(S);
      for (int i = at; i < at + n * L; i += L) {
        DoubleVector far = DoubleVector.fromArray(S, work, i).sub(mean);
        far.intoArray(work, i);
        sum = far.fma(far, sum);
      }
      sum.intoArray(squares, r);
    }
  }

  private static void factors(double[] squares, int count, int n, double eps) {
    for (int r = 0; r < count; r++) {
      squares[r] = 1 / Math.sqrt(squares[r] / n + eps);
    }
  }

  private void scaleLanes(double[] work, double[] factors, int count) {
    for (int r = 0; r < count; r += L) {
      DoubleVector factor = DoubleVector.fromArray(S, factors, r);
      for (int c = 0; c < n; c++) {
        int i = r * n + c * L;
        DoubleVector x = DoubleVector.fromArray(S, work, i).mul(factor);
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

  private static void means(double[] rows, double[] means, int count, int n) {
    VectorMask<Double> old = S.indexInRange(0, L - n % L);
    for (int r = 0; r < count; r++) {
      int end = r * n + n / L * L;
      double sum = LaneSum.of(DoubleVector.fromArray(S, rows, r * n + n - L).blend(0.0, old));
      DoubleVector s0 = DoubleVector.zero(S);
      DoubleVector s1 = s0;
      int i = r * n;
      for (; i <= end - 2 * L; i += 2 * L) {
        s0 = s0.add(DoubleVector.fromArray(S, rows, i));
        s1 = s1.add(DoubleVector.fromArray(S, rows, i + L));
      }
      if (i < end) {
        s0 = s0.add(DoubleVector.fromArray(S, rows, i));
      }
      sum += LaneSum.of(s0.add(s1));
      means[r] = sum / n;
    }
  }

  private static void squares(double[] rows, double[] means, double[] squares, int count, int n) {
    VectorMask<Double> old = S.indexInRange(0, L - n % L);
    for (int r = 0; r < count; r++) {
      int end = r * n + n / L * L;
      double mean = means[r];
      DoubleVector last = DoubleVector.fromArray(S, rows, r * n + n - L).sub(mean).blend(0.0, old);
      double sum = LaneSum.of(last.mul(last));
      DoubleVector s0 = DoubleVector.zero(S);
      DoubleVector s1 = s0;
      int i = r * n;
      for (; i <= end - 2 * L; i += 2 * L) {
        DoubleVector far0 = DoubleVector.fromArray(S, rows, i).sub(mean);
        DoubleVector far1 = DoubleVector.fromArray(S, rows, i + L).sub(mean);
        s0 = far0.fma(far0, s0);
        s1 = far1.fma(far1, s1);
      }
      if (i < end) {
        DoubleVector far0 = DoubleVector.fromArray(S, rows, i).sub(mean);
        s0 = far0.fma(far0, s0);
      }
      sum += LaneSum.of(s0.add(s1));
      squares[r] = sum;
    }
  }

  // A loop for each form: a choice inside one is paid for every vector. The last vector of a row
  // overlaps the one before it, and gives the same there.
  private void scale(double[] rows, double[] means, double[] factors, double[] to, int count) {
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
      double[] rows,
      double mean,
      double factor,
      double[] to,
      int at,
      int n,
      double[] w,
      double[] b) {
    for (int i = 0; i < n - L; i += L) {
      DoubleVector x = DoubleVector.fromArray(S, rows, at + i).sub(mean).mul(factor);
      x.mul(DoubleVector.fromArray(S, w, i))
          .add(DoubleVector.fromArray(S, b, i))
          .intoArray(to, at + i);
    }
    int i = n - L;
    DoubleVector x = DoubleVector.fromArray(S, rows, at + i).sub(mean).mul(factor);
    x.mul(DoubleVector.fromArray(S, w, i))
        .add(DoubleVector.fromArray(S, b, i))
        .intoArray(to, at + i);
  }

  private static void scale(
      double[] rows, double mean, double factor, double[] to, int at, int n, double[] w) {
    for (int i = 0; i < n - L; i += L) {
      DoubleVector x = DoubleVector.fromArray(S, rows, at + i).sub(mean).mul(factor);
      x.mul(DoubleVector.fromArray(S, w, i)).intoArray(to, at + i);
    }
    int i = n - L;
    DoubleVector x = DoubleVector.fromArray(S, rows, at + i).sub(mean).mul(factor);
    x.mul(DoubleVector.fromArray(S, w, i)).intoArray(to, at + i);
  }

  private static void scale(double[] rows, double mean, double factor, double[] to, int at, int n) {
    int tail = at + n - L;
    for (int i = at; i < tail; i += L) {
      DoubleVector.fromArray(S, rows, i).sub(mean).mul(factor).intoArray(to, i);
    }
    DoubleVector.fromArray(S, rows, tail).sub(mean).mul(factor).intoArray(to, tail);
  }
}
