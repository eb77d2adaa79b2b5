package lazuli.kernel.cell;

/** Where Java's comments and quoted literals end. */
final class JavaLexer {
  private JavaLexer() {}

  /** {@return the end of the comment that begins at {@code at}, or {@code at} if none does} */
  static int commentEnd(String text, int at) {
    if (text.startsWith("//", at)) {
      int end = text.indexOf('\n', at);
      return end < 0 ? text.length() : end;
    }
    if (text.startsWith("/*", at)) {
      int end = text.indexOf("*/", at + 2);
      return end < 0 ? text.length() : end + 2;
    }
    return at;
  }

  /**
   * {@return the end of the string, text block or character that begins at {@code at}, or {@code
   * at} if none does; an unclosed string or character ends with its line}
   */
  static int literalEnd(String text, int at) {
    if (text.startsWith("\"\"\"", at)) {
      return closed(text, at + 3, "\"\"\"", false);
    }
    char c = text.charAt(at);
    return c == '"' || c == '\'' ? closed(text, at + 1, String.valueOf(c), true) : at;
  }

  /** {@return whether there is nothing but blanks and comments} */
  static boolean isBlank(String text) {
    return codeStart(text) == text.length();
  }

  /** {@return where the first token begins, behind blanks and comments; the length if none does} */
  static int codeStart(String text) {
    int at = 0;
    while (at < text.length()) {
      int past = commentEnd(text, at);
      if (past == at && !Character.isWhitespace(text.charAt(at))) {
        return at;
      }
      at = Math.max(past, at + 1);
    }
    return text.length();
  }

  private static int closed(String text, int at, String quote, boolean oneLine) {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\\') {
        at += 2;
      } else if (text.startsWith(quote, at)) {
        return at + quote.length();
      } else if (oneLine && c == '\n') {
        return at;
      } else {
        at++;
      }
    }
    return text.length();
  }
}
