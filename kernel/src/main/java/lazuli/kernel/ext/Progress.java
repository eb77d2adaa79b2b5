package lazuli.kernel.ext;

/**
 * How far some work is: a bar below the cell, replaced in place at most four times a second.
 *
 * <p>Bars that are opened while another is open stand below it in the same display and go when they
 * are closed; the outermost leaves one line. A cell that ends early, by an error or an interrupt,
 * leaves its bars where they stood, with what was shown beside them. Thread-safe.
 */
public interface Progress extends AutoCloseable {
  /** Counts one more step as done. */
  default void step() {
    step(1);
  }

  /**
   * Counts steps as done.
   *
   * @param more how many
   */
  void step(long more);

  /**
   * Says what is being done now, beside the bar.
   *
   * @param text a few words
   */
  void note(String text);

  /**
   * Shows what there is so far, below the bar. It goes when the work is done, since the result
   * follows, and stays when the cell ends early.
   *
   * @param value anything: rendered as a result would be
   */
  void partial(Object value);

  /** Ends the work. Closing again does nothing. */
  @Override
  void close();

  /**
   * Ends the work and says in its line what came of it.
   *
   * @param outcome such as {@code 24 samples taken}
   */
  void close(String outcome);

  /** {@return a progress that nobody sees} */
  static Progress silent() {
    return new Progress() {
      @Override
      public void step(long more) {}

      @Override
      public void note(String text) {}

      @Override
      public void partial(Object value) {}

      @Override
      public void close() {}

      @Override
      public void close(String outcome) {}
    };
  }
}
