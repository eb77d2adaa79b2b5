package lazuli.kernel.wire;

/** Frames that are no valid message: dropped with a line on stderr, never answered. */
public final class BadMessageException extends Exception {
  private static final long serialVersionUID = 1L;

  BadMessageException(String reason) {
    super(reason, null, false, false);
  }
}
