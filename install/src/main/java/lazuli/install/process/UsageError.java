package lazuli.install.process;

/** What ends a command with one line: wrong use, or something that this machine lacks. */
public final class UsageError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * Wrong use, or something missing before any work began: exit status 2.
   *
   * @param line what was given, what is accepted, how to fix it
   */
  public UsageError(String line) {
    this(2, line);
  }

  /**
   * Makes the error.
   *
   * @param status the exit status of the process
   * @param line what was given, what is accepted, how to fix it
   */
  public UsageError(int status, String line) {
    super(line, null, false, false);
    this.status = status;
  }

  /** {@return the exit status of the process} */
  public int status() {
    return status;
  }
}
