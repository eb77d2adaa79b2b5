package lazuli.magics.show;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lazuli.array.AttentionResult;
import lazuli.magics.picture.Heatmap;
import lazuli.magics.report.Cell;
import lazuli.magics.report.Column;
import lazuli.magics.report.Report;
import lazuli.magics.report.Row;

/** The weights of one head with tokens: a heat map, and for each query what it looks at. */
final class WeightsView {
  private static final int MOST_ROWS = 32;

  private WeightsView() {}

  static View of(AttentionResult result, long head, String... tokens) {
    Weights w = Weights.of("weights", result, head);
    List<String> keys = Tokens.ofKeys("weights", tokens, w.keys());
    List<String> queries = Tokens.ofQueries(keys, w.queries());
    List<Row> rows = new ArrayList<>();
    int blind = 0;
    double off = 0;
    for (int i = 0; i < w.queries(); i++) {
      double sum = w.sum(0, i);
      blind += sum == 0 ? 1 : 0;
      off = Math.max(off, sum == 0 ? 0 : Math.abs(sum - 1));
      if (i < MOST_ROWS) {
        int top = w.top(0, i);
        rows.add(
            Row.of(
                Cell.of(i + " " + queries.get(i)),
                Cell.of(sum == 0 ? "" : Tokens.at(top, keys)),
                Cell.of(w.at(0, i, top), Cell.digits(w.at(0, i, top)), w.at(0, i, top)),
                Cell.of(w.entropy()[i]),
                Cell.of(w.distance(0, i)),
                Cell.of(sum)));
      }
    }
    List<String> notes = new ArrayList<>();
    notes.add(
        String.format(
            Locale.ROOT,
            "rows sum to 1 within %.1e; hatched: weight exactly 0 (hidden, or too small for f32)",
            off));
    if (blind > 0) {
      notes.add(blind + (blind == 1 ? " row sees" : " rows see") + " no key: exactly 0 there");
    }
    if (w.queries() > MOST_ROWS) {
      notes.add("the table shows the first " + MOST_ROWS + " of " + w.queries() + " queries");
    }
    String title = "attention weights of head " + head;
    Report report =
        new Report(
            title + ": " + w.queries() + " queries, " + w.keys() + " keys",
            List.of(
                Column.words("query"),
                Column.words("looks most at"),
                Column.numbers("weight", ""),
                Column.numbers("entropy", "nats"),
                Column.numbers("distance", "keys"),
                Column.numbers("sum", "")),
            rows,
            notes,
            Where.here());
    return View.of(new Heatmap(title, w.map(0), queries, keys).picture(), report);
  }
}
