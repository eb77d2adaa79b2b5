package lazuli.magics.show;

import java.util.List;
import lazuli.kernel.ext.Displayable;
import lazuli.kernel.ext.MimeBundle;
import lazuli.magics.picture.Picture;
import lazuli.magics.report.Html;
import lazuli.magics.report.Report;
import lazuli.magics.report.Wrapping;
import tech.tablesaw.api.Table;

/**
 * Something shown: pictures, a table, and steps that open. Everything is there without a script and
 * in an untrusted notebook.
 *
 * @param pictures above the table
 * @param report the table, with its title and notes
 * @param steps below the table, closed at first
 */
public record View(List<Picture> pictures, Report report, List<Step> steps) implements Displayable {
  private static final int WIDTH = 100;

  /**
   * One step.
   *
   * @param summary one line, always seen
   * @param lines what opens below it
   */
  public record Step(String summary, List<String> lines) {
    /** Copies the list. */
    public Step {
      lines = List.copyOf(lines);
    }
  }

  /** Copies the lists. */
  public View {
    pictures = List.copyOf(pictures);
    steps = List.copyOf(steps);
  }

  static View of(Picture picture, Report report) {
    return new View(List.of(picture), report, List.of());
  }

  @Override
  public MimeBundle bundle() {
    return MimeBundle.text(text()).with(MimeBundle.HTML, html()).with(Report.MIME, report.json());
  }

  /** {@return it in plain text, at most 100 columns wide} */
  public String text() {
    StringBuilder text = new StringBuilder(report.text());
    for (Picture picture : pictures) {
      if (!picture.text().isEmpty()) {
        Wrapping.lines(picture.text(), WIDTH).forEach(line -> text.append('\n').append(line));
      }
    }
    for (Step step : steps) {
      text.append('\n').append(step.summary());
      step.lines().forEach(line -> text.append("\n  ").append(line));
    }
    return text.toString();
  }

  /** {@return it as HTML that survives an untrusted notebook} */
  public String html() {
    StringBuilder html = new StringBuilder("<div>\n");
    for (Picture picture : pictures) {
      html.append("<p style=\"margin:0\">").append(picture.html()).append("</p>\n");
    }
    html.append(report.html()).append('\n');
    for (Step step : steps) {
      html.append("<details><summary>").append(Html.escape(step.summary())).append("</summary>\n");
      html.append("<pre style=\"margin:0 0 0 1em\">");
      html.append(Html.escape(String.join("\n", step.lines()))).append("</pre></details>\n");
    }
    return html.append("</div>").toString();
  }

  /** {@return the first picture as PNG; no bytes when there is none} */
  public byte[] png() {
    return pictures.isEmpty() ? new byte[0] : pictures.getFirst().png();
  }

  /** {@return the table as a Tablesaw table} */
  public Table table() {
    return report.table();
  }

  /** {@return the table as CSV} */
  public String csv() {
    return report.csv();
  }

  /** {@return the table as JSON} */
  public String json() {
    return report.json();
  }

  @Override
  public String toString() {
    return text();
  }
}
