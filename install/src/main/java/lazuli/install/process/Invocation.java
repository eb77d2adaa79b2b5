package lazuli.install.process;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a command may touch of the outside world, so that tests can give it another one.
 *
 * @param out results
 * @param err progress and errors
 * @param in what the user types
 * @param directory the current directory, where outputs go
 * @param userHome the user's home directory
 * @param environment the environment variables
 * @param platform whose rules for data directories hold
 * @param home Lazuli's own directory with {@code lib} and {@code jvm.flags}
 */
public record Invocation(
    PrintStream out,
    PrintStream err,
    InputStream in,
    Path directory,
    Path userHome,
    Map<String, String> environment,
    Platform platform,
    Path home) {

  /** Operating systems with rules of their own. */
  public enum Platform {
    /** Linux and other Unix systems. */
    UNIX,
    /** macOS. */
    MAC,
    /** Windows. */
    WINDOWS;

    private static Platform current() {
      String name = System.getProperty("os.name", "");
      return name.startsWith("Windows") ? WINDOWS : name.startsWith("Mac") ? MAC : UNIX;
    }
  }

  /** {@return the real one; the launcher names Lazuli's directory in {@code lazuli.home}} */
  public static Invocation ofThisProcess() {
    String home = System.getProperty("lazuli.home");
    if (home == null) {
      throw new IllegalStateException("start Lazuli by its launcher: ./lazuli");
    }
    return new Invocation(
        System.out,
        System.err,
        System.in,
        Path.of("").toAbsolutePath(),
        homeOf(Platform.current(), System.getenv(), System.getProperty("user.home", ".")),
        System.getenv(),
        Platform.current(),
        Path.of(home));
  }

  /**
   * {@return the home directory as Jupyter sees it: Python believes HOME, Java's property names the
   * home of the account instead}
   */
  static Path homeOf(Platform platform, Map<String, String> environment, String account) {
    String home = environment.get("HOME");
    return Path.of(platform == Platform.WINDOWS || home == null || home.isEmpty() ? account : home);
  }

  /**
   * {@return an environment variable; null if it is not set or empty}
   *
   * @param name its name
   */
  public @Nullable String variable(String name) {
    String value = environment.get(name);
    return value == null || value.isEmpty() ? null : value;
  }
}
