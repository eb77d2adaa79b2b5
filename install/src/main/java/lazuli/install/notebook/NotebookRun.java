package lazuli.install.notebook;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import lazuli.install.process.Assembly;
import lazuli.install.process.KernelProcess;
import lazuli.install.process.UsageError;
import lazuli.kernel.wire.Json;
import org.jspecify.annotations.Nullable;

/**
 * One notebook, run from its source file to its outputs. The source is never written.
 *
 * @param source the notebook file
 * @param notebook what it holds
 * @param cells its cells with the parameters injected
 * @param output where the executed notebook goes
 * @param html where the page goes; null for none
 */
public record NotebookRun(
    Path source, Notebook notebook, List<Cell> cells, Path output, @Nullable Path html) {

  /**
   * {@return a run that is known to be possible: the notebook is one and the parameters fit}
   *
   * @param source the notebook file
   * @param name what to call it in errors
   * @param parameters name to value as typed
   * @param output where the executed notebook goes
   * @param html where the page goes; null for none
   * @throws UsageError in one line, before anything was written
   */
  public static NotebookRun of(
      Path source, String name, Map<String, String> parameters, Path output, @Nullable Path html) {
    Notebook notebook = Notebook.read(source, name);
    List<Cell> cells = Parameters.inject(name, notebook, parameters);
    return new NotebookRun(source, notebook, cells, output, html);
  }

  /**
   * What a run ended with.
   *
   * @param problem why it stopped early; null when every cell ran
   * @param took the whole run with the start of the kernel
   */
  public record Outcome(@Nullable String problem, Duration took) {}

  /**
   * Runs the cells and writes what they put out, also when one fails.
   *
   * @param assembly whose kernel runs
   * @param flags more JVM flags for the kernel
   * @param options what to allow
   * @param watcher who watches
   * @param page makes the page from the executed notebook
   * @return how it ended
   * @throws IOException when the kernel cannot be started or an output cannot be written
   */
  public Outcome run(
      Assembly assembly,
      List<String> flags,
      Execution.Options options,
      Execution.Watcher watcher,
      Function<Notebook, String> page)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    Path folder = source.toAbsolutePath().getParent();
    Execution.Result result;
    Json language;
    try (KernelProcess kernel =
        KernelProcess.start(
            assembly.kernelCommand(Assembly.thisJava(), flags),
            folder == null ? Path.of(".") : folder)) {
      kernel.awaitJava();
      language = kernel.info().at("language_info");
      result = new Execution(kernel, options, watcher).run(cells);
    }
    Notebook executed = notebook.with(result.cells());
    if (language instanceof Json.Obj info) {
      executed = executed.with(info);
    }
    write(output, executed.bytes());
    if (html != null) {
      write(html, page.apply(executed).getBytes(StandardCharsets.UTF_8));
    }
    return new Outcome(result.problem(), Duration.ofNanos(System.nanoTime() - start));
  }

  /** A reader never sees half a file. */
  private static void write(Path target, byte[] content) throws IOException {
    Path absolute = target.toAbsolutePath();
    Path fresh = absolute.resolveSibling(absolute.getFileName() + ".part");
    Files.write(fresh, content);
    try {
      Files.move(fresh, absolute, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(fresh, absolute, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
