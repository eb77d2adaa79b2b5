package lazuli.kernel.ext;

/**
 * One cell as a place for output. What a background thread prints or displays goes below the latest
 * cell; inside {@link #run} it goes below this one, whichever is the latest by then.
 *
 * <p>A cell gets its own by {@code thisCell()}: {@code var here = thisCell(); new
 * Thread(here.wrap(() -> System.out.println("done"))).start();}
 */
@FunctionalInterface
public interface CellOutput {
  /**
   * Runs work on the calling thread, with its output below this cell.
   *
   * @param work what prints or displays
   */
  void run(Runnable work);

  /**
   * {@return the work with its output below this cell, for a thread or an executor}
   *
   * @param work what prints or displays
   */
  default Runnable wrap(Runnable work) {
    return () -> run(work);
  }
}
