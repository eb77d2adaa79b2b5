package lazuli.magics.picture;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * Curves over one axis, both axes logarithmic to base 2, with a legend.
 *
 * @param title what they show, with the unit
 * @param x the places, above 0 and rising
 * @param labels how the places are written
 * @param curves the curves
 * @param written how a value stands at the axis, with its unit
 */
public record Curves(
    String title,
    double[] x,
    List<String> labels,
    List<Curve> curves,
    DoubleFunction<String> written) {
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
    boolean any = most > 0;
    int marks = any ? (int) Math.min(5, Math.floor(Math.log(most / least) / Math.log(4)) + 1) : 0;
    String[] values = new String[marks];
    int widest = 0;
    for (int i = 0; i < marks; i++) {
      values[i] = written.apply(at(i, marks, least, most));
      widest = Math.max(widest, Canvas.widthOf(values[i], 1));
    }
    int left = Palette.MARGIN + widest + 6;
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
    for (int i = 0; i < marks; i++) {
      int y = top + down(at(i, marks, least, most), least, most);
      canvas.fill(left + 1, y, WIDE - 1, 1, Palette.GRID);
      int x0 = left - 5 - Canvas.widthOf(values[i], 1);
      canvas.text(x0, y - Canvas.HEIGHT / 2, values[i], 1, Palette.INK);
    }
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

  /** The i-th of some values between the least and the most, in equal ratios. */
  private static double at(int i, int marks, double least, double most) {
    return marks < 2 ? least : least * Math.pow(most / least, i / (marks - 1.0));
  }

  private static int down(double value, double least, double most) {
    double share = most <= least ? 0.5 : Math.log(value / least) / Math.log(most / least);
    return (int) Math.round((1 - share) * (HIGH - 4)) + 1;
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
        down[i] = down(values[i], least, most);
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
