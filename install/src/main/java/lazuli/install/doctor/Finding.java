package lazuli.install.doctor;

/**
 * The outcome of one check.
 *
 * @param subject what was looked at
 * @param state how it is
 * @param detail what was found
 * @param fix what to do; empty when nothing needs doing
 */
public record Finding(String subject, State state, String detail, String fix) {
  /** How serious it is. */
  public enum State {
    /** Works. */
    OK("ok"),
    /** Missing, and only what needs it does not work. */
    ABSENT("absent"),
    /** Broken, and Lazuli does not work without it. */
    BROKEN("BROKEN");

    private final String word;

    State(String word) {
      this.word = word;
    }

    /** {@return the word in the table} */
    public String word() {
      return word;
    }
  }

  static Finding ok(String subject, String detail) {
    return new Finding(subject, State.OK, detail, "");
  }

  static Finding absent(String subject, String detail, String fix) {
    return new Finding(subject, State.ABSENT, detail, fix);
  }

  static Finding broken(String subject, String detail, String fix) {
    return new Finding(subject, State.BROKEN, detail, fix);
  }
}
