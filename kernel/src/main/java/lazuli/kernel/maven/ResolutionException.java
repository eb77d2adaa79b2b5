package lazuli.kernel.maven;

/** Artifacts could not be had; the message says which, where they were looked for, and the fix. */
public final class ResolutionException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the error.
   *
   * @param message what was asked, what is wrong, how to fix it
   */
  public ResolutionException(String message) {
    super(message, null, false, false);
  }
}
