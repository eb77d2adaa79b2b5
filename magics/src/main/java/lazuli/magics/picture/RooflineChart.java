package lazuli.magics.picture;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lazuli.magics.report.Cell;

/**
 * The roofline of a machine and where measurements lie under it: FLOP per byte across, FLOP/s
 * upward, both logarithmic (Williams, Waterman and Patterson, 2009).
 *
 * @param title what it shows
 * @param ceilings the rates of arithmetic
 * @param slopes the bandwidths of memory
 * @param points what was measured
 */
public record RooflineChart(
    String title, List<Ceiling> ceilings, List<Slope> slopes, List<Point> points) implements Chart {
  private static final int WIDE = 560;
  private static final int HIGH = 320;
  private static final int LINE = 12;
  private static final int MOST_NAMED = 40;

  /**
   * What arithmetic reaches at most.
   *
   * @param name such as {@code f32}
   * @param rate in FLOP/s
   */
  public record Ceiling(String name, double rate) {}

  /**
   * What memory feeds at most.
   *
   * @param name such as {@code memory}
   * @param bandwidth in bytes/s
   */
  public record Slope(String name, double bandwidth) {}

  /**
   * One measurement, or one limit where nothing was measured.
   *
   * @param name what it is
   * @param intensity FLOPs needed for each compulsory byte
   * @param rate FLOP/s reached; NaN when nothing was measured, which draws a ring on the roof
   * @param roof FLOP/s that the machine allows at this intensity
   * @param share words for how much of the limit that is, and what binds
   * @param launch whether starting the work, which no roof shows, takes the time
   */
  public record Point(
      String name, double intensity, double rate, double roof, String share, boolean launch) {
    private boolean placed() {
      return intensity > 0 && Double.isFinite(intensity) && height() > 0;
    }

    private double height() {
      return Double.isNaN(rate) ? roof : rate;
    }

    private String text() {
      if (!placed()) {
        return name + ": no FLOPs or no bytes, so it has no place here";
      }
      String at = name + ": " + Cell.digits(intensity) + " FLOP/byte, ";
      String limit = gigas(roof) + " GFLOP/s";
      return Double.isNaN(rate)
          ? at + "at most " + limit + ", bound by " + share
          : at + gigas(rate) + " of " + limit + ", " + share;
    }
  }

  /** Copies the lists. */
  public RooflineChart {
    ceilings = List.copyOf(ceilings);
    slopes = List.copyOf(slopes);
    points = List.copyOf(points);
  }

  private static String gigas(double rate) {
    return Cell.digits(rate / 1e9);
  }

  private List<String> roofs() {
    List<String> lines = new ArrayList<>();
    ceilings.forEach(c -> lines.add(c.name() + " " + gigas(c.rate()) + " GFLOP/s"));
    slopes.forEach(s -> lines.add(s.name() + " " + gigas(s.bandwidth()) + " GB/s"));
    return lines;
  }

  @Override
  public String alt() {
    return title
        + ": FLOP per byte across, GFLOP/s upward; roofs: "
        + String.join(", ", roofs())
        + "; "
        + String.join("; ", points.stream().map(Point::text).toList());
  }

  /** The roofs on one line, then a line for each point. */
  @Override
  public String text() {
    StringBuilder out = new StringBuilder(title + "   roofs: " + String.join(", ", roofs()));
    points.forEach(point -> out.append("\n  ").append(point.text()));
    return out.toString();
  }

  /** Powers of ten around what is shown: first and last of both axes. */
  private int[] decades() {
    double left = Double.POSITIVE_INFINITY;
    double right = 0;
    double low = Double.POSITIVE_INFINITY;
    double high = 0;
    for (Point p : points) {
      if (p.placed()) {
        left = Math.min(left, p.intensity());
        right = Math.max(right, p.intensity());
        low = Math.min(low, p.height());
        high = Math.max(high, p.height());
      }
    }
    for (Ceiling c : ceilings) {
      high = Math.max(high, c.rate());
      low = Math.min(low, c.rate());
      for (Slope s : slopes) {
        // The ridge, where a roof bends, is part of the story.
        left = Math.min(left, c.rate() / s.bandwidth());
        right = Math.max(right, c.rate() / s.bandwidth());
      }
    }
    int[] all = {
      (int) Math.floor(Math.log10(left)),
      (int) Math.ceil(Math.log10(right)),
      (int) Math.floor(Math.log10(low)),
      (int) Math.ceil(Math.log10(high))
    };
    all[1] = Math.max(all[1], all[0] + 1);
    all[3] = Math.max(all[3], all[2] + 1);
    return all;
  }

  /** Where the axes lie on the drawing. */
  private record Frame(int left, int top, int[] decades) {
    int x(double intensity) {
      return left + place(intensity, decades[0], decades[1], WIDE);
    }

    int y(double rate) {
      return top + HIGH - place(rate, decades[2], decades[3], HIGH);
    }

    private static int place(double value, int first, int last, int length) {
      return (int) Math.round((Math.log10(value) - first) / (last - first) * length);
    }
  }

  @Override
  public Drawing drawing() {
    List<String> legend = legend();
    Frame f = new Frame(Palette.MARGIN + Drawing.widthOf("100000", 1) + 4, 52, decades());
    int below = f.top() + HIGH + 44;
    int wide = Math.max(f.left() + WIDE, Drawing.widthOf(title, 2) + Palette.MARGIN);
    for (String line : legend) {
      wide = Math.max(wide, Palette.MARGIN + Drawing.widthOf(line, 1));
    }
    Drawing d =
        new Drawing(wide + 2 * Palette.MARGIN, below + LINE * legend.size() + Palette.MARGIN);
    d.words(Palette.MARGIN, Palette.MARGIN, title, 2, Palette.INK);
    d.words(Palette.MARGIN, f.top() - LINE - 6, "GFLOP/s", 1, Palette.INK);
    axes(d, f);
    roofs(d, f);
    List<int[]> labels = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      Point p = points.get(i);
      if (p.placed()) {
        int x = f.x(p.intensity());
        int y = f.y(p.height());
        // Numbers of points that lie on one another stand side by side.
        int at = x + 7;
        for (int[] other : labels) {
          boolean hit = Math.abs(other[1] - y) < 8 && at < other[2] && other[0] < at + 12;
          at = hit ? other[2] + 3 : at;
        }
        // A line up to the roof: the distance is what is left to gain.
        d.line(x, y, x, f.y(p.roof()), Palette.HATCH);
        boolean filled = !p.launch() && !Double.isNaN(p.rate());
        d.dot(x, y, 4, p.launch() ? Palette.CHOSEN : Palette.BEST, filled);
        String number = Integer.toString(i + 1);
        d.words(at, y - 3, number, 1, Palette.INK);
        labels.add(new int[] {at, y, at + Drawing.widthOf(number, 1)});
      }
    }
    for (int i = 0; i < legend.size(); i++) {
      d.words(Palette.MARGIN, below + i * LINE, legend.get(i), 1, Palette.INK);
    }
    return d;
  }

  private List<String> legend() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < Math.min(points.size(), MOST_NAMED); i++) {
      lines.add(String.format(Locale.ROOT, "%2d  %s", i + 1, points.get(i).text()));
    }
    if (points.size() > MOST_NAMED) {
      lines.add("    and " + (points.size() - MOST_NAMED) + " more, in the table");
    }
    if (points.stream().anyMatch(Point::launch)) {
      lines.add("rings in orange: starting the work takes the time, not the roof above");
    }
    if (points.stream().anyMatch(p -> Double.isNaN(p.rate()))) {
      lines.add("rings in blue: the limit; nothing was measured");
    }
    return lines;
  }

  private static void axes(Drawing d, Frame f) {
    for (int power = f.decades()[0]; power <= f.decades()[1]; power++) {
      int x = f.x(Math.pow(10, power));
      d.line(x, f.top(), x, f.top() + HIGH, Palette.GRID);
      String label = tick(power);
      d.words(x - Drawing.widthOf(label, 1) / 2, f.top() + HIGH + 5, label, 1, Palette.INK);
    }
    for (int power = f.decades()[2]; power <= f.decades()[3]; power++) {
      int y = f.y(Math.pow(10, power));
      d.line(f.left(), y, f.left() + WIDE, y, Palette.GRID);
      String label = tick(power - 9);
      d.words(f.left() - 4 - Drawing.widthOf(label, 1), y - 4, label, 1, Palette.INK);
    }
    d.line(f.left(), f.top(), f.left(), f.top() + HIGH, Palette.LINE);
    d.line(f.left(), f.top() + HIGH, f.left() + WIDE, f.top() + HIGH, Palette.LINE);
    String across = "FLOP per byte";
    int middle = f.left() + (WIDE - Drawing.widthOf(across, 1)) / 2;
    d.words(middle, f.top() + HIGH + 5 + LINE, across, 1, Palette.INK);
  }

  private static String tick(int power) {
    return power >= 0 && power <= 5
        ? Long.toString(Math.round(Math.pow(10, power)))
        : power >= -3 && power < 0
            ? String.format(Locale.ROOT, "%." + -power + "f", Math.pow(10, power))
            : "1e" + power;
  }

  private void roofs(Drawing d, Frame f) {
    double least = Math.pow(10, f.decades()[0]);
    double most = Math.pow(10, f.decades()[1]);
    double ground = Math.pow(10, f.decades()[2]);
    double top = ceilings.stream().mapToDouble(Ceiling::rate).max().orElse(ground);
    double widest = slopes.stream().mapToDouble(Slope::bandwidth).max().orElse(1);
    for (Slope s : slopes) {
      double from = Math.max(least, ground / s.bandwidth());
      double to = Math.min(most, top / s.bandwidth());
      if (from < to) {
        d.line(f.x(from), f.y(from * s.bandwidth()), f.x(to), f.y(to * s.bandwidth()), Palette.INK);
        String name = s.name() + " " + gigas(s.bandwidth()) + " GB/s";
        boolean upper = s.bandwidth() == widest;
        // Beside the middle of its line: above the upper one, below the lower one.
        int x = (f.x(from) + f.x(to)) / 2;
        int y = (f.y(from * s.bandwidth()) + f.y(to * s.bandwidth())) / 2;
        d.words(
            upper ? Math.max(f.left() + 2, x - Drawing.widthOf(name, 1) - 6) : x + 8,
            upper ? y - LINE : y + 4,
            name,
            1,
            Palette.INK);
      }
    }
    int last = Integer.MIN_VALUE;
    for (Ceiling c :
        ceilings.stream().sorted((a, b) -> Double.compare(b.rate(), a.rate())).toList()) {
      double from = Math.max(least, c.rate() / widest);
      if (from < most) {
        int y = f.y(c.rate());
        d.line(f.x(from), y, f.x(most), y, Palette.INK);
        String name = c.name() + " " + gigas(c.rate()) + " GFLOP/s";
        // Names of roofs that lie close together stand one below the other.
        int at = Math.max(y - LINE + 2, last + LINE);
        at = at > y - LINE + 2 ? Math.max(at, y + 3) : at;
        d.words(f.x(most) - Drawing.widthOf(name, 1) - 2, at, name, 1, Palette.INK);
        last = at;
      }
    }
  }
}
