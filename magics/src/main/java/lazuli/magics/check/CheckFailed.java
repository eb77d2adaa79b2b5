package lazuli.magics.check;

/** An exercise that is not solved; the message says where, by how much, and gives a hint. */
public final class CheckFailed extends AssertionError {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the error.
   *
   * @param message what differs
   */
  CheckFailed(String message) {
    super(message);
  }
}
