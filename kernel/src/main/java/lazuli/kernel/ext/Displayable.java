package lazuli.kernel.ext;

/** A value that knows its own representations. */
@FunctionalInterface
public interface Displayable {
  /** {@return the representations; always with {@code text/plain}} */
  MimeBundle bundle();
}
