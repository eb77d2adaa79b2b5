package lazuli.install.jupyter;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import lazuli.install.process.Assembly;
import lazuli.install.process.KernelProcess;
import lazuli.install.process.UsageError;
import lazuli.kernel.wire.Exchange;
import lazuli.kernel.wire.Json;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's classes as one ahead-of-time file (JEP 483, 514, 515), made by a training run that
 * does what a first notebook does. Without it the kernel works and starts slower.
 */
public final class AotCache {
  private static final Duration CELL = Duration.ofSeconds(30);
  private static final Duration WRITING = Duration.ofSeconds(90);

  private AotCache() {}

  /**
   * Makes the cache of an installed kernel.
   *
   * @param spec the kernel
   * @return why there is none; null when it was made
   */
  public static @Nullable String train(Kernelspec spec) throws InterruptedException {
    var assembly = new Assembly(spec.folder().toAbsolutePath());
    Path cache = assembly.aotCache();
    var command = new ArrayList<String>();
    for (String word : spec.command()) {
      if (word.startsWith("-XX:AOTCache=")) {
        command.add("-XX:AOTCacheOutput=" + cache);
      } else if (!word.equals("{connection_file}")) {
        command.add(word);
      }
    }
    try (KernelProcess kernel = KernelProcess.start(command, spec.folder().toAbsolutePath())) {
      for (String cell : lesson()) {
        Exchange exchange = kernel.client().execute(cell, false);
        exchange.await(CELL);
      }
      String code = "\"abc\".sub";
      kernel
          .client()
          .shell("complete_request", Json.object("code", code, "cursor_pos", code.length()))
          .await(CELL);
      kernel
          .client()
          .shell(
              "inspect_request",
              Json.object("code", "\"abc\".length()", "cursor_pos", 12, "detail_level", 0))
          .await(CELL);
      kernel.shutdown(WRITING);
    } catch (IOException | TimeoutException | UsageError failure) {
      return failure.getMessage();
    }
    return Files.exists(cache) ? null : "the JVM wrote no " + cache;
  }

  /**
   * Asks the JVM whether it can use the cache of an installed kernel.
   *
   * @param spec the kernel
   * @return why not; null when it can
   */
  public static @Nullable String check(Kernelspec spec) throws InterruptedException {
    Path cache = spec.folder().resolve(Assembly.AOT_CACHE);
    if (!Files.exists(cache)) {
      return "there is none";
    }
    var command = new ArrayList<>(spec.command());
    int main = command.indexOf(Assembly.KERNEL);
    command.subList(main, command.size()).clear();
    // With this mode the JVM refuses to start where it would silently go on without the cache.
    command.add(1, "-XX:AOTMode=on");
    command.add("-version");
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String printed =
          new String(process.getInputStream().readAllBytes(), Charset.defaultCharset());
      return process.waitFor() == 0
          ? null
          : printed
              .lines()
              .filter(line -> !line.startsWith("WARNING"))
              .findFirst()
              .orElse("refused");
    } catch (IOException e) {
      return "the JVM cannot be started (" + e.getMessage() + ")";
    }
  }

  /** {@return the cells of a first notebook: what they load is in the cache} */
  private static List<String> lesson() throws IOException {
    try (var cells = AotCache.class.getResourceAsStream("training.jsh")) {
      if (cells == null) {
        throw new IOException("training.jsh is missing from the jar");
      }
      String text = new String(cells.readAllBytes(), StandardCharsets.UTF_8);
      return List.of(text.split("(?m)^// ---\n"));
    }
  }
}
