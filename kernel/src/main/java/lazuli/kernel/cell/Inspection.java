package lazuli.kernel.cell;

/**
 * What stands at a place in the code.
 *
 * @param found whether anything is known of it
 * @param text signatures, documentation, a variable's type and value; plain text
 * @param html the same as HTML without scripts, styles and attributes; empty for none
 */
public record Inspection(boolean found, String text, String html) {
  static final Inspection NONE = new Inspection(false, "", "");

  /** {@return something that is only text} */
  public static Inspection text(String text) {
    return new Inspection(true, text, "");
  }
}
