package lazuli.array.cpu.attention;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import lazuli.array.cpu.Species;

/**
 * The mask of one tile as additive f32 values, transposed like the scores: [keys][queries], or one
 * value for each key when all queries share a row.
 */
final class BiasTile {
  /** What a tile's mask does. */
  enum Kind {
    /** Nothing: every value is 0. */
    ZERO,
    /** It masks every position. */
    ALL_MASKED,
    /** One value for each key. */
    PER_KEY,
    /** One value for each key and query. */
    FULL
  }

  private static final VectorSpecies<Float> S = Species.F32;
  private static final VectorSpecies<Integer> I = Species.I32;
  private static final int L = Species.LANES;
  private static final float MASKED = Float.NEGATIVE_INFINITY;
  private static final int MASKED_BITS = Float.floatToRawIntBits(MASKED);
  private static final int STRIP = 8;

  private BiasTile() {}

  /**
   * Reads the mask's rows for the lanes of a block.
   *
   * @param mask the operand
   * @param rows the address of each lane's row at the tile's first key
   * @param first index of the block's first lane in rows
   * @param lanes the lanes in use
   * @param keys the keys of the tile
   * @param to receives the tile; lanes that are not in use keep what they had
   * @param ld lanes of a full block
   * @param strip a temporary of 8 rows
   * @param ldStrip the length of a strip's row, at least keys rounded up to the vector length
   */
  static Kind load(
      Operand mask,
      long[] rows,
      int first,
      int lanes,
      long offset,
      int keys,
      float[] to,
      int ld,
      float[] strip,
      int ldStrip) {
    if (shared(rows, first, lanes)) {
      TileLoad.row(mask.dtype(), rows[first] + offset, mask.column(), keys, to, 0);
      return switch (kind(to, 0, keys)) {
        case 0 -> Kind.ZERO;
        case 1 -> Kind.ALL_MASKED;
        default -> Kind.PER_KEY;
      };
    }
    boolean zero = true;
    boolean masked = true;
    for (int i = 0; i < lanes; i += STRIP) {
      int n = Math.min(STRIP, lanes - i);
      for (int r = 0; r < n; r++) {
        long at = rows[first + i + r] + offset;
        TileLoad.row(mask.dtype(), at, mask.column(), keys, strip, r * ldStrip);
        int kind = kind(strip, r * ldStrip, keys);
        zero &= kind == 0;
        masked &= kind == 1;
      }
      transpose(strip, ldStrip, keys, to, i, ld);
    }
    return zero ? Kind.ZERO : masked ? Kind.ALL_MASKED : Kind.FULL;
  }

  private static boolean shared(long[] rows, int first, int lanes) {
    for (int i = 1; i < lanes; i++) {
      if (rows[first + i] != rows[first]) {
        return false;
      }
    }
    return true;
  }

  /** What a row does: 0 if it is all zero, 1 if all masked, 2 otherwise. */
  private static int kind(float[] row, int at, int keys) {
    IntVector any = IntVector.zero(I);
    IntVector seen = IntVector.zero(I);
    for (int j = 0; j < keys; j += L) {
      VectorMask<Integer> in = I.indexInRange(j, keys);
      IntVector bits = FloatVector.fromArray(S, row, at + j).reinterpretAsInts();
      any = any.lanewise(VectorOperators.OR, bits, in);
      seen = seen.lanewise(VectorOperators.OR, bits.lanewise(VectorOperators.XOR, MASKED_BITS), in);
    }
    return any.eq(0).allTrue() ? 0 : seen.eq(0).allTrue() ? 1 : 2;
  }

  /** Whether a row masks every key. */
  static boolean allMasked(float[] row, int at, int keys) {
    return kind(row, at, keys) == 1;
  }

  private static void transpose(float[] strip, int ldStrip, int keys, float[] to, int o, int ld) {
    int r1 = ldStrip;
    int r2 = 2 * ldStrip;
    int r3 = 3 * ldStrip;
    int r4 = 4 * ldStrip;
    int r5 = 5 * ldStrip;
    int r6 = 6 * ldStrip;
    int r7 = 7 * ldStrip;
    for (int j = 0; j < keys; j++, o += ld) {
      to[o] = strip[j];
      to[o + 1] = strip[r1 + j];
      to[o + 2] = strip[r2 + j];
      to[o + 3] = strip[r3 + j];
      to[o + 4] = strip[r4 + j];
      to[o + 5] = strip[r5 + j];
      to[o + 6] = strip[r6 + j];
      to[o + 7] = strip[r7 + j];
    }
  }

  /** Whether a mask value hides its position. */
  static boolean masks(float value) {
    return value == MASKED;
  }
}
