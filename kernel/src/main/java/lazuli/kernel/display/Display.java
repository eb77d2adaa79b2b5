package lazuli.kernel.display;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collection;
import java.util.UUID;
import lazuli.kernel.ext.CellOutput;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.ext.Progress;
import lazuli.kernel.ext.UsageException;
import lazuli.kernel.progress.Loop;
import org.jspecify.annotations.Nullable;

/**
 * The functions that every cell can call by their bare names.
 *
 * <p>One static reference: the session of this process. User code has no other way to it, from
 * background threads too.
 */
public final class Display {
  private static volatile @Nullable Surface current;

  /** Told from an equal string by identity: the kernel does not show it as a result. */
  private static volatile @Nullable String latestId;

  private Display() {}

  /** Makes a session the one that the functions use; null for none. Called by the session. */
  public static void use(@Nullable Surface surface) {
    current = surface;
  }

  private static Surface surface() {
    Surface surface = current;
    if (surface == null) {
      throw new UsageException("display: this works only in a notebook's cell");
    }
    return surface;
  }

  /**
   * Shows a value below the cell.
   *
   * @param value anything
   * @param mimes the MIME types to show it in; all that it has if none are given. Text is taken to
   *     be written in them: {@code display("<b>x</b>", "text/html")}
   * @return the display's id, for {@link #updateDisplay}
   */
  public static String display(@Nullable Object value, String... mimes) {
    Surface surface = surface();
    String id = UUID.randomUUID().toString();
    latestId = id;
    surface.show(id, surface.renderers().render(value, mimes));
    return id;
  }

  /**
   * Replaces what is shown under an id.
   *
   * @param id what {@link #display} returned
   * @param value anything
   * @param mimes as for {@link #display}
   */
  public static void updateDisplay(String id, @Nullable Object value, String... mimes) {
    Surface surface = surface();
    surface.update(id, surface.renderers().render(value, mimes));
  }

  /**
   * {@return the representations that {@link #display} would show}
   *
   * @param value anything
   * @param mimes as for {@link #display}
   */
  public static MimeBundle render(@Nullable Object value, String... mimes) {
    return surface().renderers().render(value, mimes);
  }

  /**
   * Clears the cell's output.
   *
   * @param wait whether to wait for the next output, which avoids flicker
   */
  public static void clearOutput(boolean wait) {
    surface().clear(wait);
  }

  /**
   * Shows a value in the client's pager when the cell ends, away from the cell's output. Clients
   * without a pager print it.
   *
   * @param value anything
   */
  public static void page(@Nullable Object value) {
    surface().page(surface().renderers().render(value));
  }

  /**
   * Puts code into a new cell below this one, or at the console's next prompt, when the cell ends.
   *
   * @param code what stands there, to be edited or run
   */
  public static void setNextInput(String code) {
    surface().nextInput(code, false);
  }

  /**
   * {@return this cell as a place for output, to hand to a thread that outlives it: what the thread
   * prints inside {@link CellOutput#run} goes below this cell and not below the latest}
   *
   * @throws UsageException before the first cell
   */
  public static CellOutput thisCell() {
    return surface().thisCell();
  }

  /**
   * {@return the same items in the same order, with a bar that shows how far the loop is}
   *
   * <p>{@code for (var batch : progress(batches)) { ... }}
   *
   * @param items what to loop over; a collection's size gives the time left
   * @param <T> the items' type
   */
  public static <T> Iterable<T> progress(Iterable<T> items) {
    return progress("", items);
  }

  /**
   * {@return the same items in the same order, with a named bar that shows how far the loop is}
   *
   * @param name what the loop does
   * @param items what to loop over; a collection's size gives the time left
   * @param <T> the items' type
   */
  public static <T> Iterable<T> progress(String name, Iterable<T> items) {
    long total = items instanceof Collection<T> collection ? collection.size() : -1;
    return new Loop<>(items, () -> progress(name, total));
  }

  /**
   * {@return the same items in the same order, with a bar that shows how far the loop is}
   *
   * @param items what to loop over
   * @param <T> the items' type
   */
  public static <T> Iterable<T> progress(T[] items) {
    return progress("", Arrays.asList(items));
  }

  /**
   * {@return the numbers of a range, with a bar that shows how far the loop is}
   *
   * @param end the first number that is left out; the range begins at 0
   */
  public static Iterable<Integer> progress(int end) {
    return progress("", new Range(end));
  }

  /** The numbers from 0, as a collection without storing them. */
  private static final class Range extends AbstractList<Integer> {
    private final int end;

    Range(int end) {
      this.end = end;
    }

    @Override
    public Integer get(int i) {
      return i;
    }

    @Override
    public int size() {
      return end;
    }
  }

  /**
   * {@return a bar for work that is no simple loop; close it when the work is done}
   *
   * <p>{@code try (var bar = progress("training", 100)) { ... bar.step(); }}
   *
   * @param name what is being done
   * @param total how many steps there are; negative when nobody knows
   */
  public static Progress progress(String name, long total) {
    return surface().progress(name, total);
  }

  /** {@return whether a value is the id that {@link #display} returned last} */
  public static boolean isLatestId(Object value) {
    return value == latestId;
  }

  /**
   * {@return a line that the user types}
   *
   * @param prompt what to ask
   * @throws UsageException when the client takes no input
   */
  public static String input(String prompt) {
    return surface().input(prompt, false);
  }

  /**
   * {@return a line that the user types unseen}
   *
   * @param prompt what to ask
   * @throws UsageException when the client takes no input
   */
  public static String password(String prompt) {
    return surface().input(prompt, true);
  }

  /**
   * {@return the result of a cell}
   *
   * @param cell its number
   * @param <T> what the caller takes it for
   * @throws UsageException when the cell has no result, or it was not kept
   */
  public static <T> T Out(int cell) {
    return surface().results().get(cell);
  }

  /**
   * {@return the latest result}
   *
   * @param <T> what the caller takes it for
   * @throws UsageException when there is none
   */
  public static <T> T Out() {
    return surface().results().last();
  }
}
