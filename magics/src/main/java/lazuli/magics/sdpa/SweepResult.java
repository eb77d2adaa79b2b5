package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.List;
import lazuli.kernel.ext.MimeBundle;
import lazuli.magics.report.Report;
import lazuli.magics.report.Result;
import lazuli.magics.report.Row;
import tech.tablesaw.api.Table;

/**
 * What {@code %sdpa sweep} and {@code %sdpa search} found.
 *
 * @param report a row for each point, also those that could not run
 * @param best the places of the rows that no other row beats in time, memory and error at once
 */
public record SweepResult(Report report, List<Integer> best) implements Result {
  /** Copies the list. */
  public SweepResult {
    best = List.copyOf(best);
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
    return report.text();
  }

  @Override
  public String html() {
    return report.html();
  }

  @Override
  public SweepResult withNote(String note) {
    return new SweepResult(report.withNote(note), best);
  }

  @Override
  public MimeBundle bundle() {
    return report.bundle();
  }

  @Override
  public String toString() {
    return report.text();
  }
}
