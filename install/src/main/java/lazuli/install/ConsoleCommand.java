package lazuli.install;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import lazuli.install.process.Assembly;
import lazuli.install.process.Invocation;
import lazuli.install.process.KernelProcess;
import lazuli.install.process.UsageError;
import lazuli.kernel.wire.Exchange;
import lazuli.kernel.wire.Json;
import lazuli.kernel.wire.Message;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** A line-by-line session with a kernel, without Jupyter. */
@Command(
    name = "console",
    header = "A line-by-line session without Jupyter.",
    description = {
      "Talks to a kernel of its own. A cell goes on over"
          + " several lines until it is complete; an empty line sends it as it is. Ctrl-C"
          + " interrupts the cell; exit or Ctrl-D leaves."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class ConsoleCommand implements Callable<Integer> {
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(100);

  private final Invocation invocation;
  private volatile boolean busy;

  ConsoleCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    var assembly = new Assembly(invocation.home());
    RunCommand.refresh(invocation, assembly);
    List<String> command = assembly.kernelCommand(Assembly.thisJava(), List.of());
    PrintStream out = invocation.out();
    var printer = new OutputPrinter(invocation);
    try (KernelProcess kernel = KernelProcess.startForTyping(command, invocation.directory())) {
      CtrlC.handle(() -> interrupt(kernel));
      out.println(kernel.info().at("banner").text("Lazuli"));
      // Only then can the kernel tell whether a cell is complete.
      kernel.awaitJava();
      int number = 1;
      for (String cell = read(kernel, printer, number);
          cell != null;
          cell = read(kernel, printer, number)) {
        if (cell.strip().matches("(/?exit|quit)(\\(\\))?;?")) {
          break;
        }
        if (!cell.isBlank()) {
          busy = true;
          execute(kernel, printer, cell);
          busy = false;
          number++;
        }
      }
    }
    return Main.OK;
  }

  private void interrupt(KernelProcess kernel) {
    if (busy) {
      kernel.client().control("interrupt_request", Json.EMPTY);
    } else {
      invocation.out().println("\nexit or Ctrl-D leaves");
    }
  }

  /** {@return a cell as the user typed it; null at the end of input} */
  private static @Nullable String read(KernelProcess kernel, OutputPrinter printer, int number)
      throws InterruptedException {
    String prompt = "[" + number + "]> ";
    String cell = printer.ask(prompt, false);
    while (cell != null && !complete(kernel, cell)) {
      String line = printer.ask(" ".repeat(prompt.length() - 5) + "...> ", false);
      if (line == null || line.isBlank()) {
        return cell;
      }
      cell += "\n" + line;
    }
    return cell;
  }

  private static boolean complete(KernelProcess kernel, String cell) throws InterruptedException {
    try {
      Message reply =
          kernel.client().shell("is_complete_request", Json.object("code", cell)).await(ANSWER);
      return !reply.content().at("status").text("").equals("incomplete");
    } catch (TimeoutException noAnswer) {
      return true;
    }
  }

  private static void execute(KernelProcess kernel, OutputPrinter printer, String cell)
      throws InterruptedException {
    Exchange exchange = kernel.client().execute(cell, true);
    while (!exchange.done()) {
      Exchange.Event event;
      try {
        event = exchange.next(LOOK);
      } catch (TimeoutException silence) {
        if (!kernel.alive()) {
          throw new UsageError(Main.FAILED, kernel.died());
        }
        continue;
      }
      Message message = event.message();
      switch (event.channel()) {
        case IOPUB -> printer.message(message.type(), message.content());
        case STDIN -> {
          String typed =
              printer.ask(
                  message.content().at("prompt").text(""),
                  message.content().at("password").bool(false));
          kernel.client().answer(message, typed == null ? "" : typed);
        }
        case SHELL, CONTROL -> {}
      }
    }
    printer.cellEnded();
  }
}
