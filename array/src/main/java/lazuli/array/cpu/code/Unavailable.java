package lazuli.array.cpu.code;

/** Why machine code cannot be used here, in words that fit into a sentence. */
final class Unavailable extends Exception {
  private static final long serialVersionUID = 1;

  Unavailable(String reason) {
    super(reason, null, false, false);
  }

  /** {@return the reason} */
  String reason() {
    return String.valueOf(getMessage());
  }
}
