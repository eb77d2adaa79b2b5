package lazuli.install.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import lazuli.install.process.Invocation.Platform;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose home a command means. */
class InvocationTest {
  @ParameterizedTest(name = "{0} HOME={1}")
  @CsvSource({
    "UNIX, /set, /set",
    "MAC, /set, /set",
    "UNIX, '', /account",
    "WINDOWS, /set, /account", // Python asks USERPROFILE there, which is Java's too
  })
  void homeIsWhereJupyterLooks(Platform platform, String home, String expected) {
    assertEquals(Path.of(expected), Invocation.homeOf(platform, Map.of("HOME", home), "/account"));
    assertEquals(Path.of("/account"), Invocation.homeOf(platform, Map.of(), "/account"));
  }
}
