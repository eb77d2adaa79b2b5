package lazuli.kernel.session;

import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lazuli.kernel.cell.Block;
import lazuli.kernel.cell.CellParser;
import org.jspecify.annotations.Nullable;

/** Magics in a cell's text, as completion and inspection see them. */
final class MagicText {
  private static final Pattern LINE =
      Pattern.compile("^(\\s*|[^%\"'/]*=\\s*)(%%?)(\\w*)((?:\\s.*)?)$", Pattern.DOTALL);

  private MagicText() {}

  /**
   * A magic that is being typed.
   *
   * @param signs one or two percent signs
   * @param name the name so far
   * @param arguments what follows the name, with the blank before it; null when the cursor is still
   *     in the name
   * @param at where the signs begin, in UTF-16 units of the cell
   */
  record Typed(String signs, String name, @Nullable String arguments, int at) {}

  /** {@return the magic that the cursor's line holds before the cursor, null for none} */
  static @Nullable Typed at(String code, int cursor) {
    int start = code.lastIndexOf('\n', cursor - 1) + 1;
    Matcher matcher = LINE.matcher(code.substring(start, cursor));
    if (!matcher.matches()) {
      return null;
    }
    String arguments = matcher.group(4);
    return new Typed(
        matcher.group(2),
        matcher.group(3),
        arguments.isEmpty() ? null : arguments,
        start + matcher.start(2));
  }

  /** {@return the cell with blanks in the place of its magics' lines, as long as before} */
  static String javaOnly(String code, Collection<String> magics) {
    List<Block> blocks = CellParser.parse(code, magics);
    if (blocks.stream().allMatch(Block.Code.class::isInstance)) {
      return code;
    }
    var text = new StringBuilder(code);
    for (Block block : blocks) {
      if (!(block instanceof Block.Code)) {
        blankLine(text, block.startLine());
      }
    }
    return text.toString();
  }

  private static void blankLine(StringBuilder text, int line) {
    int at = 0;
    for (int i = 1; i < line; i++) {
      at = text.indexOf("\n", at) + 1;
    }
    boolean continued = true;
    while (continued && at < text.length()) {
      int newline = text.indexOf("\n", at);
      int end = newline < 0 ? text.length() : newline;
      continued = end > at && text.charAt(end - 1) == '\\';
      text.replace(at, end, " ".repeat(end - at));
      at = end + 1;
    }
  }
}
