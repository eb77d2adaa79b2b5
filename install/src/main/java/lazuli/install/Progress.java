package lazuli.install;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import lazuli.install.notebook.Cell;
import lazuli.install.notebook.Execution;
import lazuli.install.notebook.NotebookRun;
import lazuli.install.process.Invocation;
import lazuli.kernel.wire.Json;
import org.jspecify.annotations.Nullable;

/** What a person sees while one notebook runs: outputs on stdout, progress on stderr. */
final class Progress implements Execution.Watcher {
  private final PrintStream err;
  private final Path directory;
  private final OutputPrinter printer;
  private final NotebookRun run;
  private final Cancellation cancellation;
  private int of;
  private int last;

  Progress(
      Invocation invocation, OutputPrinter printer, NotebookRun run, Cancellation cancellation) {
    err = invocation.err();
    directory = invocation.directory();
    this.printer = printer;
    this.run = run;
    this.cancellation = cancellation;
    err.println(run.source().getFileName() + ": starting the kernel");
  }

  @Override
  public void starts(int number, int cells, Cell cell) {
    of = cells;
    last = number;
    String first = cell.source().strip().lines().findFirst().orElse("");
    err.println("[" + number + "/" + of + "] " + first);
  }

  @Override
  public void output(String type, Json.Obj content) {
    printer.message(type, content);
  }

  @Override
  public void ended(int number, int cells, Duration took, @Nullable String problem) {
    printer.cellEnded();
    err.println("[" + number + "/" + cells + "] " + seconds(took));
  }

  @Override
  public @Nullable String input(String prompt, boolean password) {
    return printer.ask(prompt, password);
  }

  @Override
  public boolean cancelled() {
    return cancellation.cancelled();
  }

  /** Says how the run ended and where its outputs are. */
  void finished(NotebookRun.Outcome outcome) {
    String name = String.valueOf(run.source().getFileName());
    String written =
        run.html() == null
            ? shown(run.output())
            : shown(run.output()) + " and " + shown(run.html());
    if (outcome.problem() == null) {
      String cells = of == 1 ? "1 cell" : of + " cells";
      err.println(name + ": " + cells + " in " + seconds(outcome.took()) + "; written: " + written);
    } else {
      err.println("written until then: " + written);
      err.println(
          "lazuli run: " + name + ": cell " + last + " of " + of + ": " + outcome.problem());
    }
  }

  private String shown(Path file) {
    return (file.startsWith(directory) ? directory.relativize(file) : file).toString();
  }

  private static String seconds(Duration took) {
    return String.format(Locale.ROOT, "%.2f s", took.toNanos() / 1e9);
  }
}
