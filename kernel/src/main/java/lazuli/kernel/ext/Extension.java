package lazuli.kernel.ext;

/** Something that the kernel finds by {@link java.util.ServiceLoader} and installs at start. */
public interface Extension {
  /**
   * Registers magics, renderers and imports. Called once, before the first cell; must be quick.
   *
   * @param host where to register
   */
  void install(Host host);
}
