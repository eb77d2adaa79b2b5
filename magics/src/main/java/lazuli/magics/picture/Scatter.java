package lazuli.magics.picture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Points over two logarithmic axes, the best ones filled, joined and named.
 *
 * @param title what it shows
 * @param across what lies across, with its unit
 * @param up what lies upward, with its unit
 * @param points the points, both values above 0
 */
public record Scatter(String title, String across, String up, List<Point> points) implements Chart {
  private static final int WIDE = 520;
  private static final int HIGH = 280;
  private static final int LINE = 12;

  /**
   * One point.
   *
   * @param name what it is
   * @param x across
   * @param y upward
   * @param best whether no other point is better in everything
   * @param chosen whether it is the one that was asked for
   */
  public record Point(String name, double x, double y, boolean best, boolean chosen) {}

  /** Copies the points, without those that a logarithm cannot place. */
  public Scatter {
    points = points.stream().filter(p -> p.x() > 0 && p.y() > 0).toList();
  }

  private List<Point> best() {
    return points.stream()
        .filter(p -> p.best() || p.chosen())
        .sorted(Comparator.comparingDouble(Point::x))
        .toList();
  }

  @Override
  public String alt() {
    List<String> names = best().stream().map(Point::name).toList();
    return title
        + ": "
        + points.size()
        + (points.size() == 1 ? " point" : " points")
        + ", "
        + across
        + " across, "
        + up
        + " upward; "
        + (names.isEmpty() ? "none is best" : "best: " + String.join("; ", names));
  }

  @Override
  public Drawing drawing() {
    List<Point> best = best();
    List<String> legend = new ArrayList<>();
    for (int i = 0; i < best.size(); i++) {
      legend.add((i + 1) + "  " + best.get(i).name() + (best.get(i).chosen() ? "  (chosen)" : ""));
    }
    int top = 3 * Palette.MARGIN + 2 * LINE;
    double[] y = bounds(false);
    String least = digits(y[0]);
    String most = digits(y[1]);
    int left = Palette.MARGIN + Math.max(Drawing.widthOf(least, 1), Drawing.widthOf(most, 1)) + 6;
    int below = top + HIGH + 3 * Palette.MARGIN + LINE;
    int widest = Math.max(Drawing.widthOf(title, 2), left + WIDE);
    for (String line : legend) {
      widest = Math.max(widest, Drawing.widthOf(line, 1) + 2 * Palette.MARGIN);
    }
    Drawing d =
        new Drawing(
            widest + 2 * Palette.MARGIN, below + LINE * (legend.size() + 1) + Palette.MARGIN);
    d.words(Palette.MARGIN, Palette.MARGIN, title, 2, Palette.INK);
    d.words(Palette.MARGIN, Palette.MARGIN + 2 * LINE, up, 1, Palette.INK);
    d.line(left, top, left, top + HIGH, Palette.LINE);
    d.line(left, top + HIGH, left + WIDE, top + HIGH, Palette.LINE);
    double[] x = bounds(true);
    d.words(left, top + HIGH + 4, digits(x[0]), 1, Palette.INK);
    String end = digits(x[1]);
    d.words(left + WIDE - Drawing.widthOf(end, 1), top + HIGH + 4, end, 1, Palette.INK);
    int middle = left + (WIDE - Drawing.widthOf(across, 1)) / 2;
    d.words(middle, top + HIGH + 4, across, 1, Palette.INK);
    // Beside the axis and at the height of what they say: nothing lies over them.
    d.words(
        left - 4 - Drawing.widthOf(least, 1),
        top + HIGH - place(y[0], y, HIGH) - 4,
        least,
        1,
        Palette.INK);
    if (y[1] > y[0]) {
      d.words(
          left - 4 - Drawing.widthOf(most, 1),
          top + HIGH - place(y[1], y, HIGH) - 4,
          most,
          1,
          Palette.INK);
    }
    int[] from = null;
    for (Point p : best) {
      int[] to = {left + place(p.x(), x, WIDE), top + HIGH - place(p.y(), y, HIGH)};
      if (from != null && p.best()) {
        d.line(from[0], from[1], to[0], to[1], Palette.LINE);
      }
      from = p.best() ? to : from;
    }
    for (Point p : points) {
      int px = left + place(p.x(), x, WIDE);
      int py = top + HIGH - place(p.y(), y, HIGH);
      boolean marked = p.best() || p.chosen();
      d.dot(
          px,
          py,
          marked ? 4 : 3,
          p.chosen() ? Palette.CHOSEN : p.best() ? Palette.BEST : Palette.OTHER,
          marked);
      if (marked) {
        d.words(px + 6, py - 9, Integer.toString(best.indexOf(p) + 1), 1, Palette.INK);
      }
    }
    for (int i = 0; i < legend.size(); i++) {
      d.words(Palette.MARGIN, below + i * LINE, legend.get(i), 1, Palette.INK);
    }
    return d;
  }

  private double[] bounds(boolean horizontal) {
    double least = Double.POSITIVE_INFINITY;
    double most = 0;
    for (Point p : points) {
      double value = horizontal ? p.x() : p.y();
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    return points.isEmpty() ? new double[] {1, 10} : new double[] {least, most};
  }

  private static int place(double value, double[] bounds, int length) {
    int inset = 10;
    double all = Math.log(bounds[1] / bounds[0]);
    double share = all <= 0 ? 0.5 : Math.log(value / bounds[0]) / all;
    return inset + (int) Math.round(share * (length - 2 * inset));
  }

  private static String digits(double value) {
    return String.format(Locale.ROOT, "%.3g", value);
  }

  /** The best points, one a line. */
  @Override
  public String text() {
    StringBuilder out = new StringBuilder(alt());
    for (Point p : best()) {
      out.append('\n')
          .append(p.chosen() ? "* " : "  ")
          .append(digits(p.x()))
          .append("  ")
          .append(digits(p.y()))
          .append("  ")
          .append(p.name());
    }
    return out.toString();
  }
}
