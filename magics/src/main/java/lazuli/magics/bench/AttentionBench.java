package lazuli.magics.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lazuli.array.cpu.Workers;
import lazuli.magics.measure.Limits;
import lazuli.magics.option.Nearest;
import lazuli.magics.peer.PeerException;
import lazuli.magics.peer.TorchPeer;
import lazuli.magics.report.Report;
import lazuli.magics.stats.Sampler;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The command {@code lazuli bench attention}: every promise of attention on the processor, measured
 * in one run.
 */
@Command(
    name = "lazuli bench attention",
    sortOptions = false,
    description = "Measure what attention promises, PyTorch's errors beside ours.",
    footer = {"", "Example: ./lazuli bench attention --peer torch --markdown attention.md"})
final class AttentionBench {
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int WRONG_USE = 2;

  @Option(names = "--peer", paramLabel = "torch", description = "PyTorch's errors beside ours")
  private @Nullable String peer;

  @Option(names = "--python", paramLabel = "PATH", description = "a Python that has PyTorch")
  private @Nullable String python;

  @Option(names = "--threads", paramLabel = "N", description = "threads (all processors)")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--quick", description = "short lengths only, 0.2 s for each side")
  private boolean quick;

  @Option(names = "--time", paramLabel = "SEC", description = "sampling time of each side (0.5)")
  private @Nullable Double time;

  @Option(names = "--markdown", paramLabel = "FILE", description = "also write it as Markdown")
  private @Nullable Path markdown;

  @Option(names = "--json", paramLabel = "FILE", description = "also write it as JSON")
  private @Nullable Path json;

  private AttentionBench() {}

  /**
   * {@return the exit status} 0 when everything was measured, met or not, 1 when something failed,
   * 2 for wrong use.
   */
  static int run(PrintStream out, PrintStream err, String... arguments) {
    AttentionBench bench = new AttentionBench();
    CommandLine line = new CommandLine(bench);
    line.getCommandSpec()
        .addOption(
            CommandLine.Model.OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("show this page")
                .build());
    try {
      line.parseArgs(arguments);
    } catch (CommandLine.UnmatchedArgumentException unknown) {
      String word = unknown.getUnmatched().getFirst();
      String near = Nearest.hint(word, line.getCommandSpec().optionsMap().keySet());
      err.println("lazuli bench attention: unknown option '" + word + "'" + near);
      return WRONG_USE;
    } catch (CommandLine.ParameterException wrong) {
      String reason = String.valueOf(wrong.getMessage()).lines().findFirst().orElse("");
      err.println("lazuli bench attention: " + reason);
      return WRONG_USE;
    }
    if (line.isUsageHelpRequested()) {
      line.usage(out, CommandLine.Help.Ansi.OFF);
      return OK;
    }
    String wrong = bench.wrong();
    if (!wrong.isEmpty()) {
      err.println("lazuli bench attention: " + wrong);
      return WRONG_USE;
    }
    int before = Workers.threads();
    Workers.threads(bench.threads);
    try (TorchPeer torch =
        bench.peer == null ? null : TorchPeer.start(bench.python, bench.threads)) {
      return bench.measure(torch, out, err);
    } catch (PeerException none) {
      err.println("lazuli bench attention: --peer torch: " + none.getMessage());
      return WRONG_USE;
    } finally {
      Workers.threads(before);
    }
  }

  /** {@return what is wrong with the options, in one line; empty when nothing is} */
  private String wrong() {
    if (peer != null && !peer.equals("torch")) {
      return "--peer: there is no peer '" + peer + "'; there is: torch";
    }
    if (python != null && peer == null) {
      return "--python says where a peer runs; add --peer torch";
    }
    if (threads < 1) {
      return "--threads must be 1 or more; got " + threads;
    }
    if (time != null && !(time > 0)) {
      return "--time must be above 0 seconds; got " + time;
    }
    String taken = Bench.taken("--markdown", markdown);
    return taken.isEmpty() ? Bench.taken("--json", json) : taken;
  }

  private int measure(@Nullable TorchPeer torch, PrintStream out, PrintStream err) {
    Sampler sampler = Sampler.system(Thread.currentThread()::isInterrupted);
    double seconds = time != null ? time : quick ? 0.2 : 0.5;
    Promises promises;
    try {
      promises =
          AttentionNumbers.measure(
              sampler, seconds, quick, torch, what -> err.println("bench: " + what));
    } catch (Exception failed) {
      err.println("lazuli bench attention: " + failed.getMessage());
      return FAILED;
    }
    List<String> notes =
        List.of(
            promises.verdict(),
            threads + (threads == 1 ? " thread" : " threads") + ", " + seconds + " s for each side",
            "decoding and caches: 32 heads of queries, 8 of keys, D=128, bf16; peaks are the cache and"
                + " what a step needs; causal and windowed: 4 heads, D=64",
            "times that are compared were taken by turns; ratios are of medians, with their 95 %"
                + " interval",
            torch == null
                ? "no peer: errors are held against nothing; add --peer torch"
                : "errors are against float64 on the same rounded operands, beside " + torch);
    Report report =
        new Report(
            "lazuli bench attention",
            Promises.columns(),
            promises.rows(),
            notes,
            new Limits(null).environment("cpu", 0));
    out.println(report.text());
    try {
      if (markdown != null) {
        Files.writeString(markdown, report.markdown() + "\n");
      }
      if (json != null) {
        Files.writeString(json, report.json() + "\n");
      }
    } catch (IOException e) {
      err.println("lazuli bench attention: cannot write: " + e.getMessage());
      return WRONG_USE;
    }
    return OK;
  }
}
