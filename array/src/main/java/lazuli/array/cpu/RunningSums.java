package lazuli.array.cpu;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import lazuli.array.cpu.Scratch.Slot;

/**
 * Running sums of adjacent rows in float64. Short rows lie side by side in the lanes; of longer
 * ones each vector is summed up in as many steps as its lanes have bits, beside the others, and
 * only one addition for each vector waits for the one before.
 */
final class RunningSums {
  private static final VectorSpecies<Double> S = Species.F64;
  private static final int L = Species.LANES64;
  private static final VectorShuffle<Double> LAST = VectorShuffle.fromOp(S, i -> L - 1);
  private static final VectorShuffle<Double> UP_1 = up(1);
  private static final VectorShuffle<Double> UP_2 = up(2);
  private static final VectorShuffle<Double> UP_4 = up(4);
  private static final VectorMask<Double> FIRST_1 = S.indexInRange(0, 1);
  private static final VectorMask<Double> FIRST_2 = S.indexInRange(0, Math.min(2, L));
  private static final VectorMask<Double> FIRST_4 = S.indexInRange(0, Math.min(4, L));

  private RunningSums() {}

  private static VectorShuffle<Double> up(int distance) {
    return VectorShuffle.fromOp(S, i -> Math.max(0, i - distance));
  }

  /** The length of an array that some rows of n need: whole groups of short rows are computed. */
  static int length(int rows, int n) {
    return n <= L ? (rows + L - 1) / L * L * n : rows * n;
  }

  /** Replaces each row by its running sums. */
  static void rows(double[] x, int rows, int n) {
    if (n <= L) {
      double[] work = Scratch.current().doubles(Slot.ROW2, length(rows, n));
      Interleaving order = Interleaving.doubles(n);
      order.gather(x, work, rows, n);
      lanes(work, rows, n);
      order.scatter(work, x, rows, n);
      return;
    }
    for (int r = 0; r < rows; r++) {
      row(x, r * n, n, -0.0);
    }
  }

  private static void lanes(double[] work, int rows, int n) {
    for (int at = 0; at < rows * n; at += n * L) {
      DoubleVector sum = DoubleVector.fromArray(S, work, at);
      for (int i = at + L; i < at + n * L; i += L) {
        sum = sum.add(DoubleVector.fromArray(S, work, i));
        sum.intoArray(work, i);
      }
    }
  }

  /** The length of an array of floats that some rows of n need. */
  static int floats(int rows, int n) {
    return n <= Species.LANES ? (rows + 2 * L - 1) / (2 * L) * 2 * L * n : rows * n;
  }

  /** Replaces each row of floats by its running sums, which are rounded once each. */
  static void rows(float[] x, int rows, int n) {
    if (n == 2) {
      // A sum of two floats is rounded once in f32 too.
      for (int r = 0; r < rows; r++) {
        x[2 * r + 1] += x[2 * r];
      }
    } else if (n <= Species.LANES) {
      float[] work = Scratch.current().floats(Slot.ROW2, floats(rows, n));
      Interleaving order = Interleaving.floats(n);
      order.gather(x, work, rows, n);
      for (int at = 0; at < rows * n; at += 2 * L * n) {
        lanes(work, at, n);
        lanes(work, at + L, n);
      }
      order.scatter(work, x, rows, n);
    } else {
      for (int r = 0; r < rows; r++) {
        row(x, r * n, n, -0.0);
      }
    }
  }

  private static DoubleVector load(float[] x, int at) {
    return (DoubleVector)
        FloatVector.fromArray(Species.F32_HALF, x, at).convertShape(VectorOperators.F2D, S, 0);
  }

  private static void put(DoubleVector value, float[] x, int at) {
    ((FloatVector) value.convertShape(VectorOperators.D2F, Species.F32_HALF, 0)).intoArray(x, at);
  }

  /** Half of the lanes of floats. */
  private static void lanes(float[] work, int at, int n) {
    DoubleVector sum = load(work, at);
    for (int i = at + 2 * L; i < at + 2 * L * n; i += 2 * L) {
      sum = sum.add(load(work, i));
      put(sum, work, i);
    }
  }

  /** Goes on from a sum in float64 and returns the last one. */
  static double row(float[] x, int from, int n, double before) {
    DoubleVector carry = DoubleVector.broadcast(S, before);
    int i = from;
    for (; i <= from + n - L; i += L) {
      DoubleVector sums = load(x, i);
      sums = sums.add(sums.rearrange(UP_1).blend(-0.0, FIRST_1));
      if (L > 2) {
        sums = sums.add(sums.rearrange(UP_2).blend(-0.0, FIRST_2));
      }
      if (L > 4) {
        sums = sums.add(sums.rearrange(UP_4).blend(-0.0, FIRST_4));
      }
      put(sums.add(carry), x, i);
      carry = carry.add(sums.rearrange(LAST));
    }
    double sum = carry.lane(0);
    for (; i < from + n; i++) {
      sum += x[i];
      x[i] = (float) sum;
    }
    return sum;
  }

  /** Goes on from a sum and returns the last one; -0 is what changes nothing, not even -0. */
  static double row(double[] x, int from, int n, double before) {
    DoubleVector carry = DoubleVector.broadcast(S, before);
    int i = from;
    for (; i <= from + n - L; i += L) {
      DoubleVector sums = DoubleVector.fromArray(S, x, i);
      sums = sums.add(sums.rearrange(UP_1).blend(-0.0, FIRST_1));
      if (L > 2) {
        sums = sums.add(sums.rearrange(UP_2).blend(-0.0, FIRST_2));
      }
      if (L > 4) {
        sums = sums.add(sums.rearrange(UP_4).blend(-0.0, FIRST_4));
      }
      sums.add(carry).intoArray(x, i);
      carry = carry.add(sums.rearrange(LAST));
    }
    double sum = carry.lane(0);
    for (; i < from + n; i++) {
      sum += x[i];
      x[i] = sum;
    }
    return sum;
  }
}
