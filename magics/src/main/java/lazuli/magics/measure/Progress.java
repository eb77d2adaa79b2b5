package lazuli.magics.measure;

import java.util.function.Consumer;
import lazuli.kernel.ext.RunningCell;
import lazuli.magics.report.Report;
import org.jspecify.annotations.Nullable;

/**
 * A report that grows while it is measured: one display, replaced in place. Nothing is shown when
 * the work ends before the first update.
 */
public final class Progress implements Consumer<Report> {
  private final RunningCell cell;
  private final String what;
  private RunningCell.@Nullable DisplayHandle handle;

  /**
   * Shows nothing yet.
   *
   * @param cell where to show
   * @param what is measured, for the line that is left at the end
   */
  public Progress(RunningCell cell, String what) {
    this.cell = cell;
    this.what = what;
  }

  @Override
  public void accept(Report report) {
    if (handle == null) {
      handle = cell.display(report);
    } else {
      handle.update(report);
    }
  }

  /**
   * Leaves one line where the growing report was; the final one follows as the cell's result.
   *
   * @param report the final one
   */
  public void done(Report report) {
    if (handle != null) {
      int samples = report.rows().stream().mapToInt(row -> row.samples().length).sum();
      handle.update(what + ": " + samples + " samples taken");
    }
  }
}
