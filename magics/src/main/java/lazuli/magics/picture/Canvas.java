package lazuli.magics.picture;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A grid of pixels with an opaque light ground, and letters from a built-in bitmap font, so that
 * pictures come out alike on machines without fonts.
 */
final class Canvas {
  /** The width of a letter with its gap, in font pixels. */
  static final int ADVANCE = 6;

  /** The height of a letter with its descender, in font pixels. */
  static final int HEIGHT = 8;

  /** The letter that stands for a space that must be seen. */
  static final char VISIBLE_SPACE = '\u2423';

  private static final List<String> FONT = load();
  private static final int PER_BAND = 12;

  private final int width;
  private final int height;
  private final int[] pixels;

  Canvas(int width, int height, int ground) {
    this.width = width;
    this.height = height;
    pixels = new int[width * height];
    Arrays.fill(pixels, ground);
  }

  private static List<String> load() {
    try (InputStream in = Canvas.class.getResourceAsStream("font.txt")) {
      if (in == null) {
        throw new IllegalStateException("the built-in font is missing from this installation");
      }
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** {@return a pixel as 0xRRGGBB} */
  int pixel(int x, int y) {
    return pixels[y * width + x];
  }

  /** Fills a rectangle, clipped to the canvas. */
  void fill(int x, int y, int w, int h, int colour) {
    for (int row = Math.max(0, y); row < Math.min(height, y + h); row++) {
      for (int column = Math.max(0, x); column < Math.min(width, x + w); column++) {
        pixels[row * width + column] = colour;
      }
    }
  }

  /** Draws diagonal lines in a rectangle: the sign for masked. */
  void hatch(int x, int y, int w, int h, int colour) {
    for (int row = 0; row < h; row++) {
      for (int column = 0; column < w; column++) {
        if ((row + column) % 5 == 0) {
          fill(x + column, y + row, 1, 1, colour);
        }
      }
    }
  }

  /** Writes text with its top left corner here; letters outside ASCII become question marks. */
  void text(int x, int y, String text, int scale, int colour) {
    int left = x;
    for (int letter : text.codePoints().toArray()) {
      glyph(left, y, letter, scale, colour);
      left += ADVANCE * scale;
    }
  }

  private void glyph(int x, int y, int letter, int scale, int colour) {
    int code = letter == VISIBLE_SPACE ? 127 : letter < 32 || letter > 126 ? '?' : letter;
    int index = code - 32;
    int band = index / PER_BAND * (HEIGHT + 1);
    int column = index % PER_BAND * ADVANCE;
    for (int row = 0; row < HEIGHT; row++) {
      for (int bit = 0; bit < ADVANCE - 1; bit++) {
        if (FONT.get(band + row).charAt(column + bit) == '#') {
          fill(x + bit * scale, y + row * scale, scale, scale, colour);
        }
      }
    }
  }

  /** {@return the width of a text in pixels} */
  static int widthOf(String text, int scale) {
    return text.codePointCount(0, text.length()) * ADVANCE * scale;
  }
}
