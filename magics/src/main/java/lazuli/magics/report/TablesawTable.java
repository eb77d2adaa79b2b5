package lazuli.magics.report;

import java.util.List;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** A report as a Tablesaw table; the only class that needs Tablesaw at run time. */
final class TablesawTable {
  private TablesawTable() {}

  static Table of(Report report) {
    Table table = Table.create(report.title());
    for (int c = 0; c < report.columns().size(); c++) {
      String name = report.columns().get(c).header();
      int index = c;
      List<Cell> cells = report.rows().stream().map(row -> row.cells().get(index)).toList();
      table.addColumns(
          cells.stream().allMatch(cell -> cell instanceof Cell.Number || cell.equals(Cell.NONE))
              ? numbers(name, cells)
              : StringColumn.create(name, cells.stream().map(Cell::text).toList()));
    }
    return table;
  }

  private static DoubleColumn numbers(String name, List<Cell> cells) {
    DoubleColumn column = DoubleColumn.create(name);
    for (Cell cell : cells) {
      switch (cell) {
        case Cell.Number number -> column.append(number.value());
        case Cell.Words _ -> column.appendMissing();
      }
    }
    return column;
  }
}
