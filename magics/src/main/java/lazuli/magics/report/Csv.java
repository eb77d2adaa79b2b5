package lazuli.magics.report;

import java.util.List;
import java.util.stream.Collectors;

/** A report as CSV (RFC 4180). */
final class Csv {
  private Csv() {}

  static String of(Report report) {
    StringBuilder out = new StringBuilder();
    line(out, report.columns().stream().map(Column::header).toList());
    for (Row row : report.rows()) {
      line(out, row.cells().stream().map(Csv::value).toList());
    }
    return out.toString();
  }

  private static String value(Cell cell) {
    return switch (cell) {
      case Cell.Number(double value, _, _) ->
          value == Math.rint(value) && Math.abs(value) < 1e15
              ? Long.toString((long) value)
              : Double.toString(value);
      case Cell.Words(String text) -> cell.equals(Cell.NONE) ? "" : text;
    };
  }

  private static void line(StringBuilder out, List<String> values) {
    out.append(values.stream().map(Csv::quote).collect(Collectors.joining(","))).append("\r\n");
  }

  private static String quote(String value) {
    boolean plain = value.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? value : '"' + value.replace("\"", "\"\"") + '"';
  }
}
