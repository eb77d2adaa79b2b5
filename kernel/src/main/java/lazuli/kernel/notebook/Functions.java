package lazuli.kernel.notebook;

import java.util.List;
import lazuli.kernel.ext.Notebook;
import lazuli.kernel.ext.UsageException;
import org.jspecify.annotations.Nullable;

/**
 * What every cell can call by its bare name, beside {@link lazuli.kernel.display.Display}.
 *
 * <p>One static reference: the notebook of this process. User code has no other way to it, from
 * background threads too.
 */
public final class Functions {
  private static volatile @Nullable Notebook current;

  private Functions() {}

  /** Makes a notebook the one that the functions use; null for none. Called by the session. */
  public static void use(@Nullable Notebook notebook) {
    current = notebook;
  }

  /**
   * {@return the running notebook}
   *
   * @throws UsageException when there is none
   */
  public static Notebook notebook() {
    Notebook notebook = current;
    if (notebook == null) {
      throw new UsageException("this works only in a notebook's cell");
    }
    return notebook;
  }

  /**
   * {@return the value of the last expression of a cell's text, null if it has none}
   *
   * @param cell what could be typed in a cell, magics too; declarations stay
   * @throws Exception what the code throws; a {@link UsageException} when it does not compile
   */
  public static @Nullable Object eval(String cell) throws Exception {
    return notebook().evaluate(cell);
  }

  /**
   * {@return the value of a line magic, null for none}
   *
   * @param name the name without its percent sign
   * @param arguments the words after it
   * @param <T> what the caller takes it for
   */
  @SuppressWarnings("unchecked")
  public static <T> @Nullable T lineMagic(String name, List<String> arguments) {
    return (T) unchecked(() -> notebook().lineMagic(name, arguments));
  }

  /**
   * {@return the value of a cell magic, null for none}
   *
   * @param name the name without its percent signs
   * @param arguments the words after it
   * @param body the lines below it
   * @param <T> what the caller takes it for
   */
  @SuppressWarnings("unchecked")
  public static <T> @Nullable T cellMagic(String name, List<String> arguments, String body) {
    return (T) unchecked(() -> notebook().cellMagic(name, arguments, body));
  }

  /**
   * Prints as {@link java.io.PrintStream#printf(String, Object...)} of standard output does.
   *
   * @param format the format
   * @param arguments its arguments
   */
  public static void printf(String format, @Nullable Object... arguments) {
    System.out.printf(format, arguments);
  }

  /** IJava declares no exception here: what the magic threw passes as it is. */
  private static @Nullable Object unchecked(
      java.util.concurrent.Callable<? extends @Nullable Object> call) {
    try {
      return call.call();
    } catch (Exception e) {
      throw Functions.<RuntimeException>as(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static <E extends Exception> E as(Exception e) throws E {
    throw (E) e;
  }
}
