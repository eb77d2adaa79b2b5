package lazuli.kernel.ext;

import java.util.List;

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

  /**
   * {@return the representations of a value when some are asked for by name; what it lacks may be
   * left out}
   *
   * @param value the value
   * @param mimes the MIME types that are asked for, at least one
   */
  default MimeBundle render(T value, List<String> mimes) {
    return render(value);
  }
}
