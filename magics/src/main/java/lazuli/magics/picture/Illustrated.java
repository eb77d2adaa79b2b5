package lazuli.magics.picture;

import lazuli.magics.report.Report;

/**
 * A table and the chart of it.
 *
 * @param report the table
 * @param chart the chart
 */
public record Illustrated(Report report, Chart chart) implements Charted {
  @Override
  public Illustrated withNote(String note) {
    return new Illustrated(report.withNote(note), chart);
  }

  @Override
  public String toString() {
    return text();
  }
}
