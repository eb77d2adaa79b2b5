package lazuli.magics.picture;

import java.util.Base64;
import lazuli.magics.report.Html;
import lazuli.magics.report.Reported;
import org.jspecify.annotations.Nullable;

/** A table, with a chart of it where there is one. */
public interface Charted extends Reported, Drawn {
  /** {@return the chart below the table; null for none} */
  @Nullable Chart chart();

  @Override
  default Drawing drawing() {
    Chart chart = chart();
    return chart == null ? Drawn.ofText(report().text()) : chart.drawing();
  }

  @Override
  default String alt() {
    Chart chart = chart();
    return chart == null ? report().title() : chart.alt();
  }

  @Override
  default String text() {
    Chart chart = chart();
    return chart == null ? report().text() : report().text() + "\n\n" + chart.text();
  }

  @Override
  default String html() {
    return chart() == null
        ? report().html()
        : report().html()
            + "\n<p><img alt=\""
            + Html.escape(alt())
            + "\" src=\"data:image/png;base64,"
            + Base64.getEncoder().encodeToString(drawing().png())
            + "\"></p>";
  }
}
