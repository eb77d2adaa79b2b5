package lazuli.kernel.display;

import lazuli.kernel.ext.CellOutput;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.ext.Progress;

/** Where {@link Display} shows things: the kernel's session. */
public interface Surface {
  /** {@return the renderers of the session} */
  Renderers renderers();

  /**
   * Shows a bundle below the latest cell.
   *
   * @param id the display's id, to update it
   */
  void show(String id, MimeBundle bundle);

  /** Replaces what is shown under an id, wherever it stands. */
  void update(String id, MimeBundle bundle);

  /**
   * Clears the output of the latest cell.
   *
   * @param wait whether to wait for the next output, which avoids flicker
   */
  void clear(boolean wait);

  /**
   * {@return a line from the user}
   *
   * @param password whether to hide what is typed
   * @throws lazuli.kernel.ext.UsageException when the client takes no input
   */
  String input(String prompt, boolean password);

  /** Shows a bundle in the client's pager when the cell ends. */
  void page(MimeBundle bundle);

  /**
   * Puts code into the client's next input when the cell ends.
   *
   * @param replace whether to replace the running cell's text instead of adding a cell
   */
  void nextInput(String code, boolean replace);

  /** {@return the cell that the calling thread's output goes below} */
  CellOutput thisCell();

  /**
   * {@return a new bar below the latest cell}
   *
   * @param name what is being done
   * @param total how many steps there are; negative when nobody knows
   */
  Progress progress(String name, long total);

  /** {@return the results of cells by number} */
  Results results();
}
