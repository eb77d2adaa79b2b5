package lazuli.array.cpu.attention;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import lazuli.array.cpu.LaneSum;
import lazuli.array.cpu.Memory;
import lazuli.array.cpu.Species;

/**
 * The loops of {@link Decode} for rows of eight vectors: the query, or the sum, stays in registers
 * and each row is read from front to back once, by a loop without another inside, which C2 compiles
 * to the same code whatever else the process does. Memory then streams: on a Zen 5 core bf16 scores
 * of D = 128 went from 19 to 41 GB/s, bf16 values from 27 to 45, f32 values from 32 to 48.
 */
final class Decode8 {
  /** Vectors of one row. */
  static final int VECTORS = 8;

  private static final VectorSpecies<Float> S = Species.F32;
  private static final int L = Species.LANES;
  private static final int HIGH_HALF = 0xffff0000;

  private Decode8() {}

  private static FloatVector even(IntVector pairs) {
    return pairs.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
  }

  private static FloatVector odd(IntVector pairs) {
    return pairs.and(HIGH_HALF).reinterpretAsFloats();
  }

  /** Scores of f32 keys in memory. */
  static void scoresF32(long k, long step, int keys, float[] q, int qo, float[] s, int so) {
    FloatVector q0 = FloatVector.fromArray(S, q, qo);
    FloatVector q1 = FloatVector.fromArray(S, q, qo + L);
    FloatVector q2 = FloatVector.fromArray(S, q, qo + 2 * L);
    FloatVector q3 = FloatVector.fromArray(S, q, qo + 3 * L);
    FloatVector q4 = FloatVector.fromArray(S, q, qo + 4 * L);
    FloatVector q5 = FloatVector.fromArray(S, q, qo + 5 * L);
    FloatVector q6 = FloatVector.fromArray(S, q, qo + 6 * L);
    FloatVector q7 = FloatVector.fromArray(S, q, qo + 7 * L);
    for (int j = 0; j < keys; j++, k += step) {
      FloatVector x = Memory.floats(k).mul(q0);
      FloatVector y = Memory.floats(k + 4L * L).mul(q1);
      x = Memory.floats(k + 8L * L).fma(q2, x);
      y = Memory.floats(k + 12L * L).fma(q3, y);
      x = Memory.floats(k + 16L * L).fma(q4, x);
      y = Memory.floats(k + 20L * L).fma(q5, y);
      x = Memory.floats(k + 24L * L).fma(q6, x);
      y = Memory.floats(k + 28L * L).fma(q7, y);
      s[so + j] = LaneSum.of(x.add(y));
    }
  }

  /** Scores of bf16 keys in memory; the query is paired. */
  static void scoresBf16(long k, long step, int keys, float[] q, int qo, float[] s, int so) {
    FloatVector q0 = FloatVector.fromArray(S, q, qo);
    FloatVector q1 = FloatVector.fromArray(S, q, qo + L);
    FloatVector q2 = FloatVector.fromArray(S, q, qo + 2 * L);
    FloatVector q3 = FloatVector.fromArray(S, q, qo + 3 * L);
    FloatVector q4 = FloatVector.fromArray(S, q, qo + 4 * L);
    FloatVector q5 = FloatVector.fromArray(S, q, qo + 5 * L);
    FloatVector q6 = FloatVector.fromArray(S, q, qo + 6 * L);
    FloatVector q7 = FloatVector.fromArray(S, q, qo + 7 * L);
    for (int j = 0; j < keys; j++, k += step) {
      IntVector p = Memory.ints(k);
      FloatVector x = even(p).mul(q0);
      FloatVector y = odd(p).mul(q1);
      p = Memory.ints(k + 4L * L);
      x = even(p).fma(q2, x);
      y = odd(p).fma(q3, y);
      p = Memory.ints(k + 8L * L);
      x = even(p).fma(q4, x);
      y = odd(p).fma(q5, y);
      p = Memory.ints(k + 12L * L);
      x = even(p).fma(q6, x);
      y = odd(p).fma(q7, y);
      s[so + j] = LaneSum.of(x.add(y));
    }
  }

  /** Scores of i8 codes in memory, not scaled. */
  static void scoresI8(long k, long step, int keys, float[] q, int qo, float[] s, int so) {
    FloatVector q0 = FloatVector.fromArray(S, q, qo);
    FloatVector q1 = FloatVector.fromArray(S, q, qo + L);
    FloatVector q2 = FloatVector.fromArray(S, q, qo + 2 * L);
    FloatVector q3 = FloatVector.fromArray(S, q, qo + 3 * L);
    FloatVector q4 = FloatVector.fromArray(S, q, qo + 4 * L);
    FloatVector q5 = FloatVector.fromArray(S, q, qo + 5 * L);
    FloatVector q6 = FloatVector.fromArray(S, q, qo + 6 * L);
    FloatVector q7 = FloatVector.fromArray(S, q, qo + 7 * L);
    for (int j = 0; j < keys; j++, k += step) {
      FloatVector x = TileLoad.bytes(k).mul(q0);
      FloatVector y = TileLoad.bytes(k + L).mul(q1);
      x = TileLoad.bytes(k + 2L * L).fma(q2, x);
      y = TileLoad.bytes(k + 3L * L).fma(q3, y);
      x = TileLoad.bytes(k + 4L * L).fma(q4, x);
      y = TileLoad.bytes(k + 5L * L).fma(q5, y);
      x = TileLoad.bytes(k + 6L * L).fma(q6, x);
      y = TileLoad.bytes(k + 7L * L).fma(q7, y);
      s[so + j] = LaneSum.of(x.add(y));
    }
  }

  /** Adds weights times f32 values in memory. */
  static void valuesF32(long v, long step, int keys, float[] w, int wo, float[] o, int oo) {
    FloatVector a = FloatVector.fromArray(S, o, oo);
    FloatVector b = FloatVector.fromArray(S, o, oo + L);
    FloatVector c = FloatVector.fromArray(S, o, oo + 2 * L);
    FloatVector d = FloatVector.fromArray(S, o, oo + 3 * L);
    FloatVector e = FloatVector.fromArray(S, o, oo + 4 * L);
    FloatVector f = FloatVector.fromArray(S, o, oo + 5 * L);
    FloatVector g = FloatVector.fromArray(S, o, oo + 6 * L);
    FloatVector h = FloatVector.fromArray(S, o, oo + 7 * L);
    for (int j = 0; j < keys; j++, v += step) {
      FloatVector p = FloatVector.broadcast(S, w[wo + j]);
      a = Memory.floats(v).fma(p, a);
      b = Memory.floats(v + 4L * L).fma(p, b);
      c = Memory.floats(v + 8L * L).fma(p, c);
      d = Memory.floats(v + 12L * L).fma(p, d);
      e = Memory.floats(v + 16L * L).fma(p, e);
      f = Memory.floats(v + 20L * L).fma(p, f);
      g = Memory.floats(v + 24L * L).fma(p, g);
      h = Memory.floats(v + 28L * L).fma(p, h);
    }
    store(a, b, c, d, o, oo);
    store(e, f, g, h, o, oo + 4 * L);
  }

  /** Adds weights times bf16 values in memory to a paired sum. */
  static void valuesBf16(long v, long step, int keys, float[] w, int wo, float[] o, int oo) {
    FloatVector a = FloatVector.fromArray(S, o, oo);
    FloatVector b = FloatVector.fromArray(S, o, oo + L);
    FloatVector c = FloatVector.fromArray(S, o, oo + 2 * L);
    FloatVector d = FloatVector.fromArray(S, o, oo + 3 * L);
    FloatVector e = FloatVector.fromArray(S, o, oo + 4 * L);
    FloatVector f = FloatVector.fromArray(S, o, oo + 5 * L);
    FloatVector g = FloatVector.fromArray(S, o, oo + 6 * L);
    FloatVector h = FloatVector.fromArray(S, o, oo + 7 * L);
    for (int j = 0; j < keys; j++, v += step) {
      FloatVector p = FloatVector.broadcast(S, w[wo + j]);
      IntVector x = Memory.ints(v);
      a = even(x).fma(p, a);
      b = odd(x).fma(p, b);
      x = Memory.ints(v + 4L * L);
      c = even(x).fma(p, c);
      d = odd(x).fma(p, d);
      x = Memory.ints(v + 8L * L);
      e = even(x).fma(p, e);
      f = odd(x).fma(p, f);
      x = Memory.ints(v + 12L * L);
      g = even(x).fma(p, g);
      h = odd(x).fma(p, h);
    }
    store(a, b, c, d, o, oo);
    store(e, f, g, h, o, oo + 4 * L);
  }

  /** Adds weights times i8 codes in memory. */
  static void valuesI8(long v, long step, int keys, float[] w, int wo, float[] o, int oo) {
    FloatVector a = FloatVector.fromArray(S, o, oo);
    FloatVector b = FloatVector.fromArray(S, o, oo + L);
    FloatVector c = FloatVector.fromArray(S, o, oo + 2 * L);
    FloatVector d = FloatVector.fromArray(S, o, oo + 3 * L);
    FloatVector e = FloatVector.fromArray(S, o, oo + 4 * L);
    FloatVector f = FloatVector.fromArray(S, o, oo + 5 * L);
    FloatVector g = FloatVector.fromArray(S, o, oo + 6 * L);
    FloatVector h = FloatVector.fromArray(S, o, oo + 7 * L);
    for (int j = 0; j < keys; j++, v += step) {
      FloatVector p = FloatVector.broadcast(S, w[wo + j]);
      a = TileLoad.bytes(v).fma(p, a);
      b = TileLoad.bytes(v + L).fma(p, b);
      c = TileLoad.bytes(v + 2L * L).fma(p, c);
      d = TileLoad.bytes(v + 3L * L).fma(p, d);
      e = TileLoad.bytes(v + 4L * L).fma(p, e);
      f = TileLoad.bytes(v + 5L * L).fma(p, f);
      g = TileLoad.bytes(v + 6L * L).fma(p, g);
      h = TileLoad.bytes(v + 7L * L).fma(p, h);
    }
    store(a, b, c, d, o, oo);
    store(e, f, g, h, o, oo + 4 * L);
  }

  private static void store(
      FloatVector a, FloatVector b, FloatVector c, FloatVector d, float[] o, int at) {
    a.intoArray(o, at);
    b.intoArray(o, at + L);
    c.intoArray(o, at + 2 * L);
    d.intoArray(o, at + 3 * L);
  }
}
