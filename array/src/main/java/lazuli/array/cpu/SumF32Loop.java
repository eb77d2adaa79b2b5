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

  /** Elements of one run: each of eight sums adds 32. */
  private static final int RUN = 256 * L;

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
    if (n >= 8 * L) {
      FloatVector f1 = Memory.floats(a + 4L * L);
      FloatVector f2 = Memory.floats(a + 8L * L);
      FloatVector f3 = Memory.floats(a + 12L * L);
      FloatVector f4 = Memory.floats(a + 16L * L);
      FloatVector f5 = Memory.floats(a + 20L * L);
      FloatVector f6 = Memory.floats(a + 24L * L);
      FloatVector f7 = Memory.floats(a + 28L * L);
      for (i = 8 * L; i <= n - 8 * L; i += 8 * L) {
        long at = a + 4L * i;
        f0 = f0.add(Memory.floats(at));
        f1 = f1.add(Memory.floats(at + 4L * L));
        f2 = f2.add(Memory.floats(at + 8L * L));
        f3 = f3.add(Memory.floats(at + 12L * L));
        f4 = f4.add(Memory.floats(at + 16L * L));
        f5 = f5.add(Memory.floats(at + 20L * L));
        f6 = f6.add(Memory.floats(at + 24L * L));
        f7 = f7.add(Memory.floats(at + 28L * L));
      }
      f0 = f0.add(f1).add(f2.add(f3)).add(f4.add(f5).add(f6.add(f7)));
    }
    for (; i < n; i += L) {
      f0 = f0.add(Memory.floats(a + 4L * i));
    }
    return f0;
  }
}
