package lazuli.kernel.cell;

/**
 * A piece of Java and where it stands in the notebook, for error texts.
 *
 * @param label what errors call the cell, such as {@code In[3]}
 * @param text the Java code
 * @param firstLine the line of the cell at which the code begins, from 1
 * @param from where the user's part begins in the code, for marks under it
 * @param to where the user's part ends
 */
public record Source(String label, String text, int firstLine, int from, int to) {
  /**
   * Makes a piece that is the user's as a whole.
   *
   * @param label what errors call the cell, such as {@code In[3]}
   * @param text the Java code
   * @param firstLine the line of the cell at which the code begins, from 1
   */
  public Source(String label, String text, int firstLine) {
    this(label, text, firstLine, 0, text.length());
  }

  /**
   * {@return the code as a cell of its own}
   *
   * @param text the Java code
   */
  public static Source of(String text) {
    return new Source("cell", text, 1);
  }

  /** {@return what errors call a line of the code, such as {@code In[3] line 7}} */
  String place(int line) {
    return label + " line " + (firstLine + line - 1);
  }

  /** {@return a line of the code, from 1; empty when there is no such line} */
  String line(int line) {
    return text.lines().skip(Math.max(0, line - 1)).findFirst().orElse("");
  }
}
