package lazuli.magics.picture;

import java.util.Arrays;
import java.util.List;

/**
 * Curves over one axis, both axes logarithmic to base 2, with a legend.
 *
 * @param title what they show, with the unit
 * @param x the places, above 0 and rising
 * @param labels how the places are written
 * @param curves the curves
 */
public record Curves(String title, double[] x, List<String> labels, List<Curve> curves) {
  private static final int WIDE = 440;
  private static final int HIGH = 240;
  private static final int LEGEND = 14;

  /**
   * One curve.
   *
   * @param name in the legend
   * @param values one for each place; those not above 0 are left out
   * @param last how the last value is written
   */
  public record Curve(String name, double[] values, String last) {}

  /** Copies the lists. */
  public Curves {
    x = x.clone();
    labels = List.copyOf(labels);
    curves = List.copyOf(curves);
  }

  @Override
  public double[] x() {
    return x.clone();
  }

  /**
   * {@return them as a picture}
   *
   * @param alt what they show, in a sentence
   * @param text their twin in characters
   */
  public Picture picture(String alt, String text) {
    double least = Double.POSITIVE_INFINITY;
    double most = 0;
    for (Curve curve : curves) {
      for (double value : curve.values()) {
        least = value > 0 ? Math.min(least, value) : least;
        most = Math.max(most, value);
      }
    }
    int left = Palette.MARGIN;
    int top = 2 * Palette.MARGIN + Canvas.HEIGHT;
    int legend = top + HIGH + Canvas.HEIGHT + 2 * Palette.MARGIN;
    int ends = curves.stream().mapToInt(c -> Canvas.widthOf(c.last(), 1)).max().orElse(0);
    Canvas canvas =
        new Canvas(
            Math.max(left + WIDE + 6 + ends, Canvas.widthOf(title, 1) + left) + Palette.MARGIN,
            legend + LEGEND * curves.size() + Palette.MARGIN,
            Palette.PAPER);
    canvas.text(left, Palette.MARGIN, title, 1, Palette.INK);
    canvas.fill(left, top + HIGH, WIDE, 1, Palette.LINE);
    canvas.fill(left, top, 1, HIGH, Palette.LINE);
    for (int i = 0; i < x.length; i++) {
      int at = left + across(x[i]);
      canvas.fill(at, top + HIGH, 1, 4, Palette.LINE);
      int width = Canvas.widthOf(labels.get(i), 1);
      int from = Math.clamp(at - width / 2, left, Math.max(left, left + WIDE - width));
      canvas.text(from, top + HIGH + 6, labels.get(i), 1, Palette.INK);
    }
    for (int n = 0; n < curves.size(); n++) {
      draw(canvas, n, left, top, least, most);
      canvas.fill(left, legend + n * LEGEND + 3, 9, 3, Palette.series(n));
      String name = curves.get(n).name() + ": " + curves.get(n).last();
      canvas.text(left + LEGEND, legend + n * LEGEND, name, 1, Palette.INK);
    }
    return new Picture(alt, text, Png.of(canvas));
  }

  private int across(double place) {
    double first = Math.log(x[0]);
    double last = Math.log(x[x.length - 1]);
    return last <= first ? 0 : (int) ((Math.log(place) - first) / (last - first) * (WIDE - 1));
  }

  private void draw(Canvas canvas, int n, int left, int top, double least, double most) {
    double[] values = curves.get(n).values();
    int[] down = new int[values.length];
    Arrays.fill(down, -1);
    for (int i = 0; i < values.length; i++) {
      if (values[i] > 0) {
        double share = most <= least ? 0.5 : Math.log(values[i] / least) / Math.log(most / least);
        down[i] = (int) Math.round((1 - share) * (HIGH - 4)) + 1;
        canvas.fill(left + across(x[i]) - 2, top + down[i] - 2, 5, 5, Palette.series(n));
      }
      if (i > 0 && down[i] >= 0 && down[i - 1] >= 0) {
        int from = across(x[i - 1]);
        int to = across(x[i]);
        for (int p = from; p <= to; p++) {
          double part = to == from ? 1 : (p - from) / (double) (to - from);
          int y = (int) Math.round(down[i - 1] + part * (down[i] - down[i - 1]));
          canvas.fill(left + p, top + y, 1, 2, Palette.series(n));
        }
      }
    }
  }
}
