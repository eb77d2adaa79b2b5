package lazuli.array.cpu.attention;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import lazuli.array.cpu.Memory;
import lazuli.array.cpu.Species;
import lazuli.array.cpu.code.Bf16Product;
import lazuli.array.type.DType;

/**
 * How {@link Bf16Task} lays out bf16 operands for {@link Bf16Product}: queries as rows, keys as
 * columns of pairs, values as pairs of keys.
 *
 * <p>Two orders are chosen so that nothing needs a shuffle. Within 32 keys, key t is paired with
 * key t + 16: then two vectors of weights become one vector of pairs. Within 32 columns of a value,
 * the even ones come first: then two vectors of sums become one vector of neighbouring results.
 */
final class Bf16Tile {
  /** Keys, or columns of values, that are taken together. */
  static final int GROUP = 32;

  private static final int HALF = GROUP / 2;
  private static final int L = Species.LANES;
  private static final int PAIR_ROW = 4 * Bf16Product.COLUMNS;
  private static final int HIGH = 0xffff0000;
  private static final int LOW = 0xffff;

  private Bf16Tile() {}

  static int groups(int n) {
    return FlashPlan.ceil(n, GROUP) * GROUP;
  }

  /** Panels of 64 columns. */
  static int panels(int columns) {
    return FlashPlan.ceil(columns, Bf16Product.COLUMNS);
  }

  /** Copies elements, step bytes apart, side by side, and zeros behind them. */
  static void row(long from, long step, int count, long to, int padded) {
    if (step == DType.BF16.bytes()) {
      Memory.copy(from, to, 2L * count);
    } else {
      for (int i = 0; i < count; i++) {
        Memory.putShort(to + 2L * i, Memory.getShort(from + i * step));
      }
    }
    zero(to + 2L * count, 2L * (padded - count));
  }

  static void zero(long at, long bytes) {
    Memory.ALL.asSlice(at, bytes).fill((byte) 0);
  }

  /**
   * Transposes 64 keys to pairs of their columns: [columns / 2][64 keys].
   *
   * @param rows where each key's row begins; its columns lie side by side, padded with zeros
   * @param pairs half of the columns
   */
  static void keys(long[] rows, int first, int pairs, long to) {
    for (int j = 0; j < Bf16Product.COLUMNS; j += 8) {
      long a = rows[first + j];
      long b = rows[first + j + 1];
      long c = rows[first + j + 2];
      long d = rows[first + j + 3];
      long e = rows[first + j + 4];
      long f = rows[first + j + 5];
      long g = rows[first + j + 6];
      long h = rows[first + j + 7];
      long at = to + 4L * j;
      for (int p = 0; p < pairs; p++, at += PAIR_ROW) {
        long o = 4L * p;
        Memory.putInt(at, Memory.getInt(a + o));
        Memory.putInt(at + 4, Memory.getInt(b + o));
        Memory.putInt(at + 8, Memory.getInt(c + o));
        Memory.putInt(at + 12, Memory.getInt(d + o));
        Memory.putInt(at + 16, Memory.getInt(e + o));
        Memory.putInt(at + 20, Memory.getInt(f + o));
        Memory.putInt(at + 24, Memory.getInt(g + o));
        Memory.putInt(at + 28, Memory.getInt(h + o));
      }
    }
  }

  /**
   * Pairs the values of two keys, even columns first in each group.
   *
   * @return a number that has the top bit of a half set where a value is infinite or NaN
   */
  static int values(long first, long second, int columns, long to, long panelBytes) {
    IntVector bad = IntVector.zero(Species.I32);
    for (int d = 0; d < columns; d += GROUP) {
      int column = d % Bf16Product.COLUMNS;
      long at = to + d / Bf16Product.COLUMNS * panelBytes + 4L * column;
      for (int i = 0; i < HALF; i += L) {
        IntVector x = Memory.ints(first + 2L * d + 4L * i);
        IntVector y = Memory.ints(second + 2L * d + 4L * i);
        Memory.put(at + 4L * i, x.and(LOW).or(y.lanewise(VectorOperators.LSHL, 16)));
        Memory.put(at + 4L * (HALF + i), x.lanewise(VectorOperators.LSHR, 16).or(y.and(HIGH)));
        // Adding one exponent step to an exponent of all ones reaches the top bit of its half.
        bad = bad.or(x.and(0x7fff7fff).add(0x00800080)).or(y.and(0x7fff7fff).add(0x00800080));
      }
    }
    return bad.reduceLanes(VectorOperators.OR) & 0x80008000;
  }

  /** Divides a row of sums, rounds to nearest even and puts the columns back in order. */
  static void result(long from, long panelBytes, float by, int columns, long to) {
    FloatVector divisor = FloatVector.broadcast(Species.F32, by);
    for (int d = 0; d < columns; d += GROUP) {
      long at = from + d / Bf16Product.COLUMNS * panelBytes + 4L * (d % Bf16Product.COLUMNS);
      for (int i = 0; i < HALF; i += L) {
        IntVector even = rounded(Memory.floats(at + 4L * i).div(divisor));
        IntVector odd = rounded(Memory.floats(at + 4L * (HALF + i)).div(divisor));
        Memory.put(to + 2L * d + 4L * i, even.lanewise(VectorOperators.LSHR, 16).or(odd.and(HIGH)));
      }
    }
  }

  private static IntVector rounded(FloatVector x) {
    IntVector bits = x.reinterpretAsInts();
    IntVector tie = bits.lanewise(VectorOperators.LSHR, 16).and(1);
    // Rounding could carry a NaN's payload into infinity; it stays a quiet NaN instead.
    return bits.add(tie.add(0x7fff))
        .blend(bits.or(0x00400000), x.test(VectorOperators.IS_NAN).cast(Species.I32));
  }
}
