package lazuli.magics.profile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import lazuli.array.profile.Span;
import lazuli.magics.measure.Limits;
import lazuli.magics.report.Cell;
import lazuli.magics.report.Column;
import lazuli.magics.report.Report;
import lazuli.magics.report.Row;

/** The operations of several computations in one table. */
public final class Operations {
  /** Op, count, total, share, median and limit: the kernel stands behind the operation's name. */
  private static final int[] SHOWN = {0, 1, 2, 3, 4, 6};

  private Operations() {}

  /**
   * One computation.
   *
   * @param name what sets it apart
   * @param spans what ran, of all its recorded calls
   */
  public record Recorded(String name, List<Span> spans) {
    /** Copies the list. */
    public Recorded {
      spans = List.copyOf(spans);
    }
  }

  /**
   * {@return a row for each computation and operation, the longest first, with the share of the
   * computation's time inside arrays}
   *
   * @param title one line
   * @param all the computations
   * @param calls how often each was recorded
   * @param limits of the machine
   * @param device where they ran
   * @param seed of every random choice
   */
  public static Report table(
      String title, List<Recorded> all, int calls, Limits limits, String device, long seed) {
    List<Column> columns = new ArrayList<>();
    columns.add(Column.words("Variant"));
    for (int place : SHOWN) {
      columns.add(ProfileTable.COLUMNS.get(place));
    }
    List<Row> rows = new ArrayList<>();
    for (Recorded one : all) {
      double inside = one.spans().stream().mapToDouble(Span::nanos).sum();
      List<Group> groups = new ArrayList<>(Group.of(one.spans(), Group.Key.OP));
      groups.sort(Comparator.comparingDouble(Group::total).reversed());
      for (Group group : groups) {
        List<Cell> cells = new ArrayList<>();
        cells.add(Cell.of(one.name()));
        List<Cell> known = ProfileTable.cells(group, limits, inside);
        for (int place : SHOWN) {
          cells.add(known.get(place));
        }
        rows.add(new Row(cells, group.nanos()));
      }
    }
    return new Report(
        title,
        columns,
        rows,
        List.of(
            calls
                + " recorded calls of each variant, after the timed ones; % is of the variant's time"
                + " inside array operations"),
        limits.environment(device, seed));
  }
}
