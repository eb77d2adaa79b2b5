package lazuli.kernel.ext;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The cell that is running: what a magic may do with the session. Use it on the cell's own thread.
 */
public interface RunningCell {
  /**
   * {@return the value of the last expression of a piece of Java, null if it has none}
   *
   * <p>The code runs as if typed in the cell: declarations stay, {@link ScopedValue}s bound around
   * this call are visible in it. Its last value is not displayed.
   *
   * @param java statements, declarations or an expression; magics are allowed in it
   * @throws Exception what the code throws; a {@link UsageException} carrying javac's message when
   *     it does not compile
   */
  @Nullable Object evaluate(String java) throws Exception;

  /**
   * {@return the value of the last expression of a piece of Java, as {@link #evaluate(String)}}
   *
   * @param java statements, declarations or an expression; magics are allowed in it
   * @param label what errors call the code, such as the name of the file that it came from
   * @throws Exception as {@link #evaluate(String)} does
   */
  default @Nullable Object evaluate(String java, String label) throws Exception {
    return evaluate(java);
  }

  /**
   * {@return a progress bar of this cell; nothing is shown when the work is short}
   *
   * @param name what is being done
   * @param total how many steps there are; negative when nobody knows
   */
  default Progress progress(String name, long total) {
    return Progress.silent();
  }

  /**
   * {@return the value of a piece of the user's Java inside other code, as {@link
   * #evaluate(String)} gives it; errors show the user's piece alone, at its lines in the cell}
   *
   * @param before code before the piece, ending with a line break
   * @param java the piece, without magics
   * @param after code behind the piece, beginning with a line break
   * @throws Exception what the code throws; a {@link UsageException} carrying javac's message when
   *     it does not compile
   */
  default @Nullable Object evaluate(String before, String java, String after) throws Exception {
    return evaluate(before + java + after);
  }

  /** {@return the session's variables that are in scope, by name, in order of declaration} */
  Map<String, @Nullable Object> variables();

  /**
   * Declares or replaces a variable.
   *
   * @param name a Java identifier
   * @param value its value; the variable's type is the nearest accessible class of the value
   */
  void define(String name, Object value);

  /**
   * {@return a handle on a display that was just shown, to update it}
   *
   * @param value anything: rendered as a result would be
   */
  DisplayHandle display(Object value);

  /**
   * {@return the representations that {@link #display} would show}
   *
   * @param value anything
   */
  MimeBundle render(Object value);

  /**
   * Shows a bundle in the client's pager when the cell ends.
   *
   * @param bundle what to show, with {@code text/plain}
   */
  default void page(MimeBundle bundle) {
    display(bundle);
  }

  /**
   * Puts code into the client's next input when the cell ends.
   *
   * @param code what stands there
   * @param replace whether it replaces the running cell's own text, as a magic does that loads code
   */
  default void nextInput(String code, boolean replace) {
    throw new UsageException("next input: this cell has no client to put it into");
  }

  /**
   * {@return whether the user asked to stop; long work asks often and ends early, keeping what is
   * done}
   */
  boolean interrupted();

  /** {@return whether compiled cells carry stop checks; they cost compiled loops nothing} */
  boolean stopChecks();

  /** One display that can be replaced in place. */
  interface DisplayHandle {
    /**
     * Replaces what is shown. At most four updates a second reach the client; the last always does.
     *
     * @param value anything
     */
    void update(Object value);

    /** Sends at once what the limit still holds back: for the end of the work. */
    default void flush() {}
  }
}
