package lazuli.array.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Folds a run of floats, at least one vector long, into the lanes of its largest or smallest
 * elements; elements behind the last whole vector are left to the caller. NaN wins, and -0 is below
 * 0, as {@link Math#max(float, float)} says.
 *
 * <p>Floats are compared as integers of the same order: with all but the sign's bit turned over
 * where the sign is set, every NaN lies beyond an infinity. What C2 makes of the maximum of floats
 * takes four registers more for each use and was half as fast here once the loop was unrolled.
 */
final class ExtremeF32Loop implements Loop {
  private static final int L = Species.LANES;
  private static final int NEGATIVE_INFINITY =
      ordered(Float.floatToRawIntBits(Float.NEGATIVE_INFINITY));
  private static final int POSITIVE_INFINITY =
      ordered(Float.floatToRawIntBits(Float.POSITIVE_INFINITY));

  private final boolean largest;

  /**
   * A loop.
   *
   * @param largest whether it looks for the largest element, else for the smallest
   */
  ExtremeF32Loop(boolean largest) {
    this.largest = largest;
  }

  private static int ordered(int bits) {
    return bits ^ (bits >> 31 & Integer.MAX_VALUE);
  }

  private static IntVector ordered(IntVector bits) {
    return bits.lanewise(VectorOperators.ASHR, 31)
        .and(Integer.MAX_VALUE)
        .lanewise(VectorOperators.XOR, bits);
  }

  @Override
  public void run(long to, long a, long b, long c, int n) {
    IntVector high0 = ordered(Memory.ints(a));
    IntVector high1 = high0;
    IntVector low0 = high0;
    IntVector low1 = high0;
    int i = L;
    for (; i <= n - 2 * L; i += 2 * L) {
      long at = a + 4L * i;
      IntVector x = ordered(Memory.ints(at));
      IntVector y = ordered(Memory.ints(at + 4L * L));
      high0 = high0.max(x);
      low0 = low0.min(x);
      high1 = high1.max(y);
      low1 = low1.min(y);
    }
    if (i <= n - L) {
      IntVector x = ordered(Memory.ints(a + 4L * i));
      high0 = high0.max(x);
      low0 = low0.min(x);
    }
    IntVector high = high0.max(high1);
    IntVector low = low0.min(low1);
    FloatVector found = ordered(largest ? high : low).reinterpretAsFloats();
    Memory.put(
        to,
        found.blend(
            Float.NaN,
            high.compare(VectorOperators.GT, POSITIVE_INFINITY)
                .or(low.compare(VectorOperators.LT, NEGATIVE_INFINITY))
                .cast(Species.F32)));
  }
}
