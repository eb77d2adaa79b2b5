package lazuli.magics.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lazuli.magics.report.Cell;
import lazuli.magics.report.Column;
import lazuli.magics.report.Row;
import lazuli.magics.stats.Comparison;

/**
 * What was promised and what was seen: a row for each promise in one case, with the number that it
 * is held against and whether it is met. Mutable; used by one thread.
 */
final class Promises {
  private final List<Row> rows = new ArrayList<>();
  private int met;
  private int held;

  static List<Column> columns() {
    return List.of(
        Column.words("Promise"),
        Column.words("Case"),
        Column.words("Seen"),
        Column.words("Beside"),
        Column.words("Ratio"),
        Column.words("Goal"));
  }

  List<Row> rows() {
    return rows;
  }

  /** {@return such as "17 of 20 promises met"} */
  String verdict() {
    return met + " of " + held + " rows met";
  }

  void row(
      String promise,
      String what,
      String seen,
      String beside,
      String ratio,
      String goal,
      boolean isMet) {
    held++;
    met += isMet ? 1 : 0;
    add(promise, what, seen, beside, ratio, (isMet ? "met " : "missed ") + goal);
  }

  /** A row that nothing was held against: neither met nor missed. */
  void unheld(String promise, String what, String seen, String why) {
    add(promise, what, seen, "", "", why);
  }

  private void add(
      String promise, String what, String seen, String beside, String ratio, String verdict) {
    rows.add(
        Row.of(
            Cell.of(promise),
            Cell.of(what),
            Cell.of(seen),
            Cell.of(beside),
            Cell.of(ratio),
            Cell.of(verdict)));
  }

  static String micros(double nanos) {
    return Cell.digits(nanos / 1e3) + " us";
  }

  static String interval(Comparison c) {
    return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", c.ratio(), c.low(), c.high());
  }
}
