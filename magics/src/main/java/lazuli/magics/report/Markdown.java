package lazuli.magics.report;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A report as a table in GitHub's Markdown. */
final class Markdown {
  private Markdown() {}

  static String of(Report report) {
    StringBuilder out = new StringBuilder("**").append(escape(report.title())).append("**\n\n");
    if (!report.rows().isEmpty()) {
      line(out, report.columns().stream().map(Column::header).toList());
      line(
          out,
          report.columns().stream()
              .map(c -> c.alignment() == Column.Alignment.LEFT ? ":---" : "---:")
              .toList());
      for (Row row : report.rows()) {
        line(out, row.cells().stream().map(Cell::text).toList());
      }
      out.append('\n');
    }
    for (String note : report.notes()) {
      out.append("- ").append(escape(note.replace('\n', ' '))).append('\n');
    }
    for (Map.Entry<String, String> entry : report.environment().entries().entrySet()) {
      out.append("- ").append(entry.getKey()).append(": ");
      out.append(escape(entry.getValue())).append('\n');
    }
    return out.toString().stripTrailing();
  }

  private static void line(StringBuilder out, List<String> cells) {
    out.append(cells.stream().map(Markdown::escape).collect(Collectors.joining(" | ", "| ", " |")))
        .append('\n');
  }

  private static String escape(String text) {
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*");
  }
}
