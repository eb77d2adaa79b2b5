package lazuli.kernel.cell;

import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;

/**
 * Whether code can run as it is.
 *
 * @param status which
 * @param indent for incomplete code, the blanks that the next line should begin with
 */
public record Completeness(Status status, String indent) {
  /** The answers of the Jupyter protocol. */
  public enum Status {
    /** It can run. */
    COMPLETE,
    /** More lines must follow. */
    INCOMPLETE,
    /** No continuation makes it Java. */
    INVALID,
    /** It cannot be told. */
    UNKNOWN;

    /** {@return the name in the protocol} */
    public String wire() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  static Completeness of(String code, SourceCodeAnalysis analysis) {
    String rest = code;
    while (true) {
      CompletionInfo info = analysis.analyzeCompletion(rest);
      switch (info.completeness()) {
        case COMPLETE, COMPLETE_WITH_SEMI -> {
          if (info.remaining().length() >= rest.length()) {
            return new Completeness(Status.UNKNOWN, "");
          }
          rest = info.remaining();
        }
        case EMPTY -> {
          return new Completeness(Status.COMPLETE, "");
        }
        case CONSIDERED_INCOMPLETE, DEFINITELY_INCOMPLETE -> {
          return new Completeness(Status.INCOMPLETE, indent(code));
        }
        case UNKNOWN -> {
          return new Completeness(Status.INVALID, "");
        }
      }
    }
  }

  /** The last line's indent, and four more for each bracket that the line leaves open. */
  private static String indent(String code) {
    String line = code.substring(code.stripTrailing().lastIndexOf('\n') + 1).stripTrailing();
    int blanks = 0;
    while (blanks < line.length() && Character.isWhitespace(line.charAt(blanks))) {
      blanks++;
    }
    int open = 0;
    int at = 0;
    while (at < line.length()) {
      int past = Math.max(JavaLexer.commentEnd(line, at), JavaLexer.literalEnd(line, at));
      if (past > at) {
        at = past;
        continue;
      }
      char c = line.charAt(at++);
      open += "({[".indexOf(c) >= 0 ? 1 : ")}]".indexOf(c) >= 0 ? -1 : 0;
      open = Math.max(open, 0);
    }
    return line.substring(0, blanks) + "    ".repeat(Math.min(open, 1));
  }
}
