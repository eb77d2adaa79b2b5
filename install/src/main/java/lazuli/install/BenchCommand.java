package lazuli.install;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import lazuli.install.process.Invocation;
import lazuli.magics.bench.Bench;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Hands everything after {@code bench} to the bench, which knows its own options. */
@Command(
    name = "bench",
    header = "Times named cases, PyTorch's beside ours in the same run.",
    description = "lazuli bench --help shows its options, lazuli bench --list its cases.")
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

  @Override
  public Integer call() {
    return Bench.run(invocation.out(), invocation.err(), arguments.toArray(String[]::new));
  }
}
