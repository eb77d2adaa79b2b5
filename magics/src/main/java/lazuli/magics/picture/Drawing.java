package lazuli.magics.picture;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lazuli.magics.report.Html;

/**
 * Rectangles, dots, lines and words, drawn once and written as SVG, whose words stay text, or as
 * PNG, whose letters come from the built-in font.
 */
public final class Drawing {
  private final int width;
  private final int height;
  private final List<Shape> shapes = new ArrayList<>();

  private sealed interface Shape {}

  private record Box(int x, int y, int width, int height, int colour, boolean hatched)
      implements Shape {}

  private record Dot(int x, int y, int radius, int colour, boolean filled) implements Shape {}

  private record Line(int x0, int y0, int x1, int y1, int colour) implements Shape {}

  private record Words(int x, int y, String text, int scale, int colour) implements Shape {}

  /**
   * An empty drawing on an opaque light ground.
   *
   * @param width in pixels
   * @param height in pixels
   */
  public Drawing(int width, int height) {
    this.width = width;
    this.height = height;
  }

  /** Fills a rectangle. */
  void box(int x, int y, int wide, int high, int colour, boolean hatched) {
    shapes.add(new Box(x, y, wide, high, colour, hatched));
  }

  /** Draws a dot, or a ring. */
  void dot(int x, int y, int radius, int colour, boolean filled) {
    shapes.add(new Dot(x, y, radius, colour, filled));
  }

  /** Draws a line. */
  void line(int x0, int y0, int x1, int y1, int colour) {
    shapes.add(new Line(x0, y0, x1, y1, colour));
  }

  /**
   * Writes text.
   *
   * @param x of its left edge
   * @param y of its upper edge
   * @param text one line
   * @param scale 1 for small letters, 2 for large ones
   * @param colour 0xRRGGBB
   */
  public void words(int x, int y, String text, int scale, int colour) {
    shapes.add(new Words(x, y, text, scale, colour));
  }

  /**
   * {@return the width of a text}
   *
   * @param text one line
   * @param scale of its letters
   */
  public static int widthOf(String text, int scale) {
    return Canvas.widthOf(text, scale);
  }

  /**
   * {@return the height of a line of text}
   *
   * @param scale of its letters
   */
  public static int heightOf(int scale) {
    return Canvas.HEIGHT * scale;
  }

  /** {@return it as PNG} */
  public byte[] png() {
    Canvas canvas = new Canvas(width, height, Palette.PAPER);
    for (Shape shape : shapes) {
      switch (shape) {
        case Box(int x, int y, int w, int h, int colour, boolean hatched) -> {
          canvas.fill(x, y, w, h, colour);
          if (hatched) {
            canvas.hatch(x, y, w, h, Palette.HATCH);
          }
        }
        case Dot(int x, int y, int r, int colour, boolean filled) ->
            dot(canvas, x, y, r, colour, filled);
        case Line(int x0, int y0, int x1, int y1, int colour) ->
            line(canvas, x0, y0, x1, y1, colour);
        case Words(int x, int y, String text, int scale, int colour) ->
            canvas.text(x, y, text, scale, colour);
      }
    }
    return Png.of(canvas);
  }

  private static void dot(Canvas canvas, int x, int y, int r, int colour, boolean filled) {
    for (int dy = -r; dy <= r; dy++) {
      for (int dx = -r; dx <= r; dx++) {
        int d = dx * dx + dy * dy;
        if (d <= r * r + 1 && (filled || d >= (r - 1) * (r - 1))) {
          canvas.fill(x + dx, y + dy, 1, 1, colour);
        }
      }
    }
  }

  private static void line(Canvas canvas, int x0, int y0, int x1, int y1, int colour) {
    int steps = Math.max(1, Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0)));
    for (int i = 0; i <= steps; i++) {
      int x = (int) Math.round(x0 + (double) i / steps * (x1 - x0));
      int y = (int) Math.round(y0 + (double) i / steps * (y1 - y0));
      canvas.fill(x, y, 1, 1, colour);
    }
  }

  /**
   * {@return it as SVG}
   *
   * @param alt what it shows, in a sentence
   */
  public String svg(String alt) {
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d"
                + " %d\" role=\"img\" font-family=\"monospace\" shape-rendering=\"crispEdges\">\n"
                + "<title>%s</title>\n<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>\n",
            width,
            height,
            width,
            height,
            Html.escape(alt),
            width,
            height));
    out.append(
        "<pattern id=\"hatch\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\"><path"
            + " d=\"M0 5L5 0\" stroke=\"#c8c8c8\"/></pattern>\n");
    for (Shape shape : shapes) {
      switch (shape) {
        case Box(int x, int y, int w, int h, int colour, boolean hatched) -> {
          box(out, x, y, w, h, hex(colour));
          if (hatched) {
            box(out, x, y, w, h, "url(#hatch)");
          }
        }
        case Dot(int x, int y, int r, int colour, boolean filled) ->
            out.append(
                String.format(
                    Locale.ROOT,
                    "<circle cx=\"%d\" cy=\"%d\" r=\"%d\" fill=\"%s\" stroke=\"%s\"/>\n",
                    x,
                    y,
                    r,
                    filled ? hex(colour) : "none",
                    hex(colour)));
        case Line(int x0, int y0, int x1, int y1, int colour) ->
            out.append(
                String.format(
                    Locale.ROOT,
                    "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\"/>\n",
                    x0,
                    y0,
                    x1,
                    y1,
                    hex(colour)));
        case Words(int x, int y, String text, int scale, int colour) ->
            out.append(
                String.format(
                    Locale.ROOT,
                    "<text x=\"%d\" y=\"%d\" font-size=\"%d\" textLength=\"%d\" fill=\"%s\""
                        + " xml:space=\"preserve\">%s</text>\n",
                    x,
                    y + 7 * scale,
                    10 * scale,
                    widthOf(text, scale),
                    hex(colour),
                    Html.escape(text)));
      }
    }
    return out.append("</svg>\n").toString();
  }

  private static void box(StringBuilder out, int x, int y, int w, int h, String fill) {
    out.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>\n",
            x,
            y,
            w,
            h,
            fill));
  }

  private static String hex(int colour) {
    return String.format(Locale.ROOT, "#%06x", colour);
  }
}
