package lazuli.magics.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A report as JSON for tests and later tools. */
final class ReportJson {
  private ReportJson() {}

  static String of(Report report) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("schema", "lazuli.report/1");
    object.put("title", report.title());
    List<Object> columns = new ArrayList<>();
    for (Column column : report.columns()) {
      columns.add(Map.of("name", column.name(), "unit", column.unit()));
    }
    object.put("columns", columns);
    List<Object> rows = new ArrayList<>();
    for (Row row : report.rows()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("cells", row.cells().stream().map(ReportJson::value).toList());
      // Tenths of nanoseconds: finer digits are noise and swell the notebook.
      entry.put(
          "samples_ns", Arrays.stream(row.samples()).map(ns -> Math.rint(ns * 10) / 10).toArray());
      rows.add(entry);
    }
    object.put("rows", rows);
    object.put("notes", report.notes());
    object.put("environment", report.environment().entries());
    return Json.write(object);
  }

  private static Object value(Cell cell) {
    return switch (cell) {
      case Cell.Number number -> number.value();
      case Cell.Words words -> words.text();
    };
  }
}
