package lazuli.kernel.cell;

/**
 * Evaluates inside a cell, as a magic does; public, so that cells can name it.
 *
 * @param java the session
 */
public record NestedEvaluation(JavaSession java) {
  /** Runs the text in the same session. */
  public Outcome run(String text) {
    return java.evaluate(text);
  }
}
