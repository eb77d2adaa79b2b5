package lazuli.kernel.cell;

import java.util.List;

/** A source line with a caret and tildes under a span of it. */
final class Marked {
  private static final String INDENT = "    ";
  private static final int TAB = 4;

  /** First and last code points that take two columns in a fixed-width font. */
  private static final int[][] WIDE = {
    {0x1100, 0x115F},
    {0x2E80, 0x303E},
    {0x3041, 0x33FF},
    {0x3400, 0x4DBF},
    {0x4E00, 0x9FFF},
    {0xA000, 0xA4CF},
    {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},
    {0xFE30, 0xFE6F},
    {0xFF00, 0xFF60},
    {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F},
    {0x1F680, 0x1F6FF},
    {0x1F900, 0x1F9FF},
    {0x20000, 0x3FFFD},
  };

  private Marked() {}

  /**
   * {@return the line that holds {@code start}, indented, and under it the marks up to {@code end}
   * or to the line's end}
   */
  static List<String> excerpt(String text, int start, int end) {
    int from = text.lastIndexOf('\n', start - 1) + 1;
    int to = text.indexOf('\n', start);
    to = to < 0 ? text.length() : to;
    String line = text.substring(from, to).stripTrailing();
    int column = columns(line, Math.min(start - from, line.length()));
    int last = columns(line, Math.min(end - from, line.length()));
    String marks = " ".repeat(column) + "^" + "~".repeat(Math.max(0, last - column - 1));
    return List.of(INDENT + line.replace("\t", " ".repeat(TAB)), INDENT + marks);
  }

  private static int columns(String line, int end) {
    int columns = 0;
    for (int at = 0; at < end; at += Character.charCount(line.codePointAt(at))) {
      columns += width(line.codePointAt(at));
    }
    return columns;
  }

  static int width(int codePoint) {
    if (codePoint == '\t') {
      return TAB;
    }
    switch (Character.getType(codePoint)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> {
        return 0;
      }
      default -> {}
    }
    for (int[] range : WIDE) {
      if (codePoint >= range[0] && codePoint <= range[1]) {
        return 2;
      }
    }
    return 1;
  }
}
