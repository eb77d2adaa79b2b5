package lazuli.install;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import lazuli.install.bench.KernelBenchCommand;
import lazuli.install.process.Invocation;
import lazuli.install.process.UsageError;
import lazuli.magics.bench.Bench;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Hands everything after {@code bench} to the bench, which knows its own options. */
@Command(
    name = "bench",
    header = "Times named cases, PyTorch's beside ours in the same run.",
    description = {
      "lazuli bench --help shows its options, lazuli bench --list its cases.",
      "lazuli bench attention measures what attention promises: bench attention --help.",
      "lazuli bench kernel times the kernel itself, ipykernel beside it: bench kernel --help."
    })
final class BenchCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "NAME or OPTION", arity = "0..*", description = "Passed on.")
  private List<String> arguments = new ArrayList<>();

  private BenchCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  /** {@return the command, which takes options that it does not know as they are} */
  static CommandLine line(Invocation invocation) {
    return new CommandLine(new BenchCommand(invocation))
        .setUnmatchedOptionsArePositionalParams(true);
  }

  /** {@return the command that times the kernel itself; its errors are one line, as all are} */
  private static CommandLine kernel(Invocation invocation) {
    CommandLine line = new CommandLine(new KernelBenchCommand(invocation, Version.both()));
    line.setCommandName("lazuli bench kernel");
    line.setOut(new PrintWriter(invocation.out(), true, invocation.out().charset()));
    line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    line.setParameterExceptionHandler(
        (wrong, given) -> {
          String reason = String.valueOf(wrong.getMessage()).lines().findFirst().orElse("");
          invocation.err().println("lazuli bench kernel: " + reason + "; --help lists the options");
          return Main.WRONG_USE;
        });
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          if (!(failure instanceof UsageError usage)) {
            throw failure;
          }
          invocation.err().println("lazuli bench kernel: " + usage.getMessage());
          return usage.status();
        });
    return line;
  }

  @Override
  public Integer call() {
    if (!arguments.isEmpty() && arguments.getFirst().equals("kernel")) {
      return kernel(invocation)
          .execute(arguments.subList(1, arguments.size()).toArray(String[]::new));
    }
    return Bench.run(invocation.out(), invocation.err(), arguments.toArray(String[]::new));
  }
}
