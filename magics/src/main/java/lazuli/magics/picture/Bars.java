package lazuli.magics.picture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Horizontal bars, each stacked of the same parts, and a legend.
 *
 * @param title what they show, with the unit
 * @param parts the names of the parts
 * @param bars the bars
 */
public record Bars(String title, List<String> parts, List<Bar> bars) {
  private static final int LENGTH = 420;
  private static final int HIGH = 18;
  private static final int LEGEND = 14;
  private static final int TEXT = 50;
  private static final String SIGNS = "#=+-:o";

  /**
   * One bar.
   *
   * @param name at its left
   * @param values one for each part, none negative
   * @param total at its right
   */
  public record Bar(String name, double[] values, String total) {
    double sum() {
      return Arrays.stream(values).sum();
    }
  }

  /** Copies the lists. */
  public Bars {
    parts = List.copyOf(parts);
    bars = List.copyOf(bars);
  }

  private double most() {
    return bars.stream().mapToDouble(Bar::sum).max().orElse(0);
  }

  private int label() {
    return bars.stream().mapToInt(bar -> bar.name().length()).max().orElse(0);
  }

  /**
   * {@return them as a picture}
   *
   * @param alt what they show, in a sentence
   */
  public Picture picture(String alt) {
    int left = Palette.MARGIN + Canvas.ADVANCE * (label() + 1);
    int top = 2 * Palette.MARGIN + Canvas.HEIGHT;
    int legend = top + bars.size() * (HIGH + 4) + Palette.MARGIN;
    int totals = bars.stream().mapToInt(b -> Canvas.widthOf(b.total(), 1)).max().orElse(0);
    int wide = Math.max(left + LENGTH + 6 + totals, Canvas.widthOf(title, 1) + Palette.MARGIN);
    Canvas canvas =
        new Canvas(
            wide + Palette.MARGIN, legend + parts.size() * LEGEND + Palette.MARGIN, Palette.PAPER);
    canvas.text(Palette.MARGIN, Palette.MARGIN, title, 1, Palette.INK);
    double most = most();
    for (int n = 0; n < bars.size(); n++) {
      Bar bar = bars.get(n);
      int y = top + n * (HIGH + 4);
      canvas.text(Palette.MARGIN, y + HIGH / 2 - 4, bar.name(), 1, Palette.INK);
      double sum = 0;
      for (int p = 0; p < parts.size(); p++) {
        int from = place(sum, most, LENGTH);
        sum += bar.values()[p];
        int to = place(sum, most, LENGTH);
        canvas.fill(left + from, y, to - from, HIGH, Palette.series(p));
      }
      int at = left + place(sum, most, LENGTH) + 6;
      canvas.text(at, y + HIGH / 2 - 4, bar.total(), 1, Palette.INK);
    }
    for (int p = 0; p < parts.size(); p++) {
      canvas.fill(Palette.MARGIN, legend + p * LEGEND, 9, 9, Palette.series(p));
      canvas.text(Palette.MARGIN + LEGEND, legend + p * LEGEND, parts.get(p), 1, Palette.INK);
    }
    return new Picture(alt, text(), Png.of(canvas));
  }

  private static int place(double value, double most, int length) {
    return most <= 0 ? 0 : (int) Math.round(value / most * length);
  }

  /** {@return them in characters} */
  public String text() {
    List<String> lines = new ArrayList<>();
    StringBuilder legend = new StringBuilder(title);
    for (int p = 0; p < parts.size(); p++) {
      legend.append(p == 0 ? "; '" : ", '").append(SIGNS.charAt(p % SIGNS.length()));
      legend.append("' ").append(parts.get(p));
    }
    lines.add(legend.toString());
    double most = most();
    for (Bar bar : bars) {
      StringBuilder line = new StringBuilder(bar.name());
      line.append(" ".repeat(label() + 1 - bar.name().length()));
      double sum = 0;
      for (int p = 0; p < parts.size(); p++) {
        int from = place(sum, most, TEXT);
        sum += bar.values()[p];
        String sign = SIGNS.substring(p % SIGNS.length(), p % SIGNS.length() + 1);
        line.append(sign.repeat(place(sum, most, TEXT) - from));
      }
      lines.add(line.append(' ').append(bar.total()).toString());
    }
    return String.join("\n", lines);
  }
}
