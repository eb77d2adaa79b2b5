package lazuli.magics.report;

import java.util.ArrayList;
import java.util.List;

/** A report as aligned plain text for consoles, logs and diffs. */
final class TextTable {
  private static final int WIDTH = 100;
  private static final int NARROWEST = 12;
  private static final String GAP = "  ";

  private TextTable() {}

  static String of(Report report) {
    StringBuilder out = new StringBuilder();
    for (String line : Wrapping.lines(report.title(), WIDTH)) {
      out.append(line).append('\n');
    }
    if (!report.rows().isEmpty()) {
      int[] widths = widths(report);
      List<String> heads = report.columns().stream().map(Column::header).toList();
      row(out, report.columns(), heads, widths);
      for (Row row : report.rows()) {
        row(out, report.columns(), row.cells().stream().map(Cell::text).toList(), widths);
      }
    }
    for (String note : report.notes()) {
      List<String> lines = Wrapping.lines(note, WIDTH - 2);
      for (int i = 0; i < lines.size(); i++) {
        out.append(i == 0 ? "" : GAP).append(lines.get(i)).append('\n');
      }
    }
    return out.toString().stripTrailing();
  }

  /** Natural widths; while the table is too wide, the widest column of words gives way. */
  private static int[] widths(Report report) {
    int n = report.columns().size();
    int[] widths = new int[n];
    for (int c = 0; c < n; c++) {
      widths[c] = width(report.columns().get(c).header());
      for (Row row : report.rows()) {
        widths[c] = Math.max(widths[c], width(row.cells().get(c).text()));
      }
    }
    for (int excess = total(widths) - WIDTH; excess > 0; excess = total(widths) - WIDTH) {
      int widest = -1;
      for (int c = 0; c < n; c++) {
        if (report.columns().get(c).alignment() == Column.Alignment.LEFT
            && (widest < 0 || widths[c] > widths[widest])) {
          widest = c;
        }
      }
      if (widest < 0 || widths[widest] <= NARROWEST) {
        break;
      }
      widths[widest] = Math.max(NARROWEST, widths[widest] - Math.max(1, excess / 2));
    }
    return widths;
  }

  private static int total(int[] widths) {
    int sum = GAP.length() * (widths.length - 1);
    for (int width : widths) {
      sum += width;
    }
    return sum;
  }

  private static void row(
      StringBuilder out, List<Column> columns, List<String> cells, int[] widths) {
    List<List<String>> wrapped = new ArrayList<>();
    int height = 1;
    for (int c = 0; c < cells.size(); c++) {
      wrapped.add(Wrapping.lines(cells.get(c), widths[c]));
      height = Math.max(height, wrapped.getLast().size());
    }
    for (int line = 0; line < height; line++) {
      StringBuilder text = new StringBuilder();
      for (int c = 0; c < cells.size(); c++) {
        String part = line < wrapped.get(c).size() ? wrapped.get(c).get(line) : "";
        String pad = " ".repeat(Math.max(0, widths[c] - width(part)));
        boolean left = columns.get(c).alignment() == Column.Alignment.LEFT;
        text.append(c == 0 ? "" : GAP).append(left ? part + pad : pad + part);
      }
      out.append(text.toString().stripTrailing()).append('\n');
    }
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
