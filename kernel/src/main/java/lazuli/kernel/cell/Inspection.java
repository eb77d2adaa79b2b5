package lazuli.kernel.cell;

/**
 * What stands at a place in the code.
 *
 * @param found whether anything is known of it
 * @param text signatures, documentation, a variable's type and value; plain text
 */
public record Inspection(boolean found, String text) {
  static final Inspection NONE = new Inspection(false, "");
}
