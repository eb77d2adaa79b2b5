package lazuli.magics.show;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lazuli.array.KvCache;
import lazuli.array.attention.KvFormat;
import lazuli.magics.measure.Quantity;
import lazuli.magics.picture.Cells;
import lazuli.magics.report.Cell;
import lazuli.magics.report.Column;
import lazuli.magics.report.Report;
import lazuli.magics.report.Row;

/** Where the tokens of a cache lie. */
final class CacheView {
  private static final int MOST_STRETCHES = 64;
  private static final int[] COLOURS = {0x2f66a8, 0xd9822b, 0x2f7d5b, 0x8a5aa8, 0x0c2a5e, 0xa84f4f};
  private static final Cells.Kind FREE = new Cells.Kind("free", '.', 0xf4f4f4, true);
  private static final Cells.Kind GONE =
      new Cells.Kind("let go: written, never read again", '-', 0xf2d3a8, false);
  private static final Cells.Kind USED = new Cells.Kind("a token", '#', 0x2f66a8, false);

  private CacheView() {}

  static View of(KvCache cache) {
    boolean paged = cache.kind() == KvCache.Kind.PAGED;
    int[][] places = cache.places();
    double slots = (double) cache.pages() * cache.pageSize();
    double each = cache.bytes() / slots;
    List<Row> rows = new ArrayList<>();
    long tokens = 0;
    for (int b = 0; b < places.length; b++) {
      tokens += places[b].length;
      rows.add(
          Row.of(
              Cell.of("batch " + b),
              Cell.count(places[b].length),
              Cell.of(places[b].length == 0 ? "" : stretches(places[b], paged, cache.pageSize())),
              Cell.of(places[b].length * each / (1 << 20))));
    }
    double share = tokens / slots;
    List<String> notes = new ArrayList<>();
    notes.add(
        String.format(
            Locale.ROOT,
            "memory %s for %.0f slots of %s; %d hold tokens (%.1f %%)",
            Quantity.bytes(cache.bytes()),
            slots,
            Quantity.bytes(each),
            tokens,
            100 * share));
    notes.add("free and let-go slots may hold anything: an attention never reads them");
    if (cache.format() != KvFormat.PLAIN) {
      KvCache.Error e = cache.error();
      notes.add(
          String.format(
              Locale.ROOT,
              "%s codes are off by: keys max %.2g, RMS %.2g of theirs; values max %.2g, RMS %.2g",
              cache.format().label(),
              e.keyMax(),
              e.keyRms(),
              e.valueMax(),
              e.valueRms()));
    }
    String title =
        "KV cache, "
            + cache.kind().name().toLowerCase(Locale.ROOT)
            + ", "
            + (cache.format() == KvFormat.PLAIN ? cache.dtype() : cache.format().label());
    Report report =
        new Report(
            title,
            List.of(
                Column.words("sequence"),
                Column.numbers("tokens", ""),
                Column.words(paged ? "pages" : "slots"),
                Column.numbers("in use", "MiB")),
            rows,
            notes,
            Where.here());
    Cells cells = cells(cache, places, paged);
    String alt =
        String.format(
            Locale.ROOT,
            "%s: %d of %.0f slots hold tokens, %s",
            title,
            tokens,
            slots,
            paged ? "one row for each page" : "one row for each batch");
    return View.of(cells.picture(alt), report);
  }

  /** The slots as ranges, or the pages in order. */
  private static String stretches(int[] places, boolean paged, int size) {
    List<String> all = new ArrayList<>();
    if (paged) {
      for (int i = 0; i < places.length; i += size) {
        all.add(Integer.toString(places[i] / size));
      }
    } else {
      int from = places[0];
      for (int i = 1; i <= places.length; i++) {
        if (i == places.length || places[i] != places[i - 1] + 1) {
          all.add(from + "-" + places[i - 1]);
          from = i < places.length ? places[i] : 0;
        }
      }
    }
    boolean many = all.size() > 12;
    return String.join(" ", many ? all.subList(0, 12) : all) + (many ? " ..." : "");
  }

  private static Cells cells(KvCache cache, int[][] places, boolean paged) {
    int size = cache.pageSize();
    int stretches = Math.min(MOST_STRETCHES, cache.pages());
    byte[][] kinds = new byte[stretches][size];
    List<String> names = new ArrayList<>();
    for (int n = 0; n < stretches; n++) {
      names.add((paged ? "page " : "batch ") + n);
    }
    List<Cells.Kind> legend = new ArrayList<>(List.of(FREE, GONE));
    for (int b = 0; b < (paged ? places.length : 1); b++) {
      legend.add(paged ? kind(b) : USED);
    }
    for (int b = 0; b < places.length; b++) {
      int last = -1;
      for (int place : places[b]) {
        int row = paged ? place / size : b;
        int column = paged ? place % size : place;
        if (row < stretches) {
          kinds[row][column] = (byte) (paged ? 2 + b : 2);
        }
        last = Math.max(last, place);
      }
      // What lies before the last token and is not seen was let go.
      for (int j = 0; j < last && !paged && b < stretches; j++) {
        kinds[b][j] = kinds[b][j] == 0 ? 1 : kinds[b][j];
      }
    }
    String title = cache.pages() > stretches ? "the first " + stretches + " pages" : "slots";
    return new Cells(title, legend, names, kinds, 0, paged ? 0 : 64);
  }

  private static Cells.Kind kind(int b) {
    char sign = (char) ('A' + b % 26);
    return new Cells.Kind("a token of batch " + b, sign, COLOURS[b % COLOURS.length], false);
  }
}
