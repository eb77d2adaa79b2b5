package lazuli.magics.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A report as HTML for notebooks that may be untrusted: only inline styles that JupyterLab's
 * sanitiser keeps, no text colours (the theme decides), every bar's number also as text.
 */
final class HtmlTable {
  private static final String BAR = "rgba(76,120,168,0.35)";

  private HtmlTable() {}

  static String of(Report report) {
    StringBuilder html = new StringBuilder("<div>\n<table class=\"dataframe\">\n<caption");
    html.append(" style=\"text-align:left;font-weight:bold\">");
    html.append(Html.escape(report.title())).append("</caption>\n");
    if (!report.rows().isEmpty()) {
      html.append("<thead><tr>");
      for (Column column : report.columns()) {
        html.append("<th scope=\"col\"").append(style(column, 0)).append('>');
        html.append(Html.escape(column.header())).append("</th>");
      }
      html.append("</tr></thead>\n<tbody>\n");
      for (Row row : report.rows()) {
        html.append("<tr>");
        for (int c = 0; c < row.cells().size(); c++) {
          cell(html, report.columns().get(c), row.cells().get(c), c == 0);
        }
        html.append("</tr>\n");
      }
      html.append("</tbody>\n");
    }
    html.append("</table>\n");
    notes(html, report.notes());
    environment(html, report.environment());
    return html.append("</div>").toString();
  }

  private static void cell(StringBuilder html, Column column, Cell cell, boolean first) {
    double share = cell instanceof Cell.Number number ? number.share() : 0;
    html.append(first ? "<th scope=\"row\"" : "<td").append(style(column, share)).append('>');
    html.append(Html.escape(cell.text())).append(first ? "</th>" : "</td>");
  }

  private static String style(Column column, double share) {
    String side = column.alignment() == Column.Alignment.LEFT ? "left" : "right";
    String bar =
        share <= 0
            ? ""
            : String.format(
                Locale.ROOT,
                ";background:linear-gradient(90deg,%s %.0f%%,transparent %.0f%%)",
                BAR,
                share * 100,
                share * 100);
    return " style=\"text-align:" + side + bar + "\"";
  }

  private static void notes(StringBuilder html, List<String> notes) {
    for (String note : notes) {
      html.append("<p style=\"margin:0;white-space:pre-wrap\">");
      html.append(Html.escape(note)).append("</p>\n");
    }
  }

  private static void environment(StringBuilder html, Environment environment) {
    html.append("<details><summary>where and how</summary>\n<table class=\"dataframe\"><tbody>\n");
    for (Map.Entry<String, String> entry : environment.entries().entrySet()) {
      html.append("<tr><th scope=\"row\" style=\"text-align:left\">");
      html.append(Html.escape(entry.getKey())).append("</th><td style=\"text-align:left\">");
      html.append(Html.escape(entry.getValue())).append("</td></tr>\n");
    }
    html.append("</tbody></table></details>\n");
  }
}
