package lazuli.install.jupyter;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
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
  private static final String USE = "-XX:AOTCache=";
  private static final Duration CELL = Duration.ofSeconds(60);
  private static final Duration WRITING = Duration.ofSeconds(90);

  private AotCache() {}

  /**
   * Makes the cache of an installed kernel.
   *
   * @param spec the kernel
   * @return why there is none; null when it was made
   */
  public static @Nullable String train(Kernelspec spec) throws InterruptedException {
    Path folder = spec.folder().toAbsolutePath();
    var command = new ArrayList<>(spec.command());
    command.remove("{connection_file}");
    command.removeIf(word -> word.startsWith(USE));
    return train(command, new Assembly(folder));
  }

  /**
   * Makes the cache of an assembled directory that runs in place, unless the one that is there was
   * made with these jars, these flags and this Java. Nothing is done where it cannot be written, or
   * while another process makes it.
   *
   * @param assembly the directory
   * @param java the Java program that will run the kernel
   * @param progress told before it takes some seconds
   */
  public static void refresh(Assembly assembly, Path java, Runnable progress)
      throws IOException, InterruptedException {
    Path stamp = assembly.directory().resolve(Assembly.AOT_CACHE + ".made");
    String now = fingerprint(assembly, java);
    if (!Files.isWritable(assembly.directory())
        || Files.exists(stamp) && Files.readString(stamp).equals(now)) {
      return;
    }
    Path lock = assembly.directory().resolve(Assembly.AOT_CACHE + ".lock");
    try (FileChannel channel = FileChannel.open(lock, CREATE, WRITE);
        FileLock mine = channel.tryLock()) {
      if (mine == null) {
        return;
      }
      Files.deleteIfExists(assembly.aotCache());
      progress.run();
      // Said to have been tried, whatever comes of it: it is not tried before each run.
      train(assembly.kernelCommand(java, List.of()), assembly);
      Files.writeString(stamp, now);
    }
  }

  /** {@return everything that a cache depends on} */
  private static String fingerprint(Assembly assembly, Path java) throws IOException {
    var text = new StringBuilder(java + " " + Runtime.version() + " " + assembly.flags() + "\n");
    for (Path jar : assembly.jars()) {
      text.append(jar).append(' ').append(Files.size(jar)).append(' ');
      text.append(Files.getLastModifiedTime(jar)).append('\n');
    }
    return text.toString();
  }

  private static @Nullable String train(List<String> command, Assembly assembly)
      throws InterruptedException {
    Path cache = assembly.aotCache();
    var training = new ArrayList<>(command);
    training.addAll(1, List.of("-XX:AOTCacheOutput=" + cache, "-Dlazuli.training=true"));
    try (KernelProcess kernel = KernelProcess.startForTraining(training, assembly.directory())) {
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
    int main = command.indexOf("-jar");
    if (main < 0) {
      return "this kernel was installed by an older version";
    }
    // The cache belongs to this class path; -version alone would be another.
    command.subList(main, command.size()).clear();
    command.add("-cp");
    command.add(spec.folder().toAbsolutePath().resolve(Assembly.KERNEL_JAR).toString());
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
