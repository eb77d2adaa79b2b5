package lazuli.array.cpu;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;

/**
 * The sum of a vector's lanes in one fixed order. {@link FloatVector#reduceLanes} leaves the order
 * open: interpreted and compiled code differ in it, and so would the results of two runs.
 */
public final class LaneSum {
  private static final int L = Species.LANES;
  private static final VectorShuffle<Float> BY_8 = by(8);
  private static final VectorShuffle<Float> BY_4 = by(4);
  private static final VectorShuffle<Float> BY_2 = by(2);
  private static final VectorShuffle<Float> BY_1 = by(1);
  private static final int L64 = Species.LANES64;
  private static final VectorShuffle<Double> BY_4_64 = by64(4);
  private static final VectorShuffle<Double> BY_2_64 = by64(2);
  private static final VectorShuffle<Double> BY_1_64 = by64(1);

  private LaneSum() {}

  private static VectorShuffle<Float> by(int distance) {
    return VectorShuffle.fromOp(Species.F32, i -> (i + distance) % L);
  }

  private static VectorShuffle<Double> by64(int distance) {
    return VectorShuffle.fromOp(Species.F64, i -> (i + distance) % L64);
  }

  /**
   * {@return the sum: halves are added until one lane is left}
   *
   * @param x the lanes
   */
  public static float of(FloatVector x) {
    if (L > 8) {
      x = x.add(x.rearrange(BY_8));
    }
    if (L > 4) {
      x = x.add(x.rearrange(BY_4));
    }
    if (L > 2) {
      x = x.add(x.rearrange(BY_2));
    }
    return x.add(x.rearrange(BY_1)).lane(0);
  }

  /**
   * {@return the same of doubles}
   *
   * @param x the lanes
   */
  public static double of(DoubleVector x) {
    if (L64 > 4) {
      x = x.add(x.rearrange(BY_4_64));
    }
    if (L64 > 2) {
      x = x.add(x.rearrange(BY_2_64));
    }
    return x.add(x.rearrange(BY_1_64)).lane(0);
  }
}
