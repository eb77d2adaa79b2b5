package lazuli.array.cpu;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Adds floats, at least one vector of them, into the lanes of float64 sums. Runs are added in f32,
 * short enough to stay exact to a few roundings, and each run's lanes are then added in float64: in
 * one loop over all of them, because leaving it after every run halved the rate at which memory is
 * read. Elements behind the last whole vector are left to the caller.
 */
final class SumF32Loop implements Loop {
  /** The bytes that it writes: {@link Species#LANES} sums in float64. */
  static final long BYTES = 8L * Species.LANES;

  private static final int L = Species.LANES;

  /** Vectors of one run: each of four sums adds 16. */
  private static final int RUN = 64 * L;

  @Override
  public void run(long to, long a, long b, long c, int n) {
    DoubleVector low = DoubleVector.zero(Species.F64);
    DoubleVector high = low;
    int whole = n / L * L;
    for (int start = 0; start < whole; start += RUN) {
      int end = Math.min(whole, start + RUN);
      FloatVector run = run(a + 4L * start, end - start);
      low = low.add(half(run, 0));
      high = high.add(half(run, 1));
    }
    Memory.put(to, low);
    Memory.put(to + 4L * L, high);
  }

  private static DoubleVector half(FloatVector x, int part) {
    return (DoubleVector) x.convertShape(VectorOperators.F2D, Species.F64, part);
  }

  private static FloatVector run(long a, int n) {
    FloatVector f0 = Memory.floats(a);
    int i = L;
    if (n >= 4 * L) {
      FloatVector f1 = Memory.floats(a + 4L * L);
      FloatVector f2 = Memory.floats(a + 8L * L);
      FloatVector f3 = Memory.floats(a + 12L * L);
      for (i = 4 * L; i <= n - 4 * L; i += 4 * L) {
        long at = a + 4L * i;
        f0 = f0.add(Memory.floats(at));
        f1 = f1.add(Memory.floats(at + 4L * L));
        f2 = f2.add(Memory.floats(at + 8L * L));
        f3 = f3.add(Memory.floats(at + 12L * L));
      }
      f0 = f0.add(f1).add(f2.add(f3));
    }
    for (; i < n; i += L) {
      f0 = f0.add(Memory.floats(a + 4L * i));
    }
    return f0;
  }
}
