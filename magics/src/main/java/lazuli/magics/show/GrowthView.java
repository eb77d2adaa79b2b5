package lazuli.magics.show;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.KvCache;
import lazuli.array.attention.KvFormat;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.magics.measure.Quantity;
import lazuli.magics.picture.Curves;
import lazuli.magics.picture.Picture;
import lazuli.magics.report.Cell;
import lazuli.magics.report.Column;
import lazuli.magics.report.Report;
import lazuli.magics.report.Row;

/** How a cache grows: bytes of one layer for kinds of heads and codes, and what is copied. */
final class GrowthView {
  private static final int ROWS = 8;
  private static final double MIB = 1 << 20;

  private GrowthView() {}

  /** One way to keep the tokens. */
  private record Way(String name, double perToken) {}

  static View of(int tokens, int heads, int keyHeads, int dim, DType dtype) {
    if (tokens < 1 || keyHeads < 1 || heads % Math.max(1, keyHeads) != 0 || dim < 1) {
      throw new ArrayException(
          "growth was given "
              + tokens
              + " tokens, Hq "
              + heads
              + ", Hkv "
              + keyHeads
              + ", D "
              + dim,
          "1 or more each, and an Hq that is a multiple of Hkv",
          "such as growth(65536, 32, 8, 128, BF16)");
    }
    List<Way> ways = new ArrayList<>();
    ways.add(new Way("MHA " + heads, bytes(heads, dim, dtype, KvFormat.PLAIN)));
    if (keyHeads > 1 && keyHeads < heads) {
      ways.add(new Way("GQA " + keyHeads, bytes(keyHeads, dim, dtype, KvFormat.PLAIN)));
    }
    ways.add(new Way("MQA 1", bytes(1, dim, dtype, KvFormat.PLAIN)));
    for (KvFormat format : new KvFormat[] {KvFormat.INT8, KvFormat.INT4}) {
      if (format != KvFormat.INT4 || dim % 32 == 0) {
        ways.add(
            new Way(
                keyHeads + (format == KvFormat.INT8 ? " int8, fp8" : " int4"),
                bytes(keyHeads, dim, dtype, format)));
      }
    }
    double own = bytes(keyHeads, dim, dtype, KvFormat.PLAIN);
    List<Row> rows = new ArrayList<>();
    List<Integer> lengths = new ArrayList<>();
    for (int n = tokens; n >= 1 && lengths.size() < ROWS; n /= 2) {
      lengths.addFirst(n);
    }
    for (int n : lengths) {
      List<Cell> cells = new ArrayList<>(List.of(Cell.count(n)));
      ways.forEach(way -> cells.add(Cell.of(way.perToken() * n / MIB)));
      cells.add(Cell.of(concatenated(n) * own / MIB));
      cells.add(Cell.of(doubled(n) * own / MIB));
      rows.add(new Row(cells, new double[0]));
    }
    List<Column> columns = new ArrayList<>();
    columns.add(Column.numbers("tokens", ""));
    ways.forEach(way -> columns.add(Column.numbers(way.name(), "MiB")));
    columns.add(Column.numbers("concat", "MiB"));
    columns.add(Column.numbers("doubling", "MiB"));
    List<String> notes = new ArrayList<>();
    notes.add(
        "bytes of keys and values of one layer and one sequence, as KvCache keeps them; codes with"
            + " their scales");
    notes.add(
        "concat, doubling: copied in all while the cache grew token by token: an array made anew for"
            + " each token copies everything, a growing KvCache when its memory doubles, a fixed one"
            + " never");
    String title =
        "KV cache growth, Hq " + heads + ", Hkv " + keyHeads + ", D " + dim + ", " + dtype;
    return View.of(
        curves(title, ways, lengths), new Report(title, columns, rows, notes, Where.here()));
  }

  private static Picture curves(String title, List<Way> ways, List<Integer> lengths) {
    double[] x = lengths.stream().mapToDouble(n -> n).toArray();
    List<Curves.Curve> curves = new ArrayList<>();
    StringBuilder alt = new StringBuilder(title + ", bytes at " + lengths.getLast() + " tokens: ");
    for (Way way : ways) {
      double[] values = lengths.stream().mapToDouble(n -> n * way.perToken()).toArray();
      String last = Quantity.bytes(values[values.length - 1]);
      curves.add(new Curves.Curve(way.name(), values, last));
      alt.append(curves.size() == 1 ? "" : ", ").append(way.name()).append(' ').append(last);
    }
    List<String> labels = new ArrayList<>();
    for (int n : lengths) {
      labels.add(n >= 1024 && n % 1024 == 0 ? n / 1024 + "k" : Integer.toString(n));
    }
    return new Curves(
            "bytes over tokens, both axes logarithmic", x, labels, curves, Quantity::bytes)
        .picture(alt.toString(), "");
  }

  /** Bytes of a token: those of a real cache of one slot. */
  private static double bytes(int keyHeads, int dim, DType dtype, KvFormat format) {
    KvCache one = KvCache.fixed(1, dtype, 1, keyHeads, dim, dim);
    return (format == KvFormat.PLAIN ? one : one.quantised(format)).bytes();
  }

  /** Rows copied when each token makes a new array of all. */
  static double concatenated(double n) {
    return n * (n - 1) / 2;
  }

  /** Rows copied when memory of 256 slots doubles. */
  static double doubled(double n) {
    double copied = 0;
    for (double full = 256; full < n; full *= 2) {
      copied += full;
    }
    return copied;
  }
}
