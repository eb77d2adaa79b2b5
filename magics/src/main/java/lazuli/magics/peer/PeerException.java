package lazuli.magics.peer;

/** The peer cannot be used, or refused a task; the message is one line that says why. */
public final class PeerException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the error.
   *
   * @param message why, and what to do
   */
  public PeerException(String message) {
    super(message);
  }
}
