package lazuli.array.cpu;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;
import lazuli.array.cpu.Scratch.Slot;

/**
 * Softmax of adjacent rows of floats, in place: in phases that go over all rows, as calls with more
 * receivers than C2 inlines. Inlined into one method their vector code exceeds its limit for nodes,
 * which it then meets in the middle of a loop, and allocates every vector there.
 */
final class SoftmaxF32 {
  private static final VectorSpecies<Float> S = Species.F32;
  private static final int L = Species.LANES;
  private static final int SUM_BLOCK = 64 * L;
  private static final IntVector LANE = IntVector.zero(Species.I32).addIndex(1);

  /** Computes something of each row of n; what one phase finds out the next one finds. */
  private interface Phase {
    void run(float[] rows, float[] work, float[] found, int count, int n);
  }

  private static final Phase[] LONG = {
    SoftmaxF32::max, SoftmaxF32::tail, SoftmaxF32::exp, SoftmaxF32::scale
  };
  private static final Phase[] SHORT = {
    SoftmaxF32::interleave, SoftmaxF32::lanes, SoftmaxF32::deinterleave
  };

  private SoftmaxF32() {}

  /** The array's length that some rows of n need: whole groups of short rows are computed. */
  static int length(int rows, int n) {
    return n < L ? (rows + L - 1) / L * L * n : rows * n;
  }

  static void rows(float[] block, int rows, int n) {
    Scratch scratch = Scratch.current();
    float[] work = scratch.floats(Slot.ROW2, length(rows, n));
    float[] found = scratch.floats(Slot.PARTIAL, 2 * rows);
    for (Phase phase : n < L ? SHORT : LONG) {
      phase.run(block, work, found, rows, n);
    }
  }

  private static void interleave(float[] rows, float[] work, float[] found, int count, int n) {
    Interleaving.floats(n).gather(rows, work, count, n);
  }

  private static void deinterleave(float[] rows, float[] work, float[] found, int count, int n) {
    Interleaving.floats(n).scatter(work, rows, count, n);
  }

  /** One row in each lane. */
  private static void lanes(float[] rows, float[] work, float[] found, int count, int n) {
    for (int at = 0; at < count * n; at += n * L) {
      FloatVector max = FloatVector.fromArray(S, work, at);
      for (int i = at + L; i < at + n * L; i += L) {
        FloatVector x = FloatVector.fromArray(S, work, i);
        max = max.blend(x, x.compare(GT, max));
      }
      FloatVector sum = FloatVector.zero(S);
      for (int i = at; i < at + n * L; i += L) {
        FloatVector e = Exponential.of(FloatVector.fromArray(S, work, i).sub(max));
        e.intoArray(work, i);
        sum = sum.add(e);
      }
      FloatVector by = FloatVector.broadcast(S, 1f).div(sum);
      for (int i = at; i < at + n * L; i += L) {
        FloatVector.fromArray(S, work, i).mul(by).intoArray(work, i);
      }
    }
  }

  /** Comparisons let a NaN pass by: it reaches the sum, and there the row. */
  private static void max(float[] rows, float[] work, float[] found, int count, int n) {
    for (int r = 0; r < count; r++) {
      int at = r * n;
      int tail = at + n - L;
      FloatVector m0 = FloatVector.fromArray(S, rows, at);
      FloatVector m1 = FloatVector.fromArray(S, rows, tail);
      int i = at + L;
      for (; i <= tail - L; i += 2 * L) {
        FloatVector x0 = FloatVector.fromArray(S, rows, i);
        FloatVector x1 = FloatVector.fromArray(S, rows, i + L);
        m0 = m0.blend(x0, x0.compare(GT, m0));
        m1 = m1.blend(x1, x1.compare(GT, m1));
      }
      if (i <= tail) {
        FloatVector x0 = FloatVector.fromArray(S, rows, i);
        m0 = m0.blend(x0, x0.compare(GT, m0));
      }
      // As integers of the same order: what C2 makes of the maximum of floats takes 8 ns.
      IntVector bits = m0.blend(m1, m1.compare(GT, m0)).reinterpretAsInts();
      int high =
          bits.lanewise(ASHR, 31).and(Integer.MAX_VALUE).lanewise(XOR, bits).reduceLanes(MAX);
      found[2 * r] = Float.intBitsToFloat(high ^ high >> 31 & Integer.MAX_VALUE);
      found[2 * r + 1] = 0;
    }
  }

  /** The last vector of each row, which overlaps the one before it: new lanes are counted. */
  private static void tail(float[] rows, float[] work, float[] found, int count, int n) {
    for (int r = 0; r < count && n % L != 0; r++) {
      int at = r * n + n - L;
      FloatVector e = Exponential.of(FloatVector.fromArray(S, rows, at).sub(found[2 * r]));
      e.intoArray(work, at);
      found[2 * r + 1] = LaneSum.of(e.blend(0f, LANE.compare(LT, L - n % L).cast(S)));
    }
  }

  /** Leaves exp(x - max) in the work's rows and finds one over their sums. */
  private static void exp(float[] rows, float[] work, float[] found, int count, int n) {
    for (int r = 0; r < count; r++) {
      int end = r * n + n / L * L;
      float max = found[2 * r];
      double all = found[2 * r + 1];
      for (int from = r * n; from < end; from += SUM_BLOCK) {
        int to = Math.min(end, from + SUM_BLOCK);
        // One exponential in the body: C2 unrolls the loop by itself.
        FloatVector sum = FloatVector.zero(S);
        for (int i = from; i < to; i += L) {
          FloatVector e = Exponential.of(FloatVector.fromArray(S, rows, i).sub(max));
          e.intoArray(work, i);
          sum = sum.add(e);
        }
        all += LaneSum.of(sum);
      }
      found[2 * r] = (float) (1 / all);
    }
  }

  private static void scale(float[] rows, float[] work, float[] found, int count, int n) {
    for (int r = 0; r < count; r++) {
      int tail = r * n + n - L;
      float by = found[2 * r];
      for (int i = r * n; i < tail; i += L) {
        FloatVector.fromArray(S, work, i).mul(by).intoArray(rows, i);
      }
      FloatVector.fromArray(S, work, tail).mul(by).intoArray(rows, tail);
    }
  }
}
