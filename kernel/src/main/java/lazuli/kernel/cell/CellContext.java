package lazuli.kernel.cell;

import java.util.regex.Pattern;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;

/**
 * The text of a cell up to a place, made fit for JShell's analysis, which takes one snippet.
 *
 * <p>Several statements are one body for it, and types declared among them are local ones once the
 * text begins as a statement does. Imports and methods cannot stand in a body: they become blanks.
 *
 * @param code what JShell is asked about
 * @param shift how much further a place lies in it than in the cell
 */
record CellContext(String code, int shift) {
  // By its text: asking JShell for the kind of a snippet that is not evaluated leaves it in a state
  // in which it documents nothing.
  private static final Pattern NO_STATEMENT =
      Pattern.compile(
          "import\\s|"
              + "(?:(?:public|protected|private|static|final|synchronized|abstract)\\s+)*"
              + "(?!(?:new|return|throw|else|try|do|assert|yield|record)\\b)"
              + "(?:<[^()]*>\\s*)?[\\w.$]+(?:<[^()]*>)?(?:\\s*\\[\\s*])*\\s+\\w+\\s*\\([^()]*\\)"
              + "\\s*(?:throws\\s+[\\w.,\\s]+)?\\{");

  static CellContext before(String cell, int cursor, SourceCodeAnalysis analysis) {
    String code = cell.substring(0, cursor);
    var text = new StringBuilder(code);
    String rest = code;
    boolean several = false;
    while (!rest.isBlank()) {
      CompletionInfo info = analysis.analyzeCompletion(rest);
      String remaining = info.remaining();
      boolean whole = info.completeness() == Completeness.COMPLETE;
      if (!whole || remaining.isBlank() || remaining.length() >= rest.length()) {
        break;
      }
      several = true;
      int start = code.length() - rest.length();
      int end = code.length() - remaining.length();
      if (NO_STATEMENT.matcher(info.source().strip()).lookingAt()) {
        for (int i = start; i < end; i++) {
          if (text.charAt(i) != '\n') {
            text.setCharAt(i, ' ');
          }
        }
      }
      rest = remaining;
    }
    boolean declaration = rest.stripLeading().startsWith("import ");
    if (declaration) {
      // An import that is being typed stands alone.
      int start = code.length() - rest.length();
      return new CellContext(rest, -start);
    }
    return several ? new CellContext(";" + text, 1) : new CellContext(code, 0);
  }
}
