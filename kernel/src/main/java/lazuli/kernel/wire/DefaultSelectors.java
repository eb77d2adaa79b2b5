package lazuli.kernel.wire;

import java.nio.channels.spi.SelectorProvider;
import org.jspecify.annotations.Nullable;

/**
 * Names the system's own provider of selectors and pipes before anybody asks for it. Without a name
 * the JDK first looks for one in every jar of the class path and opens them all, a fifth of the
 * work before a kernel's sockets answer; none of the jars has one.
 */
final class DefaultSelectors {
  private static final String PROPERTY = "java.nio.channels.spi.SelectorProvider";

  private DefaultSelectors() {}

  /** Decides, unless the user did by the JDK's system property, or it is decided already. */
  static void choose() {
    String name = name(System.getProperty("os.name", ""));
    if (name == null || System.getProperty(PROPERTY) != null) {
      return;
    }
    try {
      // A name that the JDK cannot use would leave it without selectors for ever.
      var _ = Class.forName(name).getConstructor();
    } catch (ReflectiveOperationException | LinkageError e) {
      return;
    }
    System.setProperty(PROPERTY, name);
    try {
      var _ = SelectorProvider.provider();
    } finally {
      System.clearProperty(PROPERTY);
    }
  }

  /** {@return the class that the JDK takes by default; null where it is left to look} */
  static @Nullable String name(String os) {
    if (os.equals("Linux")) {
      return "sun.nio.ch.EPollSelectorProvider";
    }
    return os.startsWith("Mac") ? "sun.nio.ch.KQueueSelectorProvider" : null;
  }
}
