package lazuli.magics.report;

/** Text inside HTML. */
public final class Html {
  private Html() {}

  /**
   * {@return the text with the characters replaced that mean something in HTML}
   *
   * @param text any
   */
  public static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
