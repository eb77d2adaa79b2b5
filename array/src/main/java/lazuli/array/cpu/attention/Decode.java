package lazuli.array.cpu.attention;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import lazuli.array.cpu.Halves;
import lazuli.array.cpu.LaneSum;
import lazuli.array.cpu.Memory;
import lazuli.array.cpu.Species;

/**
 * The inner loops of decoding: one query row against some key rows, and weights times value rows.
 * Each exists for three places where rows may lie: an array, f32 memory, and bf16 memory. There,
 * columns are taken in pairs as even and odd halves of 32-bit lanes, so the query and the sum are
 * in that order too ({@link #pair}).
 */
final class Decode {
  private static final VectorSpecies<Float> S = Species.F32;
  private static final int L = Species.LANES;
  private static final int HIGH_HALF = 0xffff0000;
  private static final VectorShuffle<Float> EVENS = VectorShuffle.makeUnzip(S, 0);
  private static final VectorShuffle<Float> ODDS = VectorShuffle.makeUnzip(S, 1);
  private static final VectorShuffle<Float> FIRST = VectorShuffle.makeZip(S, 0);
  private static final VectorShuffle<Float> SECOND = VectorShuffle.makeZip(S, 1);

  private Decode() {}

  private static FloatVector zero() {
    return FloatVector.zero(S);
  }

  private static FloatVector even(IntVector pairs) {
    return pairs.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
  }

  private static FloatVector odd(IntVector pairs) {
    return pairs.and(HIGH_HALF).reinterpretAsFloats();
  }

  private static float sum(FloatVector x) {
    return LaneSum.of(x);
  }

  /** Reorders columns: in every run of two vectors first the even ones, then the odd ones. */
  static void pair(float[] x, int from, int width, float[] to, int o) {
    for (int c = 0; c < width; c += 2 * L) {
      FloatVector a = FloatVector.fromArray(S, x, from + c);
      FloatVector b = FloatVector.fromArray(S, x, from + c + L);
      a.rearrange(EVENS, b).intoArray(to, o + c);
      a.rearrange(ODDS, b).intoArray(to, o + c + L);
    }
  }

  /** Reads a bf16 row from memory, scaled, in the order of {@link #pair}. */
  static void pairBf16(long from, int width, float scale, float[] to, int o) {
    for (int c = 0; c < width; c += 2 * L) {
      IntVector x = Memory.ints(from + 2L * c);
      x.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().mul(scale).intoArray(to, o + c);
      x.and(HIGH_HALF).reinterpretAsFloats().mul(scale).intoArray(to, o + c + L);
    }
  }

  /** The same of an f32 row. */
  static void pairF32(long from, int width, float scale, float[] to, int o) {
    for (int c = 0; c < width; c += 2 * L) {
      FloatVector a = Memory.floats(from + 4L * c).mul(scale);
      FloatVector b = Memory.floats(from + 4L * (c + L)).mul(scale);
      a.rearrange(EVENS, b).intoArray(to, o + c);
      a.rearrange(ODDS, b).intoArray(to, o + c + L);
    }
  }

  /** Divides a row in the order of {@link #pair} and writes it as f32, in its own order. */
  static void storeF32(float[] x, int from, int width, float by, long to) {
    for (int c = 0; c < width; c += 2 * L) {
      FloatVector a = FloatVector.fromArray(S, x, from + c).div(by);
      FloatVector b = FloatVector.fromArray(S, x, from + c + L).div(by);
      Memory.put(to + 4L * c, a.rearrange(FIRST, b));
      Memory.put(to + 4L * (c + L), a.rearrange(SECOND, b));
    }
  }

  /** Divides a row in the order of {@link #pair} and writes it as bf16, in its own order. */
  static void storeBf16(float[] x, int from, int width, float by, long to) {
    for (int c = 0; c < width; c += 2 * L) {
      FloatVector a = Halves.roundBf16(FloatVector.fromArray(S, x, from + c).div(by));
      FloatVector b = Halves.roundBf16(FloatVector.fromArray(S, x, from + c + L).div(by));
      IntVector low = a.reinterpretAsInts().lanewise(VectorOperators.LSHR, 16);
      Memory.put(to + 2L * c, low.or(b.reinterpretAsInts()));
    }
  }

  /** Undoes {@link #pair}. */
  static void unpair(float[] x, int from, int width, float[] to, int o) {
    for (int c = 0; c < width; c += 2 * L) {
      FloatVector a = FloatVector.fromArray(S, x, from + c);
      FloatVector b = FloatVector.fromArray(S, x, from + c + L);
      a.rearrange(FIRST, b).intoArray(to, o + c);
      a.rearrange(SECOND, b).intoArray(to, o + c + L);
    }
  }

  /** Scores of keys in an array, rows ld apart, width a whole number of vectors. */
  static void scores(
      float[] k, int ko, int ld, int keys, int width, float[] q, int qo, float[] s, int so) {
    int j = 0;
    for (; j + 3 < keys; j += 4, ko += 4 * ld) {
      FloatVector a = zero();
      FloatVector b = a;
      FloatVector c = a;
      FloatVector d = a;
      for (int i = 0; i < width; i += L) {
        FloatVector x = FloatVector.fromArray(S, q, qo + i);
        a = FloatVector.fromArray(S, k, ko + i).fma(x, a);
        b = FloatVector.fromArray(S, k, ko + ld + i).fma(x, b);
        c = FloatVector.fromArray(S, k, ko + 2 * ld + i).fma(x, c);
        d = FloatVector.fromArray(S, k, ko + 3 * ld + i).fma(x, d);
      }
      s[so + j] = sum(a);
      s[so + j + 1] = sum(b);
      s[so + j + 2] = sum(c);
      s[so + j + 3] = sum(d);
    }
    for (; j < keys; j++, ko += ld) {
      FloatVector a = zero();
      for (int i = 0; i < width; i += L) {
        a = FloatVector.fromArray(S, k, ko + i).fma(FloatVector.fromArray(S, q, qo + i), a);
      }
      s[so + j] = sum(a);
    }
  }

  /** Scores of f32 keys in memory, rows step bytes apart. */
  static void scoresF32(
      long k, long step, int keys, int width, float[] q, int qo, float[] s, int so) {
    if (width == Decode8.VECTORS * L) {
      Decode8.scoresF32(k, step, keys, q, qo, s, so);
      return;
    }
    int j = 0;
    for (; j + 3 < keys; j += 4, k += 4 * step) {
      FloatVector a = zero();
      FloatVector b = a;
      FloatVector c = a;
      FloatVector d = a;
      for (int i = 0; i < width; i += L) {
        FloatVector x = FloatVector.fromArray(S, q, qo + i);
        long at = k + i * 4L;
        a = Memory.floats(at).fma(x, a);
        b = Memory.floats(at + step).fma(x, b);
        c = Memory.floats(at + 2 * step).fma(x, c);
        d = Memory.floats(at + 3 * step).fma(x, d);
      }
      s[so + j] = sum(a);
      s[so + j + 1] = sum(b);
      s[so + j + 2] = sum(c);
      s[so + j + 3] = sum(d);
    }
    for (; j < keys; j++, k += step) {
      FloatVector a = zero();
      for (int i = 0; i < width; i += L) {
        a = Memory.floats(k + i * 4L).fma(FloatVector.fromArray(S, q, qo + i), a);
      }
      s[so + j] = sum(a);
    }
  }

  /** Scores of bf16 keys in memory; the query is paired, width a whole number of paired vectors. */
  static void scoresBf16(
      long k, long step, int keys, int width, float[] q, int qo, float[] s, int so) {
    if (width == Decode8.VECTORS * L) {
      Decode8.scoresBf16(k, step, keys, q, qo, s, so);
      return;
    }
    int j = 0;
    for (; j + 3 < keys; j += 4, k += 4 * step) {
      FloatVector a = zero();
      FloatVector b = a;
      FloatVector c = a;
      FloatVector d = a;
      for (int i = 0; i < width; i += 2 * L) {
        FloatVector x = FloatVector.fromArray(S, q, qo + i);
        FloatVector y = FloatVector.fromArray(S, q, qo + i + L);
        long at = k + i * 2L;
        IntVector p = Memory.ints(at);
        a = odd(p).fma(y, even(p).fma(x, a));
        p = Memory.ints(at + step);
        b = odd(p).fma(y, even(p).fma(x, b));
        p = Memory.ints(at + 2 * step);
        c = odd(p).fma(y, even(p).fma(x, c));
        p = Memory.ints(at + 3 * step);
        d = odd(p).fma(y, even(p).fma(x, d));
      }
      s[so + j] = sum(a);
      s[so + j + 1] = sum(b);
      s[so + j + 2] = sum(c);
      s[so + j + 3] = sum(d);
    }
    for (; j < keys; j++, k += step) {
      FloatVector a = zero();
      for (int i = 0; i < width; i += 2 * L) {
        IntVector p = Memory.ints(k + i * 2L);
        a = even(p).fma(FloatVector.fromArray(S, q, qo + i), a);
        a = odd(p).fma(FloatVector.fromArray(S, q, qo + i + L), a);
      }
      s[so + j] = sum(a);
    }
  }

  /** Scores of i8 codes in memory, not scaled; width a whole number of vectors. */
  static void scoresI8(
      long k, long step, int keys, int width, float[] q, int qo, float[] s, int so) {
    if (width == Decode8.VECTORS * L) {
      Decode8.scoresI8(k, step, keys, q, qo, s, so);
      return;
    }
    int j = 0;
    for (; j + 3 < keys; j += 4, k += 4 * step) {
      FloatVector a = zero();
      FloatVector b = a;
      FloatVector c = a;
      FloatVector d = a;
      for (int i = 0; i < width; i += L) {
        FloatVector x = FloatVector.fromArray(S, q, qo + i);
        long at = k + i;
        a = TileLoad.bytes(at).fma(x, a);
        b = TileLoad.bytes(at + step).fma(x, b);
        c = TileLoad.bytes(at + 2 * step).fma(x, c);
        d = TileLoad.bytes(at + 3 * step).fma(x, d);
      }
      s[so + j] = sum(a);
      s[so + j + 1] = sum(b);
      s[so + j + 2] = sum(c);
      s[so + j + 3] = sum(d);
    }
    for (; j < keys; j++, k += step) {
      FloatVector a = zero();
      for (int i = 0; i < width; i += L) {
        a = TileLoad.bytes(k + i).fma(FloatVector.fromArray(S, q, qo + i), a);
      }
      s[so + j] = sum(a);
    }
  }

  /** Adds weights times i8 codes in memory, rows step bytes apart. */
  static void valuesI8(
      long v, long step, int keys, int width, float[] w, int wo, float[] o, int oo) {
    int i = 0;
    for (; i + Decode8.VECTORS * L <= width; i += Decode8.VECTORS * L) {
      Decode8.valuesI8(v + i, step, keys, w, wo, o, oo + i);
    }
    for (; i + 4 * L <= width; i += 4 * L) {
      FloatVector a = FloatVector.fromArray(S, o, oo + i);
      FloatVector b = FloatVector.fromArray(S, o, oo + i + L);
      FloatVector c = FloatVector.fromArray(S, o, oo + i + 2 * L);
      FloatVector d = FloatVector.fromArray(S, o, oo + i + 3 * L);
      long at = v + i;
      for (int j = 0; j < keys; j++, at += step) {
        FloatVector p = FloatVector.broadcast(S, w[wo + j]);
        a = TileLoad.bytes(at).fma(p, a);
        b = TileLoad.bytes(at + L).fma(p, b);
        c = TileLoad.bytes(at + 2 * L).fma(p, c);
        d = TileLoad.bytes(at + 3 * L).fma(p, d);
      }
      a.intoArray(o, oo + i);
      b.intoArray(o, oo + i + L);
      c.intoArray(o, oo + i + 2 * L);
      d.intoArray(o, oo + i + 3 * L);
    }
    for (; i < width; i += L) {
      FloatVector a = FloatVector.fromArray(S, o, oo + i);
      long at = v + i;
      for (int j = 0; j < keys; j++, at += step) {
        a = TileLoad.bytes(at).fma(FloatVector.broadcast(S, w[wo + j]), a);
      }
      a.intoArray(o, oo + i);
    }
  }

  /**
   * Adds weights times values in an array, rows ld apart, to a sum of a whole number of vectors.
   */
  static void values(
      float[] v, int vo, int ld, int keys, int width, float[] w, int wo, float[] o, int oo) {
    int i = 0;
    for (; i + 4 * L <= width; i += 4 * L) {
      FloatVector a = FloatVector.fromArray(S, o, oo + i);
      FloatVector b = FloatVector.fromArray(S, o, oo + i + L);
      FloatVector c = FloatVector.fromArray(S, o, oo + i + 2 * L);
      FloatVector d = FloatVector.fromArray(S, o, oo + i + 3 * L);
      for (int j = 0, at = vo + i; j < keys; j++, at += ld) {
        FloatVector p = FloatVector.broadcast(S, w[wo + j]);
        a = FloatVector.fromArray(S, v, at).fma(p, a);
        b = FloatVector.fromArray(S, v, at + L).fma(p, b);
        c = FloatVector.fromArray(S, v, at + 2 * L).fma(p, c);
        d = FloatVector.fromArray(S, v, at + 3 * L).fma(p, d);
      }
      a.intoArray(o, oo + i);
      b.intoArray(o, oo + i + L);
      c.intoArray(o, oo + i + 2 * L);
      d.intoArray(o, oo + i + 3 * L);
    }
    for (; i < width; i += L) {
      FloatVector a = FloatVector.fromArray(S, o, oo + i);
      for (int j = 0, at = vo + i; j < keys; j++, at += ld) {
        a = FloatVector.fromArray(S, v, at).fma(FloatVector.broadcast(S, w[wo + j]), a);
      }
      a.intoArray(o, oo + i);
    }
  }

  /** Adds weights times f32 values in memory, rows step bytes apart. */
  static void valuesF32(
      long v, long step, int keys, int width, float[] w, int wo, float[] o, int oo) {
    int i = 0;
    for (; i + Decode8.VECTORS * L <= width; i += Decode8.VECTORS * L) {
      Decode8.valuesF32(v + i * 4L, step, keys, w, wo, o, oo + i);
    }
    for (; i + 4 * L <= width; i += 4 * L) {
      FloatVector a = FloatVector.fromArray(S, o, oo + i);
      FloatVector b = FloatVector.fromArray(S, o, oo + i + L);
      FloatVector c = FloatVector.fromArray(S, o, oo + i + 2 * L);
      FloatVector d = FloatVector.fromArray(S, o, oo + i + 3 * L);
      long at = v + i * 4L;
      for (int j = 0; j < keys; j++, at += step) {
        FloatVector p = FloatVector.broadcast(S, w[wo + j]);
        a = Memory.floats(at).fma(p, a);
        b = Memory.floats(at + L * 4L).fma(p, b);
        c = Memory.floats(at + L * 8L).fma(p, c);
        d = Memory.floats(at + L * 12L).fma(p, d);
      }
      a.intoArray(o, oo + i);
      b.intoArray(o, oo + i + L);
      c.intoArray(o, oo + i + 2 * L);
      d.intoArray(o, oo + i + 3 * L);
    }
    for (; i < width; i += L) {
      FloatVector a = FloatVector.fromArray(S, o, oo + i);
      long at = v + i * 4L;
      for (int j = 0; j < keys; j++, at += step) {
        a = Memory.floats(at).fma(FloatVector.broadcast(S, w[wo + j]), a);
      }
      a.intoArray(o, oo + i);
    }
  }

  /** Adds weights times bf16 values in memory to a paired sum. */
  static void valuesBf16(
      long v, long step, int keys, int width, float[] w, int wo, float[] o, int oo) {
    int i = 0;
    for (; i + Decode8.VECTORS * L <= width; i += Decode8.VECTORS * L) {
      Decode8.valuesBf16(v + i * 2L, step, keys, w, wo, o, oo + i);
    }
    for (; i + 4 * L <= width; i += 4 * L) {
      FloatVector a = FloatVector.fromArray(S, o, oo + i);
      FloatVector b = FloatVector.fromArray(S, o, oo + i + L);
      FloatVector c = FloatVector.fromArray(S, o, oo + i + 2 * L);
      FloatVector d = FloatVector.fromArray(S, o, oo + i + 3 * L);
      long at = v + i * 2L;
      for (int j = 0; j < keys; j++, at += step) {
        FloatVector p = FloatVector.broadcast(S, w[wo + j]);
        IntVector x = Memory.ints(at);
        a = even(x).fma(p, a);
        b = odd(x).fma(p, b);
        x = Memory.ints(at + L * 4L);
        c = even(x).fma(p, c);
        d = odd(x).fma(p, d);
      }
      a.intoArray(o, oo + i);
      b.intoArray(o, oo + i + L);
      c.intoArray(o, oo + i + 2 * L);
      d.intoArray(o, oo + i + 3 * L);
    }
    for (; i < width; i += 2 * L) {
      FloatVector a = FloatVector.fromArray(S, o, oo + i);
      FloatVector b = FloatVector.fromArray(S, o, oo + i + L);
      long at = v + i * 2L;
      for (int j = 0; j < keys; j++, at += step) {
        FloatVector p = FloatVector.broadcast(S, w[wo + j]);
        IntVector x = Memory.ints(at);
        a = even(x).fma(p, a);
        b = odd(x).fma(p, b);
      }
      a.intoArray(o, oo + i);
      b.intoArray(o, oo + i + L);
    }
  }
}
