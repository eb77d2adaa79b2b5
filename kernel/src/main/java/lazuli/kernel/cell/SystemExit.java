package lazuli.kernel.cell;

/**
 * What {@code System.exit} in a cell throws: it ends the cell, and not the kernel with every
 * variable of the notebook. As in IPython, the cell fails with the name of this class.
 *
 * <p>Compiled cells call {@link #exit(int)} where they say {@code System.exit}; a library that says
 * so ends the process.
 */
public final class SystemExit extends Error {
  private static final long serialVersionUID = 1L;

  private SystemExit(int status) {
    super(
        "System.exit("
            + status
            + ") ended this cell; the kernel and its variables stay. Restart the kernel to begin"
            + " anew.");
  }

  /**
   * Ends the cell.
   *
   * @param status told in the message
   */
  public static void exit(int status) {
    throw new SystemExit(status);
  }

  /**
   * Ends the cell: {@code Runtime.getRuntime().exit(status)}.
   *
   * @param runtime unused
   * @param status told in the message
   */
  public static void exit(Runtime runtime, int status) {
    throw new SystemExit(status);
  }
}
