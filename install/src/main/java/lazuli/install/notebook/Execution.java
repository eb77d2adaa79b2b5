package lazuli.install.notebook;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import lazuli.install.process.KernelProcess;
import lazuli.kernel.wire.Exchange;
import lazuli.kernel.wire.Json;
import lazuli.kernel.wire.Message;
import org.jspecify.annotations.Nullable;

/** Runs the cells of one notebook in order, until the first that fails. Used by one thread. */
public final class Execution {
  /** How long a cell may take to end after it was interrupted. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  /** How often death and cancellation are looked for while a cell is silent. */
  private static final Duration LOOK = Duration.ofMillis(100);

  /**
   * What to allow.
   *
   * @param timeout per cell; null for no limit
   * @param stdin whether cells may ask for input
   * @param allowErrors whether to go on after a failing cell
   */
  public record Options(@Nullable Duration timeout, boolean stdin, boolean allowErrors) {}

  /** Who watches and may stop it. */
  public interface Watcher {
    /**
     * A cell is about to run.
     *
     * @param number its number among those that run, from 1
     * @param of how many run
     * @param cell the cell
     */
    void starts(int number, int of, Cell cell);

    /**
     * A cell put something out.
     *
     * @param type the type of the iopub message
     * @param content its content
     */
    void output(String type, Json.Obj content);

    /**
     * A cell ended.
     *
     * @param number its number among those that run, from 1
     * @param of how many run
     * @param took from the request to the status idle
     * @param problem why the notebook stops here; null to go on
     */
    void ended(int number, int of, Duration took, @Nullable String problem);

    /**
     * {@return what the user types, null at the end of input}
     *
     * @param prompt what the cell says
     * @param password whether it must not be shown
     */
    @Nullable String input(String prompt, boolean password);

    /** {@return whether the user asked to stop} */
    boolean cancelled();
  }

  private final KernelProcess kernel;
  private final Options options;
  private final Watcher watcher;

  /** The cells that ran, by their place in the notebook. */
  private final Map<Integer, OneCell> ran = new LinkedHashMap<>();

  Execution(KernelProcess kernel, Options options, Watcher watcher) {
    this.kernel = kernel;
    this.options = options;
    this.watcher = watcher;
  }

  /**
   * The cells after the run.
   *
   * @param cells every cell, those that did not run without outputs
   * @param problem why it stopped; null when every cell ran
   */
  record Result(List<Cell> cells, @Nullable String problem) {}

  /** {@return the cells with what they put out} */
  Result run(List<Cell> source) throws InterruptedException {
    var cells = new ArrayList<>(source.stream().map(Cell::cleared).toList());
    int of = (int) source.stream().filter(Cell::runs).count();
    String problem = null;
    for (int i = 0; i < cells.size() && problem == null; i++) {
      if (!cells.get(i).runs()) {
        continue;
      }
      takeLate();
      int number = ran.size() + 1;
      watcher.starts(number, of, cells.get(i));
      Instant began = Instant.now();
      long start = System.nanoTime();
      var cell = new OneCell(cells.get(i));
      ran.put(i, cell);
      problem = cell.run();
      watcher.ended(number, of, Duration.ofNanos(System.nanoTime() - start), problem);
      cells.set(i, cells.get(i).with("execution", times(began)));
    }
    takeLate();
    ran.forEach((i, cell) -> cells.set(i, cells.get(i).ran(cell.outputs.json(), cell.count)));
    return new Result(cells, problem);
  }

  /** {@return when a cell began and ended, as JupyterLab records it} */
  private static Json times(Instant began) {
    return Json.object(
        "iopub.execute_input", began.truncatedTo(ChronoUnit.MICROS).toString(),
        "shell.execute_reply", Instant.now().truncatedTo(ChronoUnit.MICROS).toString());
  }

  /** Takes what background threads of earlier cells put out since. */
  private void takeLate() throws InterruptedException {
    for (OneCell cell : ran.values()) {
      try {
        while (true) {
          take(cell.exchange.next(Duration.ZERO).message(), cell.outputs);
        }
      } catch (TimeoutException nothingMore) {
        // The next cell's turn.
      }
    }
  }

  private void take(Message message, Outputs mine) {
    if (message.type().equals("update_display_data")) {
      ran.values().forEach(cell -> cell.outputs.update(message.content()));
    } else {
      mine.accept(message.type(), message.content());
    }
    watcher.output(message.type(), message.content());
  }

  /** One cell's run: waits for messages, the time limit, the user and the death of the kernel. */
  private final class OneCell {
    private final Cell cell;
    private final Outputs outputs = new Outputs();
    private final Exchange exchange;
    private final long start = System.nanoTime();
    private Json count = Json.NULL;
    private @Nullable String stopped;
    private long stoppedAt;

    OneCell(Cell cell) {
      this.cell = cell;
      exchange = kernel.client().execute(cell.source(), options.stdin());
    }

    /** {@return why the notebook must stop here; null to go on} */
    @Nullable String run() throws InterruptedException {
      while (!exchange.done()) {
        Duration timeout = options.timeout();
        long now = System.nanoTime();
        if (stopped != null && now - stoppedAt > GRACE.toNanos()) {
          kernel.kill();
          return stopped + " (it did not end within " + seconds(GRACE) + " s: kernel ended)";
        }
        if (timeout != null && now - start > timeout.toNanos()) {
          interrupt("ran past --timeout " + seconds(timeout) + " s and was interrupted");
        }
        if (watcher.cancelled()) {
          interrupt("interrupted");
        }
        Exchange.Event event;
        try {
          event = exchange.next(LOOK);
        } catch (TimeoutException silence) {
          if (!kernel.alive()) {
            return kernel.died();
          }
          continue;
        }
        switch (event.channel()) {
          case IOPUB -> take(event.message(), outputs);
          case STDIN -> answer(event.message());
          case SHELL, CONTROL -> {}
        }
      }
      return verdict();
    }

    private void interrupt(String why) {
      if (stopped == null) {
        stopped = why;
        stoppedAt = System.nanoTime();
        kernel.client().control("interrupt_request", Json.EMPTY);
      }
    }

    private void answer(Message request) {
      String typed =
          watcher.input(
              request.content().at("prompt").text(""),
              request.content().at("password").bool(false));
      if (typed == null) {
        interrupt("asked for input, and standard input has ended");
      } else {
        kernel.client().answer(request, typed);
      }
    }

    private @Nullable String verdict() {
      Message reply = exchange.reply();
      Json.Obj content = reply == null ? Json.EMPTY : reply.content();
      count = content.at("execution_count");
      if (stopped != null) {
        return stopped;
      }
      if (content.at("status").text("").equals("ok")
          || options.allowErrors()
          || cell.tags().contains(Cell.RAISES)) {
        return null;
      }
      return content.at("ename").text("error") + ": " + content.at("evalue").text("");
    }
  }

  /** {@return seconds without needless digits} */
  static String seconds(Duration duration) {
    return java.math.BigDecimal.valueOf(duration.toMillis(), 3)
        .stripTrailingZeros()
        .toPlainString();
  }
}
