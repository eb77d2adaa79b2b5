package lazuli.magics.picture;

import java.util.Base64;
import lazuli.kernel.ext.MimeBundle;
import lazuli.magics.report.Report;
import lazuli.magics.report.Result;
import tech.tablesaw.api.Table;

/**
 * A table and the picture of it.
 *
 * @param report the table
 * @param drawing the picture
 * @param alt the picture in words
 * @param twin the picture in characters, below the table on a console; empty for none
 */
public record Illustrated(Report report, Drawing drawing, String alt, String twin)
    implements Result, Drawn {

  @Override
  public MimeBundle bundle() {
    return MimeBundle.text(text()).with(MimeBundle.HTML, html()).with(Report.MIME, json());
  }

  @Override
  public String text() {
    return twin.isEmpty() ? report.text() : report.text() + "\n\n" + twin;
  }

  @Override
  public String html() {
    return report.html()
        + "\n<p><img alt=\""
        + Drawing.escape(alt)
        + "\" src=\"data:image/png;base64,"
        + Base64.getEncoder().encodeToString(drawing.png())
        + "\"></p>";
  }

  @Override
  public String csv() {
    return report.csv();
  }

  @Override
  public String json() {
    return report.json();
  }

  @Override
  public Table table() {
    return report.table();
  }

  @Override
  public Illustrated withNote(String note) {
    return new Illustrated(report.withNote(note), drawing, alt, twin);
  }

  @Override
  public String toString() {
    return text();
  }
}
