package lazuli.magics.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lazuli.array.cpu.Workers;
import lazuli.magics.measure.Limits;
import lazuli.magics.option.Nearest;
import lazuli.magics.peer.PeerException;
import lazuli.magics.peer.TorchPeer;
import lazuli.magics.report.Report;
import lazuli.magics.stats.Budget;
import lazuli.magics.stats.Sampler;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code lazuli bench}: times named cases, a peer's beside ours in the same run. */
@Command(
    name = "lazuli bench",
    sortOptions = false,
    description = "Time named cases, PyTorch's beside ours in the same run.",
    footer = {
      "",
      "Example: ./lazuli bench cpu --peer torch --markdown cpu.md",
      "",
      "The goals are PyTorch's time over ours; a case that misses its own says so."
    })
public final class Bench {
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int WRONG_USE = 2;

  @Parameters(paramLabel = "NAME", arity = "0..*", description = "cases or groups of cases (quick)")
  private List<String> names = List.of();

  @Option(names = "--list", description = "list the cases and stop")
  private boolean list;

  @Option(names = "--peer", paramLabel = "torch", description = "run PyTorch beside us")
  private @Nullable String peer;

  @Option(names = "--python", paramLabel = "PATH", description = "a Python that has PyTorch")
  private @Nullable String python;

  @Option(
      names = "--threads",
      split = ",",
      paramLabel = "N",
      description = "threads of both, one row for each number (1,2)")
  private List<Integer> threads =
      Runtime.getRuntime().availableProcessors() == 1 ? List.of(1) : List.of(1, 2);

  @Option(names = "--quick", description = "only the cases in the group quick, 0.3 s for each side")
  private boolean quick;

  @Option(names = "--time", paramLabel = "SEC", description = "sampling time of each side (0.5)")
  private @Nullable Double time;

  @Option(
      names = "--warm",
      paramLabel = "SEC",
      description =
          "the least time we run before we are timed, so that the JIT compiler is through"
              + " (0; 2 for random)")
  private @Nullable Double warm;

  @Option(
      names = "--busy",
      paramLabel = "N",
      description = "beside N processes that only compute, as on a busy machine (0)")
  private int busy;

  @Option(
      names = "--markdown",
      paramLabel = "FILE",
      description = "also write the table as Markdown")
  private @Nullable Path markdown;

  @Option(names = "--json", paramLabel = "FILE", description = "also write report and raw samples")
  private @Nullable Path json;

  private Bench() {}

  /**
   * {@return the exit status} 0 when every case ran, 1 when one failed, 2 for wrong use, which is
   * one line on {@code err}.
   *
   * @param out where tables go
   * @param err where errors and progress go
   * @param arguments case names and options
   */
  public static int run(PrintStream out, PrintStream err, String... arguments) {
    if (arguments.length > 0 && arguments[0].equals("attention")) {
      return AttentionBench.run(out, err, Arrays.copyOfRange(arguments, 1, arguments.length));
    }
    Bench bench = new Bench();
    CommandLine line = new CommandLine(bench);
    line.getCommandSpec().addOption(help());
    try {
      line.parseArgs(arguments);
    } catch (CommandLine.UnmatchedArgumentException unknown) {
      String word = unknown.getUnmatched().getFirst();
      err.println(
          "lazuli bench: unknown option '"
              + word
              + "'"
              + Nearest.hint(word, line.getCommandSpec().optionsMap().keySet()));
      return WRONG_USE;
    } catch (CommandLine.ParameterException wrong) {
      err.println(
          "lazuli bench: " + String.valueOf(wrong.getMessage()).lines().findFirst().orElse(""));
      return WRONG_USE;
    }
    if (line.isUsageHelpRequested()) {
      line.usage(out, CommandLine.Help.Ansi.OFF);
      return OK;
    }
    try {
      return bench.run(out, err);
    } catch (WrongUse wrong) {
      err.println("lazuli bench: " + wrong.getMessage());
      return WRONG_USE;
    }
  }

  private static CommandLine.Model.OptionSpec help() {
    return CommandLine.Model.OptionSpec.builder("-h", "--help")
        .usageHelp(true)
        .description("show this page")
        .build();
  }

  /** One line for the user. */
  private static final class WrongUse extends Exception {
    private static final long serialVersionUID = 1L;

    WrongUse(String message) {
      super(message);
    }
  }

  private int run(PrintStream out, PrintStream err) throws WrongUse {
    if (list) {
      for (Case c : Cases.ALL) {
        out.printf("%-26s %-12s %s%n", c.name(), String.join(" ", c.groups()), c.what());
      }
      out.printf(
          "%-26s %-12s %d cases drawn from one seed: operation, sizes, type and layout%n",
          RandomCases.GROUP, "", RandomCases.COUNT);
      return OK;
    }
    List<Case> cases = chosen();
    check();
    int before = Workers.threads();
    try (TorchPeer torch = peer == null ? null : TorchPeer.start(python, threads.getFirst())) {
      return measure(cases, torch, out, err);
    } catch (PeerException none) {
      throw new WrongUse("--peer torch: " + none.getMessage());
    } finally {
      Workers.threads(before);
    }
  }

  private int measure(List<Case> cases, @Nullable TorchPeer torch, PrintStream out, PrintStream err)
      throws WrongUse {
    Map<Integer, Limits> limits = new LinkedHashMap<>();
    List<String> lines = new ArrayList<>();
    for (int n : threads) {
      err.println("bench: measuring the limits at " + n + (n == 1 ? " thread" : " threads"));
      Workers.threads(n);
      Roofline roofline = Roofline.measure();
      limits.put(n, roofline.limits());
      lines.add(roofline.text());
    }
    Sampler sampler = Sampler.system(Thread.currentThread()::isInterrupted);
    Session session = new Session(limits, torch, sampler, budget());
    boolean failed = false;
    if (busy > 0) {
      lines.add("beside " + busy + " processes that only compute; the limits are without them");
    }
    try (Neighbours neighbours = Neighbours.start(busy)) {
      for (Case c : cases) {
        err.println("bench: " + c.name() + " (" + c.what() + ")");
        failed |= !session.run(c);
      }
      if (neighbours.alive() < busy) {
        lines.add(
            (busy - neighbours.alive()) + " of them ended before: the machine was not as busy");
      }
    } catch (IOException e) {
      throw new WrongUse("--busy: no process could be started: " + e.getMessage());
    }
    Report report = session.report(lines);
    out.println(report.text());
    write("--json", json, report.json());
    write("--markdown", markdown, report.markdown());
    return failed ? FAILED : OK;
  }

  private static void write(String option, @Nullable Path file, String content) throws WrongUse {
    if (file == null) {
      return;
    }
    try {
      Files.writeString(file, content + "\n");
    } catch (IOException e) {
      throw new WrongUse(option + ": cannot write " + file + ": " + e.getMessage());
    }
  }

  private Budget budget() {
    double warming = warm != null ? warm : names.contains(RandomCases.GROUP) ? 2 : 0;
    return Budget.ofSeconds(time != null ? time : quick ? 0.3 : 0.5).warmingFor(warming);
  }

  private List<Case> chosen() throws WrongUse {
    Set<String> known = Cases.names();
    List<Case> cases = new ArrayList<>();
    for (String name : names.isEmpty() ? List.of("quick") : names) {
      List<Case> some = Cases.named(name);
      if (some.isEmpty()) {
        throw new WrongUse(
            "no case '" + name + "'" + Nearest.hint(name, known) + "; --list shows them");
      }
      for (Case c : some) {
        if (!cases.contains(c) && (!quick || c.groups().contains("quick"))) {
          cases.add(c);
        }
      }
    }
    if (cases.isEmpty()) {
      throw new WrongUse(
          "--quick leaves nothing of "
              + String.join(" ", names)
              + "; --list shows which cases are in the group quick");
    }
    return cases;
  }

  private void check() throws WrongUse {
    if (peer != null && !peer.equals("torch")) {
      throw new WrongUse("--peer: there is no peer '" + peer + "'; there is: torch");
    }
    if (python != null && peer == null) {
      throw new WrongUse("--python says where a peer runs; add --peer torch");
    }
    for (int n : threads) {
      if (n < 1) {
        throw new WrongUse("--threads must be 1 or more; got " + n);
      }
    }
    if (busy < 0) {
      throw new WrongUse("--busy must be 0 or more processes; got " + busy);
    }
    if (time != null && !(time > 0)) {
      throw new WrongUse("--time must be above 0 seconds; got " + time);
    }
    if (warm != null && !(warm >= 0)) {
      throw new WrongUse("--warm must be 0 seconds or more; got " + warm);
    }
    free("--json", json);
    free("--markdown", markdown);
  }

  private static void free(String option, @Nullable Path file) throws WrongUse {
    String wrong = taken(option, file);
    if (!wrong.isEmpty()) {
      throw new WrongUse(wrong);
    }
  }

  /** {@return why a file cannot be written, in one line; empty when it can} */
  static String taken(String option, @Nullable Path file) {
    if (file == null) {
      return "";
    }
    Path folder = file.toAbsolutePath().getParent();
    if (Files.exists(file)) {
      return option + ": " + file + " exists; delete it or choose another name";
    }
    return folder == null || !Files.isDirectory(folder)
        ? option + ": the folder of " + file + " does not exist"
        : "";
  }
}
