package lazuli.magics.picture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;
import lazuli.kernel.ext.Displayable;
import lazuli.kernel.ext.MimeBundle;
import lazuli.magics.report.Cell;
import lazuli.magics.report.Json;

/**
 * A matrix as a picture: darker is larger, blue above 0 and brown below, with a scale; exact zeros
 * are hatched, what is no number is crossed out.
 *
 * @param title what it shows
 * @param values rows of equal length
 * @param rows a label for each row
 * @param columns a label for each column
 */
public record Heatmap(String title, double[][] values, List<String> rows, List<String> columns)
    implements Displayable {
  private static final String VEGA_LITE = "application/vnd.vegalite.v5+json";
  private static final int MOST_VEGA_CELLS = 2500;

  /** Height of the scale of colours below the squares, and the length of its strip. */
  private static final int SCALE = 18;

  private static final int STRIP = 100;

  /** Copies everything and checks the sizes. */
  public Heatmap {
    values = Arrays.stream(values).map(double[]::clone).toArray(double[][]::new);
    rows = rows.stream().map(Heatmap::visible).toList();
    columns = columns.stream().map(Heatmap::visible).toList();
    for (double[] row : values) {
      if (values.length != rows.size() || row.length != columns.size()) {
        throw new IllegalArgumentException(
            "a heat map of "
                + values.length
                + " rows by "
                + row.length
                + " columns has "
                + rows.size()
                + " row labels and "
                + columns.size()
                + " column labels; give one label for each");
      }
    }
  }

  private static String visible(String label) {
    return label.isBlank() ? String.valueOf(Canvas.VISIBLE_SPACE).repeat(label.length()) : label;
  }

  @Override
  public double[][] values() {
    return Arrays.stream(values).map(double[]::clone).toArray(double[][]::new);
  }

  /** {@return the picture in words, for readers who do not see it} */
  public String alt() {
    double[] sums = Arrays.stream(values).mapToDouble(r -> Arrays.stream(r).sum()).toArray();
    boolean normalised =
        sums.length > 0 && Arrays.stream(sums).allMatch(s -> Math.abs(s - 1) < 0.01);
    int[] most = place(1);
    String size = title + ": " + count(rows, "row") + " by " + count(columns, "column");
    if (rows.isEmpty() || columns.isEmpty()) {
      return size;
    }
    long lost = all().filter(Double::isNaN).count();
    return size
        + (normalised ? ", every row sums to 1" : "")
        + (most.length == 0 ? "" : "; largest " + named(most))
        + (signed() ? "; smallest " + named(place(-1)) : "")
        + (lost == 0 ? "" : "; " + lost + (lost == 1 ? " is" : " are") + " not a number");
  }

  private static String count(List<String> labels, String what) {
    return labels.size() + " " + what + (labels.size() == 1 ? "" : "s");
  }

  private DoubleStream all() {
    return Arrays.stream(values).flatMapToDouble(Arrays::stream);
  }

  private boolean signed() {
    return all().anyMatch(value -> value < 0);
  }

  /** Row and column of the largest value, or of the smallest; empty when there is no number. */
  private int[] place(int sign) {
    int[] place = {};
    for (int i = 0; i < values.length; i++) {
      for (int j = 0; j < values[i].length; j++) {
        double value = sign * values[i][j];
        if (!Double.isNaN(value)
            && (place.length == 0 || value > sign * values[place[0]][place[1]])) {
          place = new int[] {i, j};
        }
      }
    }
    return place;
  }

  private String named(int[] place) {
    return String.format(
        Locale.ROOT,
        "%.3g at row %d '%s', column %d '%s'",
        values[place[0]][place[1]],
        place[0],
        rows.get(place[0]),
        place[1],
        columns.get(place[1]));
  }

  /** What full colour stands for: the largest size of a finite number. */
  private double most() {
    return all().filter(Double::isFinite).map(Math::abs).max().orElse(0);
  }

  @Override
  public MimeBundle bundle() {
    // No text/html beside the picture: clients would prefer it.
    var data = new LinkedHashMap<String, String>();
    if ((long) rows.size() * columns.size() <= MOST_VEGA_CELLS) {
      data.put(VEGA_LITE, vegaLite());
    }
    data.put(MimeBundle.TEXT, text());
    String metadata = Json.write(Map.of("alt", alt()));
    return new MimeBundle(data, Map.of(MimeBundle.PNG, metadata)).with(MimeBundle.PNG, png());
  }

  /** {@return the picture with its words} */
  public Picture picture() {
    return new Picture(alt(), text(), png());
  }

  /** {@return the picture as PNG} */
  public byte[] png() {
    int n = Math.max(1, Math.max(rows.size(), columns.size()));
    int cell = Math.clamp(600 / n, 3, 28);
    boolean labelled = cell >= 10;
    int scale = cell >= 20 ? 2 : 1;
    int longest = longest(rows);
    int left = Palette.MARGIN + (labelled ? longest * Canvas.ADVANCE * scale + 4 : 0);
    boolean single = longest(columns) <= (cell + 1) / (Canvas.ADVANCE * scale);
    int headHeight = Canvas.HEIGHT * scale * (single ? 1 : longest(columns));
    int top = 2 * Palette.MARGIN + Canvas.HEIGHT * 2 + (labelled ? headHeight + 4 : 0);
    int wide = left + cell * columns.size() + Palette.MARGIN;
    Canvas canvas =
        new Canvas(
            Math.max(wide, Canvas.widthOf(title, 2) + 2 * Palette.MARGIN),
            top + cell * rows.size() + SCALE + Palette.MARGIN,
            Palette.PAPER);
    canvas.text(Palette.MARGIN, Palette.MARGIN, title, 2, Palette.INK);
    int inset = Math.max(0, (cell - Canvas.HEIGHT * scale) / 2);
    int middle = Math.max(0, (cell - Canvas.ADVANCE * scale) / 2);
    for (int j = 0; labelled && j < columns.size(); j++) {
      String[] letters = single ? new String[] {columns.get(j)} : columns.get(j).split("");
      for (int k = 0; k < letters.length; k++) {
        int y = top - 4 - (letters.length - k) * Canvas.HEIGHT * scale;
        canvas.text(left + j * cell + middle, y, letters[k], scale, Palette.INK);
      }
    }
    double most = most();
    for (int i = 0; i < rows.size(); i++) {
      if (labelled) {
        int width = Canvas.widthOf(rows.get(i), scale);
        canvas.text(left - 4 - width, top + i * cell + inset, rows.get(i), scale, Palette.INK);
      }
      for (int j = 0; j < columns.size(); j++) {
        square(canvas, left + j * cell, top + i * cell, cell, values[i][j], most);
      }
    }
    if (!rows.isEmpty() && !columns.isEmpty()) {
      scale(canvas, left, top + cell * rows.size() + 6, most);
    }
    return Png.of(canvas);
  }

  /** The colours from the least to the most, with both written beside them. */
  private void scale(Canvas canvas, int x, int y, double most) {
    String low = signed() ? String.format(Locale.ROOT, "%.3g", -most) : "0";
    canvas.text(x, y + 1, low, 1, Palette.INK);
    int from = x + Canvas.widthOf(low, 1) + 4;
    for (int i = 0; i < STRIP; i++) {
      double share = (double) i / (STRIP - 1);
      canvas.fill(from + i, y, 1, 9, Palette.ramp(signed() ? 2 * share - 1 : share));
    }
    String high = String.format(Locale.ROOT, "%.3g", most);
    canvas.text(from + STRIP + 4, y + 1, high, 1, Palette.INK);
  }

  private static void square(Canvas canvas, int x, int y, int cell, double value, double most) {
    int side = cell - (cell > 6 ? 1 : 0);
    if (Double.isNaN(value)) {
      canvas.fill(x, y, side, side, Palette.PAPER);
      for (int i = 0; i < side; i++) {
        canvas.fill(x + i, y + i, 1, 1, Palette.LINE);
        canvas.fill(x + side - 1 - i, y + i, 1, 1, Palette.LINE);
      }
      return;
    }
    double share = Double.isInfinite(value) ? Math.signum(value) : most > 0 ? value / most : 0;
    canvas.fill(x, y, side, side, Palette.ramp(share));
    if (value == 0) {
      canvas.hatch(x, y, side, side, Palette.HATCH);
    }
  }

  private static int longest(List<String> labels) {
    return labels.stream().mapToInt(l -> l.codePointCount(0, l.length())).max().orElse(0);
  }

  /** {@return the matrix as text: hundredths where they fit in 100 columns, shades otherwise} */
  public String text() {
    int label = longest(rows);
    double most = most();
    boolean hundredths = most < 9.995;
    int longest = all().mapToObj(v -> number(v, hundredths).length()).reduce(0, Math::max);
    int width = Math.max(Math.max(4, longest + 1), longest(columns) + 1);
    boolean numbers = label + width * columns.size() <= 100;
    StringBuilder out = new StringBuilder(alt());
    if (numbers) {
      out.append(hundredths ? "; hundredths, '.' for 0\n" : "; '.' for 0\n");
      out.append(" ".repeat(label));
      columns.forEach(column -> out.append(pad(column, width)));
    } else {
      out.append("; heavier letters for larger values, '.' for 0");
      out.append(signed() ? ", letters for those below 0" : "");
      out.append(all().anyMatch(Double::isNaN) ? ", '?' for no number" : "");
    }
    for (int i = 0; i < rows.size(); i++) {
      out.append('\n').append(pad(rows.get(i), label));
      for (double value : values[i]) {
        out.append(numbers ? pad(number(value, hundredths), width) : shade(value, most));
      }
    }
    return out.toString();
  }

  private static String number(double value, boolean hundredths) {
    if (value == 0) {
      return ".";
    }
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
    }
    return hundredths ? Long.toString(Math.round(value * 100)) : Cell.digits(value);
  }

  private static String shade(double value, double most) {
    if (value == 0 || Double.isNaN(value)) {
      return value == 0 ? "." : "?";
    }
    String shades = value > 0 ? ":-=+*#%@" : "abcdefgh";
    double share = most > 0 ? Math.abs(value) / most : 1;
    int index = (int) Math.round(Math.clamp(share, 0, 1) * (shades.length() - 1));
    return shades.substring(index, index + 1);
  }

  private static String pad(String text, int width) {
    return " ".repeat(Math.max(0, width - text.codePointCount(0, text.length()))) + text;
  }

  private String vegaLite() {
    List<Object> cells = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      for (int j = 0; j < columns.size(); j++) {
        cells.add(Map.of("row", i, "column", j, "value", values[i][j]));
      }
    }
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("$schema", "https://vega.github.io/schema/vega-lite/v5.json");
    spec.put("title", title);
    spec.put("description", alt());
    spec.put("background", "white");
    spec.put("width", Map.of("step", 18));
    spec.put("height", Map.of("step", 18));
    spec.put("data", Map.of("values", cells));
    spec.put("mark", Map.of("type", "rect", "tooltip", true));
    spec.put(
        "encoding",
        Map.of(
            "x", axis("column", columns, "top"),
            "y", axis("row", rows, "left"),
            "color",
                Map.of(
                    "field", "value",
                    "type", "quantitative",
                    "scale",
                        signed()
                            ? Map.of("scheme", "blueorange", "reverse", true, "domainMid", 0)
                            : Map.of("scheme", "blues"))));
    return Json.write(spec);
  }

  /** An axis by position: two characters of a sentence may be equal, their places are not. */
  private static Map<String, Object> axis(String field, List<String> labels, String orient) {
    Map<String, Object> axis = new LinkedHashMap<>();
    axis.put("orient", orient);
    axis.put("labelAngle", 0);
    axis.put("labelExpr", Json.write(labels) + "[datum.value]");
    return Map.of("field", field, "type", "ordinal", "axis", axis);
  }

  @Override
  public String toString() {
    return text();
  }
}
