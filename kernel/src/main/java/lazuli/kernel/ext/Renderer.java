package lazuli.kernel.ext;

/**
 * Turns values of one type into bundles.
 *
 * @param <T> the type
 */
@FunctionalInterface
public interface Renderer<T> {
  /**
   * {@return the representations of a value; always with {@code text/plain}}
   *
   * @param value the value
   */
  MimeBundle render(T value);
}
