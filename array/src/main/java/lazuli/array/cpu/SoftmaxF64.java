package lazuli.array.cpu;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;
import lazuli.array.cpu.Scratch.Slot;

/**
 * Softmax of adjacent rows of doubles, in place: in phases that go over all rows, as {@link
 * SoftmaxF32} explains.
 */
final class SoftmaxF64 {
  private static final VectorSpecies<Double> S = Species.F64;
  private static final int L = Species.LANES64;
  private static final LongVector LANE = LongVector.zero(Species.I64).addIndex(1);

  /** Computes something of each row of n; what one phase finds out the next one finds. */
  private interface Phase {
    void run(double[] rows, double[] work, double[] found, int count, int n);
  }

  private static final Phase[] LONG = {
    SoftmaxF64::max, SoftmaxF64::tail, SoftmaxF64::exp, SoftmaxF64::scale
  };
  private static final Phase[] SHORT = {
    SoftmaxF64::interleave, SoftmaxF64::lanes, SoftmaxF64::deinterleave
  };

  private SoftmaxF64() {}

  /** The array's length that some rows of n need: whole groups of short rows are computed. */
  static int length(int rows, int n) {
    return n < L ? (rows + L - 1) / L * L * n : rows * n;
  }

  static void rows(double[] block, int rows, int n) {
    Scratch scratch = Scratch.current();
    double[] work = scratch.doubles(Slot.ROW2, length(rows, n));
    double[] found = scratch.doubles(Slot.PARTIAL, 2 * rows);
    for (Phase phase : n < L ? SHORT : LONG) {
      phase.run(block, work, found, rows, n);
    }
  }

  private static void interleave(double[] rows, double[] work, double[] found, int count, int n) {
    Interleaving.doubles(n).gather(rows, work, count, n);
  }

  private static void deinterleave(double[] rows, double[] work, double[] found, int count, int n) {
    Interleaving.doubles(n).scatter(work, rows, count, n);
  }

  /** One row in each lane. */
  private static void lanes(double[] rows, double[] work, double[] found, int count, int n) {
    for (int at = 0; at < count * n; at += n * L) {
      DoubleVector max = DoubleVector.fromArray(S, work, at);
      for (int i = at + L; i < at + n * L; i += L) {
        DoubleVector x = DoubleVector.fromArray(S, work, i);
        max = max.blend(x, x.compare(GT, max));
      }
      DoubleVector sum = DoubleVector.zero(S);
      for (int i = at; i < at + n * L; i += L) {
        DoubleVector e = Exponential.of(DoubleVector.fromArray(S, work, i).sub(max));
        e.intoArray(work, i);
        sum = sum.add(e);
      }
      DoubleVector by = DoubleVector.broadcast(S, 1.0).div(sum);
      for (int i = at; i < at + n * L; i += L) {
        DoubleVector.fromArray(S, work, i).mul(by).intoArray(work, i);
      }
    }
  }

  /** Comparisons let a NaN pass by: it reaches the sum, and there the row. */
  private static void max(double[] rows, double[] work, double[] found, int count, int n) {
    for (int r = 0; r < count; r++) {
      int at = r * n;
      int tail = at + n - L;
      DoubleVector m0 = DoubleVector.fromArray(S, rows, at);
      DoubleVector m1 = DoubleVector.fromArray(S, rows, tail);
      int i = at + L;
      for (; i <= tail - L; i += 2 * L) {
        DoubleVector x0 = DoubleVector.fromArray(S, rows, i);
        DoubleVector x1 = DoubleVector.fromArray(S, rows, i + L);
        m0 = m0.blend(x0, x0.compare(GT, m0));
        m1 = m1.blend(x1, x1.compare(GT, m1));
      }
      if (i <= tail) {
        DoubleVector x0 = DoubleVector.fromArray(S, rows, i);
        m0 = m0.blend(x0, x0.compare(GT, m0));
      }
      // As integers of the same order: what C2 makes of the maximum of floats takes 8 ns.
      LongVector bits = m0.blend(m1, m1.compare(GT, m0)).reinterpretAsLongs();
      long high = bits.lanewise(ASHR, 63).and(Long.MAX_VALUE).lanewise(XOR, bits).reduceLanes(MAX);
      found[2 * r] = Double.longBitsToDouble(high ^ high >> 63 & Long.MAX_VALUE);
      found[2 * r + 1] = 0;
    }
  }

  /** The last vector of each row, which overlaps the one before it: new lanes are counted. */
  private static void tail(double[] rows, double[] work, double[] found, int count, int n) {
    for (int r = 0; r < count && n % L != 0; r++) {
      int at = r * n + n - L;
      DoubleVector e = Exponential.of(DoubleVector.fromArray(S, rows, at).sub(found[2 * r]));
      e.intoArray(work, at);
      found[2 * r + 1] = LaneSum.of(e.blend(0.0, LANE.compare(LT, L - n % L).cast(S)));
    }
  }

  /** Leaves exp(x - max) in the work's rows and finds one over their sums. */
  private static void exp(double[] rows, double[] work, double[] found, int count, int n) {
    for (int r = 0; r < count; r++) {
      int end = r * n + n / L * L;
      double max = found[2 * r];
      DoubleVector sum = DoubleVector.zero(S);
      for (int i = r * n; i < end; i += L) {
        DoubleVector e = Exponential.of(DoubleVector.fromArray(S, rows, i).sub(max));
        e.intoArray(work, i);
        sum = sum.add(e);
      }
      found[2 * r] = 1 / (found[2 * r + 1] + LaneSum.of(sum));
    }
  }

  private static void scale(double[] rows, double[] work, double[] found, int count, int n) {
    for (int r = 0; r < count; r++) {
      int tail = r * n + n - L;
      double by = found[2 * r];
      for (int i = r * n; i < tail; i += L) {
        DoubleVector.fromArray(S, work, i).mul(by).intoArray(rows, i);
      }
      DoubleVector.fromArray(S, work, tail).mul(by).intoArray(rows, tail);
    }
  }
}
