package lazuli.array.cpu.attention;

import lazuli.array.attention.KvFormat;
import lazuli.array.cpu.Memory;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/**
 * Keys or values as they lie in memory: numbers, or codes with scales.
 *
 * @param codes the numbers or codes
 * @param scales one for each group of codes, or null
 * @param format what the codes stand for
 * @param group codes that share a scale
 * @param pages where rows lie in pages, or null
 */
record KeyRows(
    Operand codes, @Nullable Operand scales, KvFormat format, int group, @Nullable Pages pages) {

  /** The address of a row. */
  long at(int b, int h, int row) {
    return at(codes, b, h, row);
  }

  private long at(Operand x, int b, int h, int row) {
    return pages == null ? x.at(b, h, row) : x.at(pages.page(b, row), h, pages.row(row));
  }

  /** How many rows from one on lie one step apart. */
  int together(int row) {
    return pages == null ? Integer.MAX_VALUE : pages.size() - pages.row(row);
  }

  /** Reads rows as f32, one leading dimension apart; part is a temporary of at least the count. */
  void load(
      int b, int h, int row, int count, int columns, float[] to, int o, int ld, float[] part) {
    if (scales == null) {
      for (int r = 0; r < count; ) {
        int n = Math.min(count - r, together(row + r));
        TileLoad.rows(codes, at(b, h, row + r), n, columns, to, o + r * ld, ld, part);
        r += n;
      }
      return;
    }
    for (int r = 0; r < count; r++) {
      long at = at(b, h, row + r);
      int to0 = o + r * ld;
      if (format == KvFormat.INT4) {
        TileLoad.nibbles(at, columns, group, to, to0);
      }
      long scale = at(scales, b, h, row + r);
      for (int c = 0; c < columns; c += group, scale += scales.column()) {
        float by = scale(scales.dtype(), scale);
        switch (format) {
          case INT8 -> TileLoad.i8(at + c, Math.min(group, columns - c), by, to, to0 + c);
          case FP8 -> TileLoad.f8(at + c, Math.min(group, columns - c), by, to, to0 + c);
          case INT4 -> TileLoad.scale(to, to0 + c, group, by);
          case PLAIN -> throw new IllegalStateException("plain rows have no scales");
        }
      }
    }
  }

  /** {@return the scale of a row that has one} */
  float scale(int b, int h, int row) {
    Operand all = java.util.Objects.requireNonNull(scales);
    return scale(all.dtype(), at(all, b, h, row));
  }

  private static float scale(DType dtype, long at) {
    return switch (dtype) {
      case F32 -> Memory.getFloat(at);
      case BF16 -> Float.intBitsToFloat(Memory.getShort(at) << 16);
      case F16 -> Float.float16ToFloat(Memory.getShort(at));
      default -> (float) Memory.getDouble(at);
    };
  }
}
