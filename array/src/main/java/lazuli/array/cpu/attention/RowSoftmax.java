package lazuli.array.cpu.attention;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import lazuli.array.cpu.LaneSum;
import lazuli.array.cpu.Memory;
import lazuli.array.cpu.Species;
import lazuli.array.cpu.code.Bf16Product;

/**
 * The online softmax of one query's row of a tile, with weights rounded to bf16. Exponents are
 * taken to base 2, with log2(e) folded into the scale. The sum is that of the rounded weights, so
 * that what the product multiplies adds up to one.
 *
 * <p>A row lies in panels of 64 keys. A score of -infinity is a masked position: its weight is
 * exactly 0.
 */
final class RowSoftmax {
  /** log2(e). */
  static final float LOG2_E = 1.44269504f;

  private static final VectorSpecies<Float> S = Species.F32;
  private static final int L = Species.LANES;
  private static final int PANEL = Bf16Product.COLUMNS;
  private static final int PANEL_BITS = Integer.numberOfTrailingZeros(PANEL);
  private static final float MASKED = Float.NEGATIVE_INFINITY;
  private static final float SMALLEST = -126f;

  private RowSoftmax() {}

  /** 2 to the power of the difference of two maxima. */
  static float factor(float before, float now) {
    float x = before - now;
    return x < SMALLEST ? 0f : (float) Math.exp(x * 0.6931471805599453);
  }

  /** Where the scores of a key begin. */
  private static long at(long row, long panelBytes, int key) {
    // Without the sign that a division looks at.
    return row + (key >>> PANEL_BITS) * panelBytes + 4L * (key & PANEL - 1);
  }

  /** Masks the keys from a limit on, up to a multiple of the vector length. */
  static void limit(long row, long panelBytes, int limit, int end) {
    int j = limit / L * L;
    if (j < limit) {
      long at = at(row, panelBytes, j);
      VectorMask<Float> seen = S.indexInRange(0, limit - j);
      Memory.put(at, FloatVector.broadcast(S, MASKED).blend(Memory.floats(at), seen));
      j += L;
    }
    for (; j < end; j += L) {
      Memory.put(at(row, panelBytes, j), FloatVector.broadcast(S, MASKED));
    }
  }

  /** Masks the keys before a first one, from a multiple of the vector length on. */
  static void before(long row, long panelBytes, int begin, int first) {
    for (int j = begin; j < first; j += L) {
      long at = at(row, panelBytes, j);
      VectorMask<Float> hidden = S.indexInRange(0, first - j);
      Memory.put(at, Memory.floats(at).blend(MASKED, hidden));
    }
  }

  /** Masks the keys of a panel whose bit is not set; n is a multiple of the vector length. */
  static void hide(long panel, int n, long word) {
    for (int j = 0; j < n; j += L) {
      long at = panel + 4L * j;
      VectorMask<Float> seen = VectorMask.fromLong(S, word >>> j);
      Memory.put(at, FloatVector.broadcast(S, MASKED).blend(Memory.floats(at), seen));
    }
  }

  /**
   * Scales scores and adds a bias, from a multiple of the vector length on; where the bias masks,
   * the score is not used.
   */
  static void bias(long row, long panelBytes, int from, int end, float scale, float[] bias, int o) {
    FloatVector factor = FloatVector.broadcast(S, scale);
    FloatVector log2 = FloatVector.broadcast(S, LOG2_E);
    for (int j = from; j < end; j += L) {
      long at = at(row, panelBytes, j);
      FloatVector b = FloatVector.fromArray(S, bias, o + j);
      FloatVector x = b.fma(log2, Memory.floats(at).mul(factor));
      Memory.put(at, x.blend(MASKED, b.compare(VectorOperators.EQ, MASKED)));
    }
  }

  /** Scales scores, from a multiple of the vector length on. */
  static void scale(long row, long panelBytes, int from, int end, float scale) {
    for (int j = from; j < end; j += L) {
      long at = at(row, panelBytes, j);
      Memory.put(at, Memory.floats(at).mul(scale));
    }
  }

  /**
   * {@return the largest of some scores} The first key and the end are multiples of 32. Comparisons
   * let a NaN pass by: it reaches the weights, and there the row.
   */
  static float maximum(long row, long panelBytes, int from, int end) {
    FloatVector m0 = FloatVector.broadcast(S, MASKED);
    FloatVector m1 = m0;
    // One loop: vectors that several of them hand on are kept in memory once a branch was new to
    // C2.
    for (int j = from; j < end; j += 2 * L) {
      long at = at(row, panelBytes, j);
      m0 = greater(Memory.floats(at), m0);
      m1 = greater(Memory.floats(at + 4L * L), m1);
    }
    return greater(m1, m0).reduceLanes(VectorOperators.MAX);
  }

  private static FloatVector greater(FloatVector x, FloatVector most) {
    return most.blend(x, x.compare(VectorOperators.GT, most));
  }

  /** {@return the sum of sixteen numbers} */
  static float sum(long at) {
    FloatVector sum = Memory.floats(at);
    for (int i = L; i < 16; i += L) {
      sum = sum.add(Memory.floats(at + 4L * i));
    }
    return LaneSum.of(sum);
  }

  /** Scales a row of results in panels. */
  static void rescale(long row, long panelBytes, int columns, float by) {
    for (int d = 0; d < columns; d += L) {
      long at = at(row, panelBytes, d);
      Memory.put(at, Memory.floats(at).mul(by));
    }
  }
}
