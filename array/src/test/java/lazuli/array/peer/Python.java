package lazuli.array.peer;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A Python process that runs one of our scripts. The variable {@code LAZULI_PYTHON} names the
 * interpreter, else {@code python3}.
 */
public final class Python implements AutoCloseable {
  private final Process process;
  private final InputStream from;
  private final OutputStream to;
  private final Path folder;

  private Python(Process process, Path folder) {
    this.process = process;
    this.folder = folder;
    from = new BufferedInputStream(process.getInputStream(), 1 << 16);
    to = process.getOutputStream();
  }

  /** {@return the interpreter to use} */
  public static String command() {
    String named = System.getenv("LAZULI_PYTHON");
    return named == null || named.isBlank() ? "python3" : named;
  }

  /** {@return null if the interpreter is there and imports the modules, else what is missing} */
  public static String missing(String... modules) {
    try {
      Process probe =
          new ProcessBuilder(command(), "-c", "import " + String.join(", ", modules))
              .redirectErrorStream(true)
              .start();
      String said = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (probe.waitFor() == 0) {
        return null;
      }
      List<String> lines = said.lines().toList();
      return "'" + command() + "': " + (lines.isEmpty() ? "it failed" : lines.getLast());
    } catch (IOException absent) {
      return absent.getMessage();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }

  /** {@return a process that runs a script which lies beside a class} */
  public static Python start(Class<?> beside, String script, String... arguments)
      throws IOException {
    Path folder = Files.createTempDirectory("lazuli-python");
    Path file = folder.resolve(script);
    try (InputStream in = beside.getResourceAsStream(script)) {
      Files.copy(in, file);
    }
    var words = new java.util.ArrayList<>(List.of(command(), "-u", file.toString()));
    words.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.redirectError(folder.resolve("stderr.txt").toFile());
    return new Python(builder.start(), folder);
  }

  /** Sends a line. */
  public void say(String line) throws IOException {
    to.write((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Hands over what was said. */
  public void flush() throws IOException {
    to.flush();
  }

  /** {@return the next line} */
  public String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = from.read(); c != '\n'; c = from.read()) {
      if (c < 0) {
        String error = Files.readString(folder.resolve("stderr.txt"));
        throw new IOException("the Python process ended: " + error.strip());
      }
      line.write(c);
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  /** {@return the next bytes} */
  public byte[] bytes(int count) throws IOException {
    return from.readNBytes(count);
  }

  @Override
  public void close() throws IOException {
    to.close();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException stop) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
