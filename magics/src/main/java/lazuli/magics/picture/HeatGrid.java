package lazuli.magics.picture;

import java.util.Arrays;
import java.util.List;

/**
 * Several small heat maps in one picture, each with a name below; exact zeros stay light.
 *
 * @param title what they show
 * @param names one for each map
 * @param maps rows of equal length, none negative
 */
public record HeatGrid(String title, List<String> names, List<double[][]> maps) {
  private static final int SIDE = 120;
  private static final int GAP = 10;
  private static final int ACROSS = 4;

  /** Copies the lists. */
  public HeatGrid {
    names = List.copyOf(names);
    maps = List.copyOf(maps);
  }

  /**
   * {@return them as a picture}
   *
   * @param alt what they show, in a sentence
   * @param text their twin in characters
   */
  public Picture picture(String alt, String text) {
    int across = Math.min(ACROSS, Math.max(1, maps.size()));
    int down = (maps.size() + across - 1) / across;
    int top = 2 * Palette.MARGIN + Canvas.HEIGHT;
    int each = SIDE + Canvas.HEIGHT + 4 + GAP;
    int wide = Math.max(across * (SIDE + GAP), Canvas.widthOf(title, 1));
    Canvas canvas =
        new Canvas(wide + 2 * Palette.MARGIN, top + down * each + Palette.MARGIN, Palette.PAPER);
    canvas.text(Palette.MARGIN, Palette.MARGIN, title, 1, Palette.INK);
    for (int n = 0; n < maps.size(); n++) {
      int x = Palette.MARGIN + n % across * (SIDE + GAP);
      int y = top + n / across * each;
      draw(canvas, maps.get(n), x, y);
      canvas.text(x, y + SIDE + 4, names.get(n), 1, Palette.INK);
    }
    return new Picture(alt, text, Png.of(canvas));
  }

  /** Squares of a whole number of pixels; of larger maps the largest value under each pixel. */
  private static void draw(Canvas canvas, double[][] map, int x, int y) {
    int rows = map.length;
    int columns = rows == 0 ? 0 : map[0].length;
    double most = Arrays.stream(map).flatMapToDouble(Arrays::stream).max().orElse(0);
    canvas.fill(x, y, SIDE, SIDE, Palette.HATCH);
    for (int py = 0; py < SIDE && rows > 0 && columns > 0; py++) {
      for (int px = 0; px < SIDE; px++) {
        double value = 0;
        for (int i = py * rows / SIDE; i <= ((py + 1) * rows - 1) / SIDE; i++) {
          for (int j = px * columns / SIDE; j <= ((px + 1) * columns - 1) / SIDE; j++) {
            value = Math.max(value, map[i][j]);
          }
        }
        canvas.fill(x + px, y + py, 1, 1, Palette.ramp(most > 0 ? value / most : 0));
      }
    }
  }
}
