package lazuli.array;

import java.lang.foreign.MemorySegment;
import lazuli.array.attention.KvFormat;
import lazuli.array.backend.Elements;
import lazuli.array.backend.View;
import lazuli.array.type.DType;
import lazuli.array.type.Rounding;

/**
 * Turns rows into codes: each group is divided by its scale, the largest number's share of the
 * largest code, rounded to bf16. Adds up how far the codes are off.
 */
final class Quantiser {
  /** Sums over numbers: how many, of their squares, of the squares of differences; the largest. */
  record Sums(double squares, double off, double most) {
    static final Sums NONE = new Sums(0, 0, 0);

    Sums plus(Sums other) {
      return new Sums(squares + other.squares, off + other.off, Math.max(most, other.most));
    }

    double rms() {
      return off == 0 ? 0 : Math.sqrt(off / squares);
    }
  }

  private final KvFormat format;
  private final int columns;
  private double squares;
  private double off;
  private double most;

  Quantiser(KvFormat format, int columns) {
    this.format = format;
    this.columns = columns;
  }

  Sums sums() {
    return new Sums(squares, off, most);
  }

  /** Writes rows as codes and scales, from a row of the memory on. */
  void write(View rows, View codes, View scales, long firstRow) {
    long count = rows.shape().dim(0);
    float[] x = new float[Math.toIntExact(count * columns)];
    Elements.read(rows, DType.F32, MemorySegment.ofArray(x));
    int group = format.group(columns);
    int groups = columns / group;
    for (int r = 0; r < count; r++) {
      for (int n = 0; n < groups; n++) {
        int at = r * columns + n * group;
        double largest = 0;
        for (int i = 0; i < group; i++) {
          largest = Double.isNaN(x[at + i]) ? Double.NaN : Math.max(largest, Math.abs(x[at + i]));
        }
        double scale = Rounding.to(DType.BF16, largest / format.most());
        long row = firstRow + r;
        Elements.set(scales.buffer().segment(), DType.BF16, row * groups + n, scale);
        for (int i = 0; i < group; i++) {
          double code = scale == 0 ? 0 : code(x[at + i] / scale);
          put(codes, row, n, group, i, code);
          double d = Math.abs(code * scale - x[at + i]);
          squares += (double) x[at + i] * x[at + i];
          off += d * d;
          most = Math.max(most, d);
        }
      }
    }
  }

  private double code(double x) {
    if (format == KvFormat.FP8) {
      return Rounding.to(DType.F8_E4M3, Math.clamp(x, -format.most(), format.most()));
    }
    return Math.clamp(Math.rint(x), -format.most(), format.most());
  }

  private void put(View codes, long row, int n, int group, int i, double code) {
    MemorySegment memory = codes.buffer().segment();
    if (format != KvFormat.INT4) {
      Elements.set(memory, codes.dtype(), row * columns + (long) n * group + i, code);
      return;
    }
    int half = group / 2;
    long at = row * (columns / 2) + (long) n * half + i % half;
    long bits = Double.isNaN(code) ? 8 : (long) code + 8;
    long before = i < half ? 0 : Elements.getLong(memory, DType.U8, at);
    Elements.setLong(memory, DType.U8, at, i < half ? bits : before | bits << 4);
  }
}
