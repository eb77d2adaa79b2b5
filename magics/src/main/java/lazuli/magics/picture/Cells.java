package lazuli.magics.picture;

import java.util.ArrayList;
import java.util.List;

/**
 * A grid of squares of a few kinds, with lines between groups of them and a legend.
 *
 * @param title what it shows
 * @param kinds what squares may be
 * @param rows a label for each row, or none at all
 * @param places the kind of each square, by its place in the list
 * @param groupDown a line after so many rows, 0 for none
 * @param groupAcross a line after so many columns, 0 for none
 */
public record Cells(
    String title,
    List<Kind> kinds,
    List<String> rows,
    byte[][] places,
    int groupDown,
    int groupAcross) {
  private static final int MOST = 512;
  private static final int WIDEST_TEXT = 100;
  private static final int MOST_LINES = 64;
  private static final int LEGEND = 14;

  /**
   * What a square may be.
   *
   * @param name in the legend
   * @param sign in text
   * @param colour 0xRRGGBB
   * @param hatched whether it is also hatched, so that colour is not all
   */
  public record Kind(String name, char sign, int colour, boolean hatched) {}

  /** Copies everything. */
  public Cells {
    kinds = List.copyOf(kinds);
    rows = List.copyOf(rows);
    byte[][] copy = new byte[places.length][];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = places[i].clone();
    }
    places = copy;
  }

  @Override
  public byte[][] places() {
    byte[][] copy = new byte[places.length][];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = places[i].clone();
    }
    return copy;
  }

  private static String every(int n, String what) {
    return n == 1 ? "each " + what : "one " + what + " of " + n;
  }

  private static int ceil(int a, int b) {
    return (a + b - 1) / b;
  }

  private int columns() {
    return places.length == 0 ? 0 : places[0].length;
  }

  /**
   * {@return it as a picture}
   *
   * @param alt what it shows, in a sentence
   */
  public Picture picture(String alt) {
    return new Picture(alt, text(), png());
  }

  private byte[] png() {
    // Larger grids are drawn by every n-th square.
    int every = Math.max(1, ceil(Math.max(places.length, columns()), MOST));
    int down = ceil(places.length, every);
    int across = ceil(columns(), every);
    int side = Math.clamp(480 / Math.max(1, Math.max(down, across)), 1, 24);
    int high = rows.isEmpty() ? side : Math.max(side, Canvas.HEIGHT + 4);
    int label = rows.stream().mapToInt(r -> Canvas.widthOf(r, 1)).max().orElse(-4) + 4;
    int left = Palette.MARGIN + label;
    int top = 2 * Palette.MARGIN + Canvas.HEIGHT;
    int legend = top + high * down + Palette.MARGIN;
    int widest = Canvas.widthOf(title, 1);
    for (Kind kind : kinds) {
      widest = Math.max(widest, LEGEND + Canvas.widthOf(kind.name(), 1));
    }
    Canvas canvas =
        new Canvas(
            Math.max(left + side * across, Palette.MARGIN + widest) + Palette.MARGIN,
            legend + LEGEND * kinds.size() + Palette.MARGIN,
            Palette.PAPER);
    canvas.text(Palette.MARGIN, Palette.MARGIN, title, 1, Palette.INK);
    for (int i = 0; i < down; i++) {
      if (!rows.isEmpty()) {
        int y = top + i * high + (high - Canvas.HEIGHT) / 2;
        canvas.text(Palette.MARGIN, y, rows.get(i * every), 1, Palette.INK);
      }
      for (int j = 0; j < across; j++) {
        Kind kind = kinds.get(places[i * every][j * every]);
        square(canvas, kind, left + j * side, top + i * high, side, high);
      }
    }
    lines(canvas, every, side, high, left, top);
    for (int n = 0; n < kinds.size(); n++) {
      int y = legend + n * LEGEND;
      square(canvas, kinds.get(n), Palette.MARGIN, y, 9, 9);
      canvas.text(Palette.MARGIN + LEGEND, y, kinds.get(n).name(), 1, Palette.INK);
    }
    return Png.of(canvas);
  }

  private static void square(Canvas canvas, Kind kind, int x, int y, int width, int height) {
    int gap = width > 6 ? 1 : 0;
    canvas.fill(x, y, width - gap, height - gap, kind.colour());
    if (kind.hatched()) {
      canvas.hatch(x, y, width - gap, height - gap, Palette.HATCH);
    }
  }

  private void lines(Canvas canvas, int every, int side, int high, int left, int top) {
    int down = ceil(places.length, every);
    int across = ceil(columns(), every);
    for (int i = groupDown; groupDown >= 3 * every && i < places.length; i += groupDown) {
      canvas.fill(left, top + i / every * high - 1, across * side, 1, Palette.INK);
    }
    for (int j = groupAcross; groupAcross >= 3 * every && j < columns(); j += groupAcross) {
      canvas.fill(left + j / every * side - 1, top, 1, down * high, Palette.INK);
    }
  }

  /** {@return it in characters; every n-th square where it is too wide or high} */
  public String text() {
    int label = rows.stream().mapToInt(String::length).max().orElse(-1) + 1;
    int wide = Math.max(1, ceil(columns(), WIDEST_TEXT - label));
    int high = Math.max(1, ceil(places.length, MOST_LINES));
    List<String> lines = new ArrayList<>();
    kinds.forEach(kind -> lines.add("'" + kind.sign() + "' " + kind.name()));
    if (wide > 1 || high > 1) {
      lines.add("shown: " + every(high, "row") + ", " + every(wide, "column"));
    }
    for (int i = 0; i < places.length; i += high) {
      StringBuilder line = new StringBuilder();
      if (!rows.isEmpty()) {
        line.append(rows.get(i)).append(" ".repeat(label - rows.get(i).length()));
      }
      for (int j = 0; j < places[i].length; j += wide) {
        line.append(kinds.get(places[i][j]).sign());
      }
      lines.add(line.toString());
    }
    return String.join("\n", lines);
  }
}
