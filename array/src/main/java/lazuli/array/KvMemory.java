package lazuli.array;

import java.lang.foreign.MemorySegment;
import java.util.List;
import lazuli.array.attention.KvFormat;
import lazuli.array.backend.Elements;
import lazuli.array.backend.View;
import lazuli.array.op.Aval;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.array.type.Shape;

/**
 * Memory for keys and values that versions of a cache share: parts of rows, where a part is a batch
 * or a page. Mutable: rows are written behind those that are filled, under the lock of this object;
 * rows that were filled never change.
 */
final class KvMemory {
  /**
   * What is kept.
   *
   * @param dtype the type of plain numbers
   * @param format numbers or codes
   * @param heads Hkv
   * @param dim D
   * @param valueDim Dv
   */
  record Layout(DType dtype, KvFormat format, int heads, int dim, int valueDim) {}

  private final Layout layout;
  private final Array keys;
  private final Array values;
  private final Array keyScales;
  private final Array valueScales;
  private final int rows;
  private final int[] filled;

  KvMemory(Layout layout, int parts, int rows) {
    this.layout = layout;
    this.rows = rows;
    filled = new int[parts];
    KvFormat format = layout.format();
    DType codes = format.codes(layout.dtype());
    int dim = layout.dim();
    int valueDim = layout.valueDim();
    keys = memory(codes, dim / format.perByte());
    values = memory(codes, valueDim / format.perByte());
    boolean plain = format == KvFormat.PLAIN;
    keyScales = memory(DType.BF16, plain ? 0 : dim / format.group(dim));
    valueScales = memory(DType.BF16, plain ? 0 : valueDim / format.group(valueDim));
  }

  private Array memory(DType dtype, int width) {
    Shape shape = Shape.of(filled.length, layout.heads(), rows, width);
    // Not cleared: what is not written is never read.
    return new Array(Engine.EVALUATOR.give(new Aval(shape, dtype, Device.CPU), view -> {}));
  }

  Layout layout() {
    return layout;
  }

  /** The keys, [parts, Hkv, rows, D], as numbers or codes. */
  Array keys() {
    return keys;
  }

  /** The values, [parts, Hkv, rows, Dv], as numbers or codes. */
  Array values() {
    return values;
  }

  Array keyScales() {
    return keyScales;
  }

  Array valueScales() {
    return valueScales;
  }

  int parts() {
    return filled.length;
  }

  /** Rows of a part. */
  int rows() {
    return rows;
  }

  /** How many rows of a part some version has written. */
  int filled(int part) {
    return filled[part];
  }

  private List<Array> all() {
    return List.of(keys, values, keyScales, valueScales);
  }

  long bytes() {
    return all().stream().mapToLong(x -> x.node().aval().bytes()).sum();
  }

  /** Copies rows of all heads from another memory of this layout, and counts them as filled. */
  void copy(KvMemory from, int fromPart, int fromRow, int part, int row, int count) {
    for (int i = 0; i < all().size(); i++) {
      move(from.all().get(i).view(), fromPart, fromRow, all().get(i).view(), part, row, count);
    }
    filled[part] = Math.max(filled[part], row + count);
  }

  private static void move(
      View from, int fromPart, int fromRow, View to, int part, int row, int count) {
    int heads = (int) from.shape().dim(1);
    long width = from.shape().dim(3) * from.dtype().bytes();
    for (int h = 0; h < heads && count > 0 && width > 0; h++) {
      long source = (((long) fromPart * heads + h) * from.shape().dim(2) + fromRow) * width;
      long target = (((long) part * heads + h) * to.shape().dim(2) + row) * width;
      MemorySegment.copy(
          from.buffer().segment(), source, to.buffer().segment(), target, count * width);
    }
  }

  /** Rows to be written, with the sums of how far codes are off. */
  record Rows(View k, View v, Quantiser keys, Quantiser values) {}

  /** Writes rows of a batch, rounded or as codes, and counts them as filled. */
  void write(Rows from, int batch, int fromRow, int part, int row, int count) {
    write(from.k(), keys, keyScales, from.keys(), batch, fromRow, part, row, count);
    write(from.v(), values, valueScales, from.values(), batch, fromRow, part, row, count);
    filled[part] = row + count;
  }

  private static void write(
      View from,
      Array toArray,
      Array scales,
      Quantiser quantiser,
      int batch,
      int fromRow,
      int part,
      int row,
      int count) {
    View to = toArray.view();
    int heads = (int) to.shape().dim(1);
    long columns = from.shape().dim(3);
    long[] strides = from.strides();
    long width = columns * to.dtype().bytes();
    for (int h = 0; h < heads && count > 0; h++) {
      View rows =
          new View(
              from.buffer(),
              from.dtype(),
              Shape.of(count, columns),
              new long[] {strides[2], strides[3]},
              from.offset() + batch * strides[0] + h * strides[1] + fromRow * strides[2]);
      long at = ((long) part * heads + h) * to.shape().dim(2) + row;
      if (scales.size() == 0) {
        MemorySegment memory = to.buffer().segment().asSlice(at * width, count * width);
        Elements.read(rows, to.dtype(), memory);
      } else {
        quantiser.write(rows, to, scales.view(), at);
      }
    }
  }
}
