package lazuli.kernel.cell;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Splits the text of a cell into Java and magics, reading strings, comments and brackets as Java
 * does.
 *
 * <p>A magic begins a top-level statement or is the right side of a top-level assignment, and its
 * name touches the percent sign; {@code a} on one line and {@code % b} on the next is a remainder.
 */
public final class CellParser {
  private final String cell;
  private final Set<String> known;
  private final List<Block> blocks = new ArrayList<>();

  /** Where the Java text that is not yet a block begins. */
  private int codeStart;

  /** Where the current top-level statement begins. */
  private int statementStart;

  /** The last significant character; 0 where a top-level statement may begin. */
  private char previous;

  /**
   * Whether the current statement is an expression or has an initializer, so braces do not end it.
   */
  private boolean expression;

  private int depth;

  private CellParser(String cell, Collection<String> known) {
    this.cell = cell;
    this.known = Set.copyOf(known);
  }

  /**
   * {@return the parts of a cell in order; none for an empty cell}
   *
   * <p>A cell with a {@link Block.Rejected} part should not run at all.
   *
   * @param cell the text
   * @param knownMagics the names of line and cell magics, without percent signs
   */
  public static List<Block> parse(String cell, Collection<String> knownMagics) {
    return new CellParser(cell.replace("\r\n", "\n"), knownMagics).parse();
  }

  private List<Block> parse() {
    int first = skipBlanks(0);
    if (cell.startsWith("%%", first) && wordEnd(first + 2) > first + 2) {
      cellMagic(first);
      return blocks;
    }
    int at = 0;
    while (at < cell.length()) {
      at = step(at);
    }
    code(cell.length());
    return blocks;
  }

  private void cellMagic(int percent) {
    int nameEnd = wordEnd(percent + 2);
    String name = cell.substring(percent + 2, nameEnd);
    int end = lineEnd(percent);
    String args = cell.substring(nameEnd, end).strip();
    int line = lineOf(percent);
    if (!known.contains(name)) {
      blocks.add(new Block.UnknownMagic("%%" + name, NearestNames.of(name, known), line));
    } else if (args.equals("?")) {
      blocks.add(new Block.LineMagic(name, args, null, line));
    } else {
      String body = end < cell.length() ? cell.substring(end + 1) : "";
      blocks.add(new Block.CellMagic(name, args, body, line));
    }
  }

  /** Reads one token or one character at {@code at}; returns where the next begins. */
  private int step(int at) {
    char c = cell.charAt(at);
    if (Character.isWhitespace(c)) {
      return at + 1;
    }
    int past = JavaLexer.commentEnd(cell, at);
    if (past > at) {
      return past;
    }
    if (c == '%') {
      int end = magic(at);
      if (end > at) {
        return end;
      }
    }
    if (previous == 0) {
      statementStart = at;
    }
    past = JavaLexer.literalEnd(cell, at);
    if (past > at) {
      previous = '"';
      return past;
    }
    if (Character.isDigit(c)) {
      previous = 'a';
      return at + 1;
    }
    if (Character.isJavaIdentifierStart(c)) {
      past = wordEnd(at);
      if (depth == 0 && cell.startsWith("new", at) && past == at + 3) {
        expression = true;
      }
      previous = 'a';
      return past;
    }
    punctuation(at, c);
    return at + 1;
  }

  private void punctuation(int at, char c) {
    switch (c) {
      case '(', '[', '{' -> depth++;
      case ')', ']', '}' -> depth = Math.max(0, depth - 1);
      default -> {}
    }
    boolean ends = depth == 0 && (c == ';' || c == '}' && !expression);
    if (ends) {
      previous = 0;
      expression = false;
      statementStart = at + 1;
    } else {
      previous = c;
      expression |= depth == 0 && c == '=';
    }
  }

  /** Adds the magic whose percent sign stands at {@code at}; returns its end, or {@code at}. */
  private int magic(int at) {
    int name = at + 1;
    boolean twice = name < cell.length() && cell.charAt(name) == '%';
    if (twice) {
      name++;
    }
    int nameEnd = wordEnd(name);
    if (nameEnd == name) {
      return at;
    }
    String word = cell.substring(name, nameEnd);
    boolean begins = previous == 0 || beginsAfterOperand(at, nameEnd, word);
    boolean assigned = depth == 0 && previous == '=' && plainAssignment(at);
    String typed = cell.substring(at, nameEnd);
    int line = lineOf(at);
    if (depth > 0 && (previous == '{' || previous == ';' || previous == '}')) {
      // Braces end nothing here, but no Java begins with a percent sign either.
      if (known.contains(word) && beginsLine(at)) {
        code(at);
        blocks.add(new Block.MisplacedMagic(typed, line));
        return endOfMagic(at);
      }
      return at;
    }
    if (!begins && !assigned) {
      return at;
    }
    if (assigned) {
      String target = cell.substring(statementStart, cell.lastIndexOf('=', at)).strip();
      code(statementStart);
      String args = args(nameEnd, endOfArgs(at));
      args = args.endsWith(";") ? args.substring(0, args.length() - 1).strip() : args;
      add(typed, word, twice, args, target, line);
    } else {
      code(at);
      add(typed, word, twice, args(nameEnd, endOfArgs(at)), null, line);
    }
    return endOfMagic(at);
  }

  private void add(
      String typed, String word, boolean twice, String args, @Nullable String target, int line) {
    if (!known.contains(word)) {
      blocks.add(new Block.UnknownMagic(typed, NearestNames.of(word, known), line));
    } else if (twice) {
      blocks.add(new Block.MisplacedMagic(typed, line));
    } else {
      blocks.add(new Block.LineMagic(word, args, target, line));
    }
  }

  /** Leaves the parser behind the magic's line, ready for a new statement. */
  private int endOfMagic(int at) {
    int end = Math.min(cell.length(), endOfArgs(at) + 1);
    codeStart = end;
    statementStart = end;
    previous = 0;
    expression = false;
    depth = 0;
    return end;
  }

  /**
   * A statement without its semicolon may stand on the line above. It ends there if what follows a
   * known name cannot continue a remainder: {@code x} and below it {@code %time f()}.
   */
  private boolean beginsAfterOperand(int at, int nameEnd, String word) {
    boolean operand = previous == 'a' || previous == '"' || previous == ')' || previous == ']';
    if (depth > 0 || !operand || !beginsLine(at) || !known.contains(word)) {
      return false;
    }
    int next = nameEnd;
    while (next < cell.length() && (cell.charAt(next) == ' ' || cell.charAt(next) == '\t')) {
      next++;
    }
    if (next == nameEnd || next >= cell.length()) {
      return false;
    }
    char c = cell.charAt(next);
    return c == '"'
        || Character.isDigit(c)
        || Character.isJavaIdentifierStart(c)
            && !cell.substring(next, wordEnd(next)).equals("instanceof");
  }

  /** Whether the equals sign before {@code at} is an assignment and not a comparison. */
  private boolean plainAssignment(int at) {
    int equals = cell.lastIndexOf('=', at);
    return equals > statementStart && "=!<>+-*/%&|^".indexOf(cell.charAt(equals - 1)) < 0;
  }

  private boolean beginsLine(int at) {
    return cell.substring(cell.lastIndexOf('\n', at - 1) + 1, at).isBlank();
  }

  private String args(int from, int to) {
    return cell.substring(Math.min(from, to), to).replace("\\\n", " ").strip();
  }

  /** The end of the line, and of those that a trailing backslash joins to it. */
  private int endOfArgs(int at) {
    int end = lineEnd(at);
    while (end < cell.length() && cell.charAt(end - 1) == '\\') {
      end = lineEnd(end + 1);
    }
    return end;
  }

  /** Adds the Java text before {@code end} unless it is blank or comment. */
  private void code(int end) {
    int from = skipBlanks(codeStart);
    from = Math.min(from, end);
    // Begin at a line's first column, so that columns in errors are the cell's.
    int column = cell.lastIndexOf('\n', Math.max(0, from - 1)) + 1;
    from = Math.max(codeStart, Math.min(column, from));
    String text = cell.substring(from, Math.max(from, end));
    if (!JavaLexer.isBlank(text)) {
      blocks.add(new Block.Code(text.stripTrailing(), lineOf(from)));
    }
    codeStart = end;
  }

  private int skipBlanks(int at) {
    while (at < cell.length() && Character.isWhitespace(cell.charAt(at))) {
      at++;
    }
    return at;
  }

  private int wordEnd(int at) {
    if (at < cell.length() && Character.isJavaIdentifierStart(cell.charAt(at))) {
      at++;
      while (at < cell.length() && Character.isJavaIdentifierPart(cell.charAt(at))) {
        at++;
      }
    }
    return at;
  }

  private int lineEnd(int at) {
    int end = cell.indexOf('\n', at);
    return end < 0 ? cell.length() : end;
  }

  private int lineOf(int at) {
    return 1 + (int) cell.substring(0, at).chars().filter(c -> c == '\n').count();
  }
}
