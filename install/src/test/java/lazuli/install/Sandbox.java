package lazuli.install;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import lazuli.install.process.Invocation;

/**
 * A command line in a world of its own.
 *
 * @param directory current directory and home of the user
 * @param home Lazuli's directory
 * @param environment environment variables
 */
record Sandbox(Path directory, Path home, Map<String, String> environment) {
  /** What one command did. */
  record Outcome(int status, String out, String err) {}

  static Sandbox in(Path directory) {
    return new Sandbox(directory, directory.resolve("no-assembly"), Map.of());
  }

  Sandbox with(Path assembly) {
    return new Sandbox(directory, assembly, environment);
  }

  Outcome run(String... arguments) {
    return runWithInput("", arguments);
  }

  Outcome runWithInput(String typed, String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int status =
        Main.run(
            new Invocation(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
                directory,
                directory,
                environment,
                Invocation.Platform.UNIX,
                home),
            arguments);
    return new Outcome(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
