package lazuli.magics.show;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import lazuli.array.AttentionResult;
import lazuli.magics.picture.HeatGrid;
import lazuli.magics.report.Cell;
import lazuli.magics.report.Column;
import lazuli.magics.report.Report;
import lazuli.magics.report.Row;

/** All heads beside each other, the most certain first, with what each looks at in a word. */
final class HeadsView {
  private static final int MOST_MAPS = 16;

  /** A mean weight above this on one kind of key names the head. */
  private static final double MOSTLY = 0.5;

  private HeadsView() {}

  static View of(AttentionResult result, String... tokens) {
    Weights w = Weights.of("heads", result);
    List<String> keys = Tokens.ofKeys("heads", tokens, w.keys());
    List<Integer> order =
        IntStream.range(0, w.heads().length)
            .boxed()
            .sorted(Comparator.comparingDouble(n -> entropy(w, n)))
            .toList();
    List<Row> rows = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<double[][]> maps = new ArrayList<>();
    for (int n : order) {
      String kind = kind(w, n);
      int last = w.top(n, w.queries() - 1);
      rows.add(
          Row.of(
              Cell.of("head " + w.heads()[n]),
              Cell.of(kind),
              Cell.of(entropy(w, n)),
              Cell.of(w.mean(n, i -> w.distance(n, i))),
              Cell.of(w.mean(n, i -> own(w, n, i))),
              Cell.of(w.mean(n, i -> w.at(n, i, 0))),
              Cell.of(Tokens.at(last, keys))));
      if (maps.size() < MOST_MAPS) {
        names.add("head " + w.heads()[n] + " " + kind);
        maps.add(w.map(n));
      }
    }
    List<String> notes = new ArrayList<>();
    notes.add(
        "own, first: more than half of the weight lies on the query's own place, on the first key;"
            + " local: mean distance below a tenth of the keys; wide: none of these");
    if (order.size() > MOST_MAPS) {
      notes.add("the picture shows " + MOST_MAPS + " of " + order.size() + " heads");
    }
    String title = w.heads().length + " heads: " + w.queries() + " queries, " + w.keys() + " keys";
    Report report =
        new Report(
            title + ", sorted by entropy",
            List.of(
                Column.words("head"),
                Column.words("looks"),
                Column.numbers("entropy", "nats"),
                Column.numbers("distance", "keys"),
                Column.numbers("on own place", ""),
                Column.numbers("on first key", ""),
                Column.words("last query looks most at")),
            rows,
            notes,
            Where.here());
    String alt =
        String.format(
            Locale.ROOT, "%s; from the left, then down: %s", title, String.join(", ", names));
    return View.of(new HeatGrid(title, names, maps).picture(alt, ""), report);
  }

  private static double entropy(Weights w, int n) {
    return w.mean(n, i -> w.entropy()[n * w.queries() + i]);
  }

  private static double own(Weights w, int n, int query) {
    int at = query + w.keys() - w.queries();
    return at < 0 ? 0 : w.at(n, query, at);
  }

  private static String kind(Weights w, int n) {
    if (w.mean(n, i -> own(w, n, i)) > MOSTLY) {
      return "own";
    }
    if (w.mean(n, i -> w.at(n, i, 0)) > MOSTLY) {
      return "first";
    }
    return w.mean(n, i -> w.distance(n, i)) < w.keys() / 10.0 ? "local" : "wide";
  }
}
