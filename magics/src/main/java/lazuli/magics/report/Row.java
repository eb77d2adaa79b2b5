package lazuli.magics.report;

import java.util.List;

/**
 * One row of a report.
 *
 * @param cells one for each column
 * @param samples nanoseconds per call behind the row, in the order they were taken; may be empty
 */
public record Row(List<Cell> cells, double[] samples) {
  /** Copies both. */
  public Row {
    cells = List.copyOf(cells);
    samples = samples.clone();
  }

  /**
   * {@return a row without samples}
   *
   * @param cells one for each column
   */
  public static Row of(Cell... cells) {
    return new Row(List.of(cells), new double[0]);
  }

  /**
   * {@return this row with samples}
   *
   * @param nanos nanoseconds per call
   */
  public Row with(double[] nanos) {
    return new Row(cells, nanos);
  }

  @Override
  public double[] samples() {
    return samples.clone();
  }
}
