package lazuli.kernel.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.channels.spi.SelectorProvider;
import org.junit.jupiter.api.Test;

class DefaultSelectorsTest {
  @Test
  void theNamedProviderIsTheJdksOwn() {
    String name = DefaultSelectors.name(System.getProperty("os.name"));
    assumeTrue(name != null, "this system's provider is left to the JDK");
    assertEquals(name, SelectorProvider.provider().getClass().getName());
  }

  @Test
  void anUnknownSystemIsLeftToTheJdk() {
    assertNull(DefaultSelectors.name("Plan 9"));
  }

  @Test
  void theChoiceLeavesNoTrace() {
    DefaultSelectors.choose();
    assertNull(System.getProperty("java.nio.channels.spi.SelectorProvider"));
    assertEquals("sun.nio.ch", SelectorProvider.provider().getClass().getPackageName());
  }
}
