package lazuli.magics.picture;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A value for each pair of settings: darker is larger, the number stands in each square, and one of
 * them may be marked.
 *
 * @param title what the values are
 * @param down what the rows are
 * @param across what the columns are
 * @param rows a label for each row
 * @param columns a label for each column
 * @param values rows of equal length; NaN where there is none, which is hatched
 * @param marked row and column of the best square; row -1 for none
 */
public record Landscape(
    String title,
    String down,
    String across,
    List<String> rows,
    List<String> columns,
    double[][] values,
    int[] marked)
    implements Chart {
  private static final int SIDE = 56;
  private static final int HIGH = 26;

  /** Copies everything. */
  public Landscape {
    rows = List.copyOf(rows);
    columns = List.copyOf(columns);
    values = java.util.Arrays.stream(values).map(double[]::clone).toArray(double[][]::new);
    marked = marked.clone();
  }

  @Override
  public double[][] values() {
    return java.util.Arrays.stream(values).map(double[]::clone).toArray(double[][]::new);
  }

  @Override
  public int[] marked() {
    return marked.clone();
  }

  private double[] bounds() {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (double[] row : values) {
      for (double value : row) {
        least = Double.isNaN(value) ? least : Math.min(least, value);
        most = Double.isNaN(value) ? most : Math.max(most, value);
      }
    }
    return new double[] {least, most};
  }

  @Override
  public String alt() {
    double[] bounds = bounds();
    String size = title + ": " + rows.size() + " " + down + " by " + columns.size() + " " + across;
    if (bounds[0] > bounds[1]) {
      return size + ", nothing measured";
    }
    String best =
        marked[0] < 0 ? "" : "; best " + rows.get(marked[0]) + " by " + columns.get(marked[1]);
    return size + ", from " + text(bounds[0]) + " to " + text(bounds[1]) + best;
  }

  @Override
  public Drawing drawing() {
    int label = 0;
    for (String row : rows) {
      label = Math.max(label, Drawing.widthOf(row, 1));
    }
    int left = Palette.MARGIN + Math.max(label, Drawing.widthOf(down, 1)) + 6;
    int top = 4 * Palette.MARGIN + 2 * Drawing.heightOf(1);
    int wide = Math.max(left + SIDE * columns.size(), Drawing.widthOf(title, 2) + Palette.MARGIN);
    wide = Math.max(wide, left + Drawing.widthOf(across, 1));
    Drawing d = new Drawing(wide + Palette.MARGIN, top + HIGH * rows.size() + Palette.MARGIN);
    d.words(Palette.MARGIN, Palette.MARGIN, title, 2, Palette.INK);
    d.words(left, top - 2 * Drawing.heightOf(1) - 4, across, 1, Palette.INK);
    d.words(Palette.MARGIN, top - Drawing.heightOf(1) - 2, down, 1, Palette.INK);
    double[] bounds = bounds();
    for (int j = 0; j < columns.size(); j++) {
      int width = Drawing.widthOf(columns.get(j), 1);
      int y = top - Drawing.heightOf(1) - 2;
      d.words(left + j * SIDE + (SIDE - width) / 2, y, columns.get(j), 1, Palette.INK);
    }
    for (int i = 0; i < rows.size(); i++) {
      int y = top + i * HIGH;
      int width = Drawing.widthOf(rows.get(i), 1);
      d.words(left - 6 - width, y + 9, rows.get(i), 1, Palette.INK);
      for (int j = 0; j < columns.size(); j++) {
        square(d, i, j, left + j * SIDE, y, bounds);
      }
    }
    return d;
  }

  private void square(Drawing d, int i, int j, int x, int y, double[] bounds) {
    double value = values[i][j];
    boolean best = i == marked[0] && j == marked[1];
    if (best) {
      d.box(x, y, SIDE, HIGH, Palette.CHOSEN, false);
    }
    int inset = best ? 3 : 1;
    int wide = SIDE - 2 * inset;
    int high = HIGH - 2 * inset;
    if (Double.isNaN(value)) {
      d.box(x + inset, y + inset, wide, high, Palette.ramp(0), true);
      return;
    }
    double share = bounds[1] <= bounds[0] ? 0.5 : (value - bounds[0]) / (bounds[1] - bounds[0]);
    d.box(x + inset, y + inset, wide, high, Palette.ramp(share), false);
    String text = text(value);
    int ink = share > 0.5 ? Palette.PAPER : Palette.INK;
    d.words(x + (SIDE - Drawing.widthOf(text, 1)) / 2, y + 9, text, 1, ink);
  }

  private static String text(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /** The best square stands in brackets, '-' where there is none. */
  @Override
  public String text() {
    List<String> lines = new ArrayList<>();
    lines.add(alt());
    StringBuilder head = new StringBuilder(" ".repeat(8));
    columns.forEach(column -> head.append(String.format(Locale.ROOT, "%8s", column)));
    lines.add(head.toString());
    for (int i = 0; i < rows.size(); i++) {
      StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%8s", rows.get(i)));
      for (int j = 0; j < columns.size(); j++) {
        double value = values[i][j];
        boolean best = i == marked[0] && j == marked[1];
        String number = Double.isNaN(value) ? "-" : text(value);
        line.append(String.format(Locale.ROOT, "%8s", best ? "[" + number + "]" : number));
      }
      lines.add(line.toString());
    }
    return String.join("\n", lines);
  }
}
