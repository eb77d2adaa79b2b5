package lazuli.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import lazuli.install.html.Page;
import lazuli.install.jupyter.AotCache;
import lazuli.install.notebook.Execution;
import lazuli.install.notebook.NotebookRun;
import lazuli.install.process.Assembly;
import lazuli.install.process.Invocation;
import lazuli.install.process.UsageError;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs notebooks without Jupyter. */
@Command(
    name = "run",
    header = "Runs notebooks without Jupyter.",
    description = {
      "Each notebook has a kernel of its own; what its cells put out is printed. Writes the"
          + " executed notebook and an HTML page into the current directory as NAME.out.ipynb and"
          + " NAME.html; the source is never changed. Ends with status 1 at the first cell that"
          + " fails; what ran until then is written all the same."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class RunCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "NOTEBOOK", arity = "1..*", description = "Notebook files (.ipynb).")
  private List<Path> notebooks = new ArrayList<>();

  @Option(
      names = {"-p", "--parameter"},
      paramLabel = "NAME=VALUE",
      description = "Sets a parameter in a cell put after the one tagged \"parameters\".")
  private Map<String, String> parameters = new LinkedHashMap<>();

  @Option(
      names = {"-t", "--timeout"},
      paramLabel = "SECONDS",
      description = "Interrupts a cell that runs longer, and fails.")
  private @Nullable Double timeout;

  @Option(names = "--stdin", description = "Lets cells ask for input, answered from stdin.")
  private boolean stdin;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where the executed notebook goes (one notebook only).")
  private @Nullable Path output;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Where the page goes (one notebook only).")
  private @Nullable Path html;

  @Option(names = "--no-html", description = "Writes no page.")
  private boolean noHtml;

  @Option(names = "--allow-errors", description = "Goes on after a cell that fails.")
  private boolean allowErrors;

  @Option(
      names = "--jvm-flag",
      paramLabel = "FLAG",
      description = "One more flag for the kernel's JVM, as in --jvm-flag=-Xmx4g; repeatable.")
  private List<String> flags = new ArrayList<>();

  RunCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<NotebookRun> runs = check();
    var assembly = new Assembly(invocation.home());
    refresh(invocation, assembly);
    var printer = new OutputPrinter(invocation);
    try (var cancellation = Cancellation.onExit()) {
      for (NotebookRun run : runs) {
        Duration limit = timeout == null ? null : Duration.ofNanos((long) (timeout * 1e9));
        var progress = new Progress(invocation, printer, run, cancellation);
        NotebookRun.Outcome outcome =
            run.run(
                assembly,
                flags,
                new Execution.Options(limit, stdin, allowErrors),
                progress,
                executed -> Page.of(title(run.source()), executed, note(run.source())));
        progress.finished(outcome);
        if (outcome.problem() != null) {
          return Main.FAILED;
        }
      }
    }
    return Main.OK;
  }

  /** Sees to it that the kernel of this directory starts fast from the second time on. */
  static void refresh(Invocation invocation, Assembly assembly)
      throws IOException, InterruptedException {
    AotCache.refresh(
        assembly,
        Assembly.thisJava(),
        () ->
            invocation
                .err()
                .println("lazuli: training for faster starts, once (some seconds) ..."));
  }

  /** {@return every run, each known to be possible before the first one starts} */
  private List<NotebookRun> check() {
    if (notebooks.size() > 1 && (output != null || html != null)) {
      throw new UsageError(
          "-o and --html name one file, and " + notebooks.size() + " notebooks were given");
    }
    if (noHtml && html != null) {
      throw new UsageError("--html and --no-html contradict each other; give one of them");
    }
    if (timeout != null && !(timeout > 0)) {
      throw new UsageError("--timeout " + timeout + ": a number of seconds above 0 is needed");
    }
    var runs = new ArrayList<NotebookRun>();
    Set<Path> targets = new HashSet<>();
    for (Path given : notebooks) {
      Path source = invocation.directory().resolve(given);
      Path out = output == null ? Path.of(title(given) + ".out.ipynb") : output;
      Path page = noHtml ? null : html == null ? Path.of(title(given) + ".html") : html;
      if (!targets.add(out)) {
        throw new UsageError(given + ": a second notebook of this name would overwrite " + out);
      }
      runs.add(
          NotebookRun.of(
              source,
              given.toString(),
              parameters,
              writable(source, out, "the executed notebook"),
              page == null ? null : writable(source, page, "the page")));
    }
    return runs;
  }

  /** {@return the file in full, when an output can go there} */
  private Path writable(Path source, Path target, String what) {
    Path file = invocation.directory().resolve(target).toAbsolutePath().normalize();
    if (file.equals(source.toAbsolutePath().normalize())) {
      throw new UsageError(target + ": " + what + " would overwrite its source; name another file");
    }
    Path folder = file.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new UsageError(target + ": there is no such folder for " + what);
    }
    if (Files.isDirectory(file) || !Files.isWritable(Files.exists(file) ? file : folder)) {
      throw new UsageError(target + ": " + what + " cannot be written there");
    }
    return file;
  }

  private static String title(Path notebook) {
    return String.valueOf(notebook.getFileName()).replaceFirst("\\.ipynb$", "");
  }

  private static String note(Path notebook) {
    return notebook.getFileName()
        + ", run by Lazuli "
        + Version.number()
        + " on Java "
        + Runtime.version()
        + ", "
        + LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm"));
  }
}
