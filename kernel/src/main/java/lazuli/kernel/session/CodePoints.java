package lazuli.kernel.session;

/** Cursor positions: the protocol counts code points, Java counts UTF-16 units. */
final class CodePoints {
  private CodePoints() {}

  /** {@return the UTF-16 offset of a code point offset, kept inside the text} */
  static int toUtf16(String text, long codePoints) {
    int most = text.codePointCount(0, text.length());
    return text.offsetByCodePoints(0, (int) Math.max(0, Math.min(codePoints, most)));
  }

  /** {@return the code point offset of a UTF-16 offset, kept inside the text} */
  static int of(String text, int utf16) {
    return text.codePointCount(0, Math.max(0, Math.min(utf16, text.length())));
  }
}
