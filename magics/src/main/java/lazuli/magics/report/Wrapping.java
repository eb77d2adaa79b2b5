package lazuli.magics.report;

import java.util.ArrayList;
import java.util.List;

/** Breaks text into lines. */
public final class Wrapping {
  private Wrapping() {}

  /**
   * {@return the text in lines no wider than this, broken at spaces where there are any}
   *
   * @param text any, perhaps of several lines
   * @param width of the widest line, in characters
   */
  public static List<String> lines(String text, int width) {
    List<String> lines = new ArrayList<>();
    for (String paragraph : text.split("\n", -1)) {
      String rest = paragraph;
      while (width(rest) > width) {
        int end = rest.offsetByCodePoints(0, width);
        int space = rest.lastIndexOf(' ', end);
        int cut = space > 0 && !rest.substring(0, space).isBlank() ? space : end;
        lines.add(rest.substring(0, cut).stripTrailing());
        rest = rest.substring(cut).stripLeading();
      }
      lines.add(rest);
    }
    return lines;
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
