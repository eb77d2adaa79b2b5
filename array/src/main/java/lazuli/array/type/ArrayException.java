package lazuli.array.type;

/**
 * An error of the arrays, always in three parts: what was given, what is accepted, how to fix it.
 */
public final class ArrayException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String given;
  private final String accepted;
  private final String fix;

  /**
   * Makes the error; its message is "given; accepted: accepted. Fix: fix".
   *
   * @param given the operation and the values it was given, quoted with shapes and dtypes
   * @param accepted what it accepts
   * @param fix what to write instead
   */
  public ArrayException(String given, String accepted, String fix) {
    super(given + "\n  accepted: " + accepted + "\n  fix: " + fix);
    this.given = given;
    this.accepted = accepted;
    this.fix = fix;
  }

  /** {@return what was given} */
  public String given() {
    return given;
  }

  /** {@return what is accepted} */
  public String accepted() {
    return accepted;
  }

  /** {@return how to fix it} */
  public String fix() {
    return fix;
  }
}
