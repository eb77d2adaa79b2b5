package lazuli.kernel.ext;

/** Wrong use of a magic or an option: the cell fails with this one message and no stack trace. */
public class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the error.
   *
   * @param message what was given, what is accepted, how to fix it
   */
  public UsageException(String message) {
    super(message, null, false, false);
  }
}
