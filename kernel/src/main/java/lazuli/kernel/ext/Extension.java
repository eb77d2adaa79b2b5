package lazuli.kernel.ext;

import java.util.List;

/** Something that the kernel finds by {@link java.util.ServiceLoader} and installs at start. */
public interface Extension {
  /**
   * {@return modules of the JDK that this extension needs and that are not loaded by default}
   *
   * <p>They are loaded before {@link #install} is called.
   */
  default List<String> modules() {
    return List.of();
  }

  /**
   * Registers magics, renderers and imports. Called once, before the first cell; must be quick.
   *
   * @param host where to register
   */
  void install(Host host);
}
