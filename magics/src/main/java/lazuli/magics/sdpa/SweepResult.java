package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.List;
import lazuli.kernel.ext.MimeBundle;
import lazuli.magics.picture.Drawing;
import lazuli.magics.picture.Drawn;
import lazuli.magics.picture.Illustrated;
import lazuli.magics.picture.Scatter;
import lazuli.magics.report.Report;
import lazuli.magics.report.Result;
import lazuli.magics.report.Row;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.api.Table;

/**
 * What {@code %sdpa sweep} and {@code %sdpa search} found.
 *
 * @param report a row for each point, also those that could not run
 * @param best the places of the rows that no other row beats in time, memory and error at once;
 *     rows of other sizes or masks do not compete
 * @param chosen the place of the row to take, within the budget if there is one; -1 for none
 * @param picture of a search: time across, memory upward, the best joined; null of a sweep
 */
public record SweepResult(Report report, List<Integer> best, int chosen, @Nullable Scatter picture)
    implements Result, Drawn {
  /** Copies the list. */
  public SweepResult {
    best = List.copyOf(best);
  }

  private Result shown() {
    return picture == null
        ? report
        : new Illustrated(report, picture.drawing(), picture.alt(), picture.text());
  }

  @Override
  public Drawing drawing() {
    return picture == null ? Drawn.ofText(report.text()) : picture.drawing();
  }

  @Override
  public String alt() {
    return picture == null ? report.title() : picture.alt();
  }

  /** {@return the rows that no other row beats in time, memory and error at once} */
  public Report pareto() {
    List<Row> rows = new ArrayList<>();
    best.forEach(i -> rows.add(report.rows().get(i)));
    return new Report(
        report.title() + ": Pareto set",
        report.columns(),
        rows,
        List.of("no row is better than another in everything; pick by what matters"),
        report.environment());
  }

  @Override
  public Table table() {
    return report.table();
  }

  @Override
  public String csv() {
    return report.csv();
  }

  @Override
  public String json() {
    return report.json();
  }

  @Override
  public String text() {
    return shown().text();
  }

  @Override
  public String html() {
    return shown().html();
  }

  @Override
  public SweepResult withNote(String note) {
    return new SweepResult(report.withNote(note), best, chosen, picture);
  }

  @Override
  public MimeBundle bundle() {
    return shown().bundle();
  }

  @Override
  public String toString() {
    return text();
  }
}
