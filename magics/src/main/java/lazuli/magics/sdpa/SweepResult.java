package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.List;
import lazuli.magics.picture.Chart;
import lazuli.magics.picture.Charted;
import lazuli.magics.report.Report;
import lazuli.magics.report.Row;
import org.jspecify.annotations.Nullable;

/**
 * What {@code %sdpa sweep} and {@code %sdpa search} found.
 *
 * @param report a row for each point, also those that could not run
 * @param best the places of the rows that no other row beats in time, memory and error at once;
 *     rows of other sizes or masks do not compete
 * @param chosen the place of the row to take, within the budget if there is one; -1 for none
 * @param chart of a search: time across, memory upward, the best joined; of a sweep the roofline
 *     where it was asked for, or null
 */
public record SweepResult(Report report, List<Integer> best, int chosen, @Nullable Chart chart)
    implements Charted {
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
  public SweepResult withNote(String note) {
    return new SweepResult(report.withNote(note), best, chosen, chart);
  }

  @Override
  public String toString() {
    return text();
  }
}
