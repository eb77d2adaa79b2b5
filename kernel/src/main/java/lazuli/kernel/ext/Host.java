package lazuli.kernel.ext;

/** Where an {@link Extension} registers what it brings. */
public interface Host {
  /**
   * Adds a magic under its name.
   *
   * @param magic the magic
   */
  void magic(Magic magic);

  /**
   * Adds a renderer for a type and its subtypes; the most specific type wins.
   *
   * @param type the type
   * @param renderer its renderer
   * @param <T> the type
   */
  <T> void renderer(Class<T> type, Renderer<? super T> renderer);

  /**
   * Makes an import available in every cell.
   *
   * @param declaration such as {@code import static lazuli.array.Lazuli.*;}
   */
  void imports(String declaration);

  /**
   * Makes the kernel hold values of a type weakly in {@code Out} and in its temporaries, so that a
   * result that the user did not name does not pin its memory.
   *
   * @param type the type
   */
  void holdWeakly(Class<?> type);

  /**
   * Runs work in the background once the kernel is ready, to warm the paths that a first cell
   * takes.
   *
   * @param work short and harmless; what it throws is ignored
   */
  void warm(Runnable work);

  /** {@return where code of cells stands; answers empty text before Java is up} */
  Whereabouts whereabouts();
}
