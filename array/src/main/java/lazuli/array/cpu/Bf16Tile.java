package lazuli.array.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import lazuli.array.cpu.code.Bf16Product;
import lazuli.array.type.DType;

/**
 * How kernels lay out bf16 operands for {@link Bf16Product}.
 *
 * <p>Within 32 columns of a right operand the even ones come first. Then rows are paired without a
 * shuffle, and two vectors of sums become one vector of neighbouring bf16 results.
 */
public final class Bf16Tile {
  /** Columns that are taken together. */
  public static final int GROUP = 32;

  private static final int HALF = GROUP / 2;
  private static final int L = Species.LANES;
  private static final int PAIR_ROW = 4 * Bf16Product.COLUMNS;
  private static final int HIGH = 0xffff0000;
  private static final int LOW = 0xffff;

  private Bf16Tile() {}

  /**
   * {@return a number rounded up to whole groups}
   *
   * @param n a number of columns, or of terms of a sum
   */
  public static int groups(int n) {
    return Math.ceilDiv(n, GROUP) * GROUP;
  }

  /**
   * {@return how many panels of 64 hold some columns}
   *
   * @param columns how many
   */
  public static int panels(int columns) {
    return Math.ceilDiv(columns, Bf16Product.COLUMNS);
  }

  /**
   * Copies elements side by side, and zeros behind them.
   *
   * @param from the first element
   * @param step from one to the next, in bytes
   * @param count how many
   * @param to where they go
   * @param padded how many with the zeros
   */
  public static void row(long from, long step, int count, long to, int padded) {
    if (step == DType.BF16.bytes()) {
      Memory.copy(from, to, 2L * count);
    } else {
      for (int i = 0; i < count; i++) {
        Memory.putShort(to + 2L * i, Memory.getShort(from + i * step));
      }
    }
    zero(to + 2L * count, 2L * (padded - count));
  }

  /**
   * Fills with zeros.
   *
   * @param at where
   * @param bytes how many
   */
  public static void zero(long at, long bytes) {
    Memory.ALL.asSlice(at, bytes).fill((byte) 0);
  }

  /**
   * Packs 64 columns whose elements lie side by side: [pairs][64].
   *
   * @param rows where each column begins
   * @param first the first of the 64
   * @param pairs half of the elements
   * @param to where the panel goes
   */
  public static void columns(long[] rows, int first, int pairs, long to) {
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
   * {@return not 0 if a number is infinite or NaN} Packs two rows as pairs, even columns first in
   * each group.
   *
   * @param first the first row, padded to whole groups
   * @param second the row that it is paired with
   * @param columns a whole number of groups
   * @param to where the pairs go in the first panel
   * @param panelBytes from one panel to the next
   */
  public static int rows(long first, long second, int columns, long to, long panelBytes) {
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

  /**
   * Multiplies a row of sums, rounds to nearest even and puts the columns back in order.
   *
   * @param from the row in the first panel
   * @param panelBytes from one panel to the next
   * @param by the factor
   * @param columns a whole number of groups
   * @param to where the bf16 numbers go
   */
  public static void result(long from, long panelBytes, float by, int columns, long to) {
    FloatVector factor = FloatVector.broadcast(Species.F32, by);
    for (int d = 0; d < columns; d += GROUP) {
      long at = from + d / Bf16Product.COLUMNS * panelBytes + 4L * (d % Bf16Product.COLUMNS);
      for (int i = 0; i < HALF; i += L) {
        IntVector even = rounded(Memory.floats(at + 4L * i).mul(factor));
        IntVector odd = rounded(Memory.floats(at + 4L * (HALF + i)).mul(factor));
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
