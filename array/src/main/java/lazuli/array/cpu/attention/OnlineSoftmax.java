package lazuli.array.cpu.attention;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import lazuli.array.cpu.Exponential;
import lazuli.array.cpu.Species;

/**
 * The softmax of a tile of transposed scores, [keys][queries], against the running maximum and sum
 * of each query (Milakov and Gimelshein, 2018).
 *
 * <p>A score of -infinity is a masked position: its weight is exactly 0, never a small number.
 */
final class OnlineSoftmax {
  /** Where the running maximum starts: finite, so that masked minus start stays -infinity. */
  static final float START = -Float.MAX_VALUE;

  private static final VectorSpecies<Float> S = Species.F32;
  private static final int CHAIN = 16;
  private static final float MASKED = Float.NEGATIVE_INFINITY;

  private OnlineSoftmax() {}

  /**
   * Turns one vector of queries' scores into weights; updates the maximum and the sum and sets the
   * factor by which earlier results must be scaled.
   */
  static void step(
      float[] s,
      int at,
      int ld,
      int keys,
      float[] max,
      float[] sum,
      int row,
      float[] factor,
      int lane) {
    FloatVector before = FloatVector.fromArray(S, max, row);
    FloatVector now = maximum(s, at, ld, keys, before);
    FloatVector scale = Exponential.of(before.sub(now));
    now.intoArray(max, row);
    scale.intoArray(factor, lane);
    FloatVector added = weights(s, at, ld, keys, now);
    FloatVector.fromArray(S, sum, row).fma(scale, added).intoArray(sum, row);
  }

  /** Comparisons let a NaN pass by: it reaches the weights, and there the row. */
  private static FloatVector maximum(float[] s, int at, int ld, int keys, FloatVector start) {
    FloatVector m0 = start;
    FloatVector m1 = start;
    int j = 0;
    for (; j + 1 < keys; j += 2, at += 2 * ld) {
      FloatVector x0 = FloatVector.fromArray(S, s, at);
      FloatVector x1 = FloatVector.fromArray(S, s, at + ld);
      m0 = m0.blend(x0, x0.compare(VectorOperators.GT, m0));
      m1 = m1.blend(x1, x1.compare(VectorOperators.GT, m1));
    }
    if (j < keys) {
      FloatVector x0 = FloatVector.fromArray(S, s, at);
      m0 = m0.blend(x0, x0.compare(VectorOperators.GT, m0));
    }
    return m0.blend(m1, m1.compare(VectorOperators.GT, m0));
  }

  private static FloatVector weights(float[] s, int at, int ld, int keys, FloatVector max) {
    // Sums of sums: a single chain of additions would cost more than all other roundings.
    FloatVector sum = FloatVector.zero(S);
    for (int j = 0; j < keys; j += CHAIN) {
      FloatVector part = FloatVector.zero(S);
      for (int end = Math.min(keys, j + CHAIN) - j; end > 0; end--, at += ld) {
        FloatVector w = Exponential.of(FloatVector.fromArray(S, s, at).sub(max));
        w.intoArray(s, at);
        part = part.add(w);
      }
      sum = sum.add(part);
    }
    return sum;
  }

  /** Masks every query whose limit of visible keys, relative to the tile, a key has reached. */
  static void limit(float[] s, int at, int ld, int from, int to, float[] limits, int lane) {
    FloatVector limit = FloatVector.fromArray(S, limits, lane);
    for (int j = from; j < to; j++) {
      int i = at + j * ld;
      FloatVector.fromArray(S, s, i)
          .blend(MASKED, limit.compare(VectorOperators.LE, (float) j))
          .intoArray(s, i);
    }
  }

  /** Masks the queries of a vector whose bit is not set in the word of a key. */
  static void hide(float[] s, int at, int ld, int from, int to, long[] words, int word, int shift) {
    for (int j = from; j < to; j++) {
      VectorMask<Float> seen = VectorMask.fromLong(S, words[word + j - from] >>> shift);
      int i = at + j * ld;
      FloatVector.broadcast(S, MASKED).blend(FloatVector.fromArray(S, s, i), seen).intoArray(s, i);
    }
  }

  /** Masks all queries of a vector. */
  static void hide(float[] s, int at, int ld, int from, int to) {
    for (int j = from; j < to; j++) {
      FloatVector.broadcast(S, MASKED).intoArray(s, at + j * ld);
    }
  }

  /** The maximum with a sink, a logit that takes weight and gives no value. */
  static float sinkMax(float max, float sum, float sink) {
    return sum == 0f ? sink : Math.max(max, sink);
  }

  /** What results are multiplied by when a sink joins. */
  static float sinkFactor(float max, float sum, float sink) {
    return sum == 0f || !(sink > max) ? 1f : (float) Math.exp((double) max - sink);
  }

  /** The sum of weights with a sink. */
  static float sinkSum(float max, float sum, float sink) {
    if (sink == MASKED) {
      return sum;
    }
    if (sum == 0f) {
      return 1f;
    }
    double top = Math.max(max, sink);
    return (float) (sum * Math.exp(max - top) + Math.exp(sink - top));
  }

  /** The logarithm of a sum of exponentials; -infinity where nothing was seen. */
  static float logSumExp(float max, float sum) {
    return sum == 0f ? MASKED : (float) (max + Math.log(sum));
  }

  /** Adds a bias of its own to every score; where the bias masks, the score is not used. */
  static void bias(float[] s, int at, int ld, int keys, float[] bias, int b) {
    for (int j = 0; j < keys; j++) {
      FloatVector x = FloatVector.fromArray(S, bias, b + j * ld);
      int i = at + j * ld;
      FloatVector.fromArray(S, s, i)
          .add(x)
          .blend(MASKED, x.compare(VectorOperators.EQ, MASKED))
          .intoArray(s, i);
    }
  }

  /** Adds one bias per key to all queries of a vector. */
  static void keyBias(float[] s, int at, int ld, int keys, float[] bias, int b) {
    for (int j = 0; j < keys; j++) {
      float x = bias[b + j];
      int i = at + j * ld;
      if (x == MASKED) {
        FloatVector.broadcast(S, MASKED).intoArray(s, i);
      } else if (x != 0f) {
        FloatVector.fromArray(S, s, i).add(x).intoArray(s, i);
      }
    }
  }

  /** Scales the rows of earlier results. */
  static void rescale(float[] o, int at, int ld, int rows, float[] factor) {
    for (int i = 0; i < rows; i++, at += ld) {
      float a = factor[i];
      if (a != 1f) {
        scale(o, at, ld, a);
      }
    }
  }

  /** Divides a row, a whole number of vectors long. */
  static void divide(float[] o, int at, int width, float by) {
    for (int d = 0; d < width; d += Species.LANES) {
      FloatVector.fromArray(S, o, at + d).div(by).intoArray(o, at + d);
    }
  }

  /** Multiplies a row, a whole number of vectors long. */
  static void scale(float[] o, int at, int width, float a) {
    for (int d = 0; d < width; d += Species.LANES) {
      FloatVector.fromArray(S, o, at + d).mul(a).intoArray(o, at + d);
    }
  }
}
