package lazuli.magics.show;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import lazuli.array.attention.AttentionShape;
import lazuli.array.attention.TileTrace;
import lazuli.array.attention.TileTrace.Visit;
import lazuli.magics.measure.Quantity;
import lazuli.magics.picture.Heatmap;
import lazuli.magics.picture.Picture;
import lazuli.magics.report.Cell;
import lazuli.magics.report.Column;
import lazuli.magics.report.Report;
import lazuli.magics.report.Row;

/** The tiles of a traced run in the order in which they were computed. */
final class TilesView {
  private static final int BLOCK = 64;
  private static final int MOST_DRAWN = 128;

  private TilesView() {}

  static View of(TileTrace trace) {
    AttentionShape s = trace.shape();
    TreeMap<Integer, long[]> threads = new TreeMap<>();
    long end = 0;
    long pairs = 0;
    for (Visit v : trace.visits()) {
      long[] sums = threads.computeIfAbsent(v.thread(), _ -> new long[2]);
      sums[0]++;
      sums[1] += v.nanos();
      end = Math.max(end, v.start() + v.nanos());
      pairs += (long) v.rows() * (v.to() - v.from());
    }
    List<Row> rows = new ArrayList<>();
    for (var entry : threads.entrySet()) {
      double busy = end == 0 ? 0 : (double) entry.getValue()[1] / end;
      rows.add(
          Row.of(
              Cell.of("thread " + entry.getKey()),
              Cell.count(entry.getValue()[0]),
              Cell.of(entry.getValue()[1] / 1000.0),
              Cell.of(100 * busy, String.format(Locale.ROOT, "%.0f", 100 * busy), busy)));
    }
    long all = s.batch() * s.heads() * s.queries() * s.keys();
    List<String> notes = new ArrayList<>();
    notes.add(bytes(trace));
    notes.add(
        String.format(
            Locale.ROOT,
            "%d tiles, %d of %d query-key pairs (%.1f %%); tiles that see nothing are not visited",
            trace.visits().size(),
            pairs,
            all,
            all == 0 ? 0 : 100.0 * pairs / all));
    notes.add("times include the watching; order is that of one run on these threads");
    if (trace.visits().size() == TileTrace.MOST_VISITS) {
      notes.add("only the first " + TileTrace.MOST_VISITS + " visits were kept");
    }
    String title =
        "tile schedule: blocks of up to "
            + BLOCK
            + " queries, tiles of "
            + trace.tileKeys()
            + " keys";
    Report report =
        new Report(
            title,
            List.of(
                Column.words("who"),
                Column.numbers("tiles", ""),
                Column.numbers("time", "us"),
                Column.numbers("of the run", "%")),
            rows,
            notes,
            Where.here());
    return new View(picture(trace), report, List.of());
  }

  /** What one block and one tile take at once. */
  private static String bytes(TileTrace trace) {
    AttentionShape s = trace.shape();
    // Machine code keeps operands and weights in bf16, the rest is f32.
    int size = trace.dispatch().details().contains("bf16 products") ? 2 : 4;
    double queries = (double) BLOCK * s.dim() * size;
    double keys = (double) trace.tileKeys() * s.dim() * size;
    double values = (double) trace.tileKeys() * s.valueDim() * size;
    double scores = 4.0 * BLOCK * trace.tileKeys();
    double results = 4.0 * BLOCK * s.valueDim();
    return "at once: queries "
        + Quantity.bytes(queries)
        + ", keys "
        + Quantity.bytes(keys)
        + ", values "
        + Quantity.bytes(values)
        + ", scores "
        + Quantity.bytes(scores)
        + ", results "
        + Quantity.bytes(results)
        + ": "
        + Quantity.bytes(queries + keys + values + scores + results)
        + Cache.second();
  }

  /** The first key head: when each tile was met. */
  private static List<Picture> picture(TileTrace trace) {
    List<Visit> own =
        trace.visits().stream().filter(v -> v.batch() == 0 && v.keyHead() == 0).toList();
    List<Integer> blocks = own.stream().map(Visit::firstRow).distinct().sorted().toList();
    int across = (int) ((trace.shape().keys() + trace.tileKeys() - 1) / trace.tileKeys());
    if (own.isEmpty() || blocks.size() > MOST_DRAWN || across > MOST_DRAWN) {
      return List.of();
    }
    double[][] order = new double[blocks.size()][across];
    for (int n = 0; n < own.size(); n++) {
      Visit v = own.get(n);
      order[blocks.indexOf(v.firstRow())][v.from() / trace.tileKeys()] = n + 1;
    }
    List<String> rows = new ArrayList<>();
    for (int first : blocks) {
      long head = first / Math.max(1, trace.shape().queries());
      rows.add("h" + head + " q" + first % Math.max(1, trace.shape().queries()));
    }
    List<String> columns = new ArrayList<>();
    for (int j = 0; j < across; j++) {
      columns.add(Integer.toString(j));
    }
    Heatmap map = new Heatmap("order of tiles, first key head", order, rows, columns);
    StringBuilder text = new StringBuilder("order of tiles of the first key head, '.' not visited");
    int width = Integer.toString(own.size()).length() + 1;
    for (int i = 0; i < order.length && width * across <= 80; i++) {
      text.append('\n').append(String.format(Locale.ROOT, "%-10s", rows.get(i)));
      for (double n : order[i]) {
        String number = n == 0 ? "." : Long.toString((long) n);
        text.append(" ".repeat(width - number.length())).append(number);
      }
    }
    return List.of(new Picture(map.alt(), text.toString(), map.png()));
  }
}
