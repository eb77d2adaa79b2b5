package lazuli.magics.show;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import lazuli.magics.picture.Depicted;
import lazuli.magics.picture.Picture;
import lazuli.magics.picture.Saving;
import lazuli.magics.report.Html;
import lazuli.magics.report.Report;
import lazuli.magics.report.Reported;
import lazuli.magics.report.Wrapping;

/**
 * Something shown: pictures, a table, and steps that open. Everything is there without a script and
 * in an untrusted notebook.
 *
 * @param pictures above the table
 * @param report the table, with its title and notes
 * @param steps below the table, closed at first
 */
public record View(List<Picture> pictures, Report report, List<Step> steps)
    implements Reported, Depicted {
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

  @Override
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

  /** {@return the picture as PNG; the words as one when there is none} */
  @Override
  public byte[] png() {
    return shown().png();
  }

  @Override
  public String svg() {
    return shown().svg();
  }

  private Picture shown() {
    return pictures.isEmpty() ? Picture.ofText(report.title(), text()) : pictures.getFirst();
  }

  /**
   * {@return the file, written} The ending decides the form: {@code .csv}, {@code .json}, {@code
   * .html}, {@code .svg} or {@code .png}. An existing file is not overwritten.
   *
   * @param file where to
   * @throws IOException if it cannot be written
   */
  public Path save(String file) throws IOException {
    return Saving.write("save", this, file, false);
  }

  @Override
  public View withNote(String note) {
    return new View(pictures, report.withNote(note), steps);
  }

  @Override
  public String toString() {
    return text();
  }
}
