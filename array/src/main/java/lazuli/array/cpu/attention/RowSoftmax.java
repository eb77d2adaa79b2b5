package lazuli.array.cpu.attention;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import lazuli.array.cpu.Bf16Tile;
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
  private static final int HALF = Bf16Tile.GROUP / 2;
  private static final float MASKED = Float.NEGATIVE_INFINITY;
  private static final float ROUND = 0x1.8p23f + 127f;
  private static final float SMALLEST = -126f;
  private static final int HALF_STEP = 0x8000;
  private static final int HIGH = 0xffff0000;

  private RowSoftmax() {}

  /**
   * 2 to the power of x, for x at most 0: exactly 0 below the least normal number, NaN for NaN. The
   * polynomial is minimax of degree 4 on [-0.5, 0.5], relative error 2.6e-6: a thousandth of a bf16
   * rounding.
   */
  private static FloatVector exp2(FloatVector x) {
    FloatVector round = FloatVector.broadcast(S, ROUND);
    FloatVector t = x.add(round);
    FloatVector f = x.sub(t.sub(round));
    FloatVector p = FloatVector.broadcast(S, 0.009570102f);
    p = p.fma(f, FloatVector.broadcast(S, 0.05591786f));
    p = p.fma(f, FloatVector.broadcast(S, 0.24024744f));
    p = p.fma(f, FloatVector.broadcast(S, 0.6931218f));
    p = p.fma(f, FloatVector.broadcast(S, 0.9999993f));
    FloatVector power =
        t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
    return p.mul(power).blend(0f, x.compare(VectorOperators.LT, SMALLEST));
  }

  /** 2 to the power of the difference of two maxima. */
  static float factor(float before, float now) {
    float x = before - now;
    return x < SMALLEST ? 0f : (float) Math.exp(x * 0.6931471805599453);
  }

  /** Where the scores of a key begin. */
  private static long at(long row, long panelBytes, int key) {
    return row + key / PANEL * panelBytes + 4L * (key % PANEL);
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

  /** Scales scores and adds a bias; where the bias masks, the score is not used. */
  static void bias(long row, long panelBytes, int keys, float scale, float[] bias, int o) {
    FloatVector factor = FloatVector.broadcast(S, scale);
    FloatVector log2 = FloatVector.broadcast(S, LOG2_E);
    for (int j = 0; j < keys; j += L) {
      long at = at(row, panelBytes, j);
      FloatVector b = FloatVector.fromArray(S, bias, o + j);
      FloatVector x = b.fma(log2, Memory.floats(at).mul(factor));
      Memory.put(at, x.blend(MASKED, b.compare(VectorOperators.EQ, MASKED)));
    }
  }

  /** Scales scores. */
  static void scale(long row, long panelBytes, int keys, float scale) {
    for (int j = 0; j < keys; j += L) {
      long at = at(row, panelBytes, j);
      Memory.put(at, Memory.floats(at).mul(scale));
    }
  }

  /**
   * {@return the largest of some scores and a start} The keys are a multiple of 32. Comparisons let
   * a NaN pass by: it reaches the weights, and there the row.
   */
  static float maximum(long row, long panelBytes, int keys, float start) {
    FloatVector m0 = FloatVector.broadcast(S, MASKED);
    FloatVector m1 = m0;
    for (int j = 0; j < keys; j += 2 * L) {
      long at = at(row, panelBytes, j);
      FloatVector x0 = Memory.floats(at);
      FloatVector x1 = Memory.floats(at + 4L * L);
      m0 = m0.blend(x0, x0.compare(VectorOperators.GT, m0));
      m1 = m1.blend(x1, x1.compare(VectorOperators.GT, m1));
    }
    m0 = m0.blend(m1, m1.compare(VectorOperators.GT, m0));
    return Math.max(start, m0.reduceLanes(VectorOperators.MAX));
  }

  /**
   * {@return the sum of the rounded weights, which are written in pairs}
   *
   * @param keys a multiple of 32
   * @param scale by which scores are multiplied
   * @param max the running maximum of scaled scores
   * @param to where the pairs go
   */
  static float weights(long row, long panelBytes, int keys, float scale, float max, long to) {
    FloatVector by = FloatVector.broadcast(S, scale);
    FloatVector less = FloatVector.broadcast(S, -max);
    FloatVector sum0 = FloatVector.zero(S);
    FloatVector sum1 = FloatVector.zero(S);
    for (int j = 0; j < keys; j += Bf16Tile.GROUP) {
      long at = at(row, panelBytes, j);
      for (int i = 0; i < HALF; i += L) {
        IntVector w0 = rounded(exp2(Memory.floats(at + 4L * i).fma(by, less)));
        IntVector w1 = rounded(exp2(Memory.floats(at + 4L * (HALF + i)).fma(by, less)));
        sum0 = sum0.add(w0.reinterpretAsFloats());
        sum1 = sum1.add(w1.reinterpretAsFloats());
        Memory.put(to + 2L * j + 4L * i, w0.lanewise(VectorOperators.LSHR, 16).or(w1));
      }
    }
    return sum0.add(sum1).reduceLanes(VectorOperators.ADD);
  }

  private static IntVector rounded(FloatVector weight) {
    return weight.reinterpretAsInts().add(HALF_STEP).and(HIGH);
  }

  /** Scales a row of results in panels. */
  static void rescale(long row, long panelBytes, int columns, float by) {
    for (int d = 0; d < columns; d += L) {
      long at = at(row, panelBytes, d);
      Memory.put(at, Memory.floats(at).mul(by));
    }
  }
}
