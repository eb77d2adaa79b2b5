package lazuli.gpu.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;

/** The lines of a run, written as they come: a run that is cut off leaves what it had. Mutable. */
final class Table {
  private final List<String> lines = new ArrayList<>();
  private final Path file;
  private final long end;
  private final Pattern only;
  private int failed;
  private int left;

  /**
   * Begins a table.
   *
   * @param file where it goes
   * @param seconds after which nothing new is begun
   * @param only what a row's name must match
   */
  Table(Path file, long seconds, Pattern only) {
    this.file = file;
    this.only = only;
    end = System.nanoTime() + seconds * 1_000_000_000L;
  }

  /** {@return how many lines failed} */
  int failed() {
    return failed;
  }

  /** {@return how many lines were left out because the time was up} */
  int left() {
    return left;
  }

  /** Adds a line. */
  void say(String line) {
    lines.add(line);
    System.out.println(line);
    try {
      Files.write(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Begins a table of such columns. */
  void columns(String... names) {
    say("");
    say("| " + String.join(" | ", names) + " |");
    say("|" + "---|".repeat(names.length));
  }

  /** Adds a row: a name and what the body gives, or why there is nothing. */
  void row(String name, Callable<List<String>> body) {
    if (!only.matcher(name).find()) {
      return;
    }
    if (System.nanoTime() > end) {
      left++;
      say("| " + name + " | not run: the time was up |");
      return;
    }
    try {
      say("| " + name + " | " + String.join(" | ", body.call()) + " |");
    } catch (Exception | LinkageError | OutOfMemoryError | AssertionError e) {
      failed++;
      String text = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      say("| " + name + " | FAILED: " + text.replace('|', '/') + " |");
    }
  }
}
