package lazuli.magics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.regex.Pattern;
import lazuli.array.Array;
import lazuli.array.profile.Trace;
import lazuli.kernel.ext.MagicCall;
import lazuli.kernel.ext.RunningCell;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.measure.Lambda;
import lazuli.magics.measure.Limits;
import lazuli.magics.measure.Spread;
import lazuli.magics.measure.Unit;
import lazuli.magics.measure.Values;
import lazuli.magics.option.Numbers;
import lazuli.magics.option.OptionMagic;
import lazuli.magics.option.Output;
import lazuli.magics.report.Report;
import lazuli.magics.report.Row;
import lazuli.magics.stats.Budget;
import lazuli.magics.stats.Sampler;
import lazuli.magics.stats.Subject;
import lazuli.magics.stats.Timing;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code %timeit}: how long a statement takes, its value always evaluated. */
final class Timeit extends OptionMagic<Timeit.Options> {
  static final class Options {
    @Option(
        names = {"-n", "--loops"},
        paramLabel = "LOOPS",
        description = "calls behind each sample (as many as the clock needs)")
    int loops = Budget.AUTO;

    @Option(
        names = {"-r", "--runs"},
        paramLabel = "RUNS",
        description = "samples (as many as the time allows, at least 10)")
    int runs = Budget.AUTO;

    @Option(names = "--time", paramLabel = "SEC", description = "sampling time (0.5)")
    double time = 0.5;

    @Option(
        names = "--warmup",
        paramLabel = "auto|N",
        description = "calls to discard first (auto: until times settle)")
    String warmup = "auto";

    @Option(
        names = {"-t", "-c"},
        description = "IPython's choice of a clock: accepted, the wall's is always used")
    boolean clock;

    @Option(names = "--no-eval", description = "time graph building only; evaluate nothing")
    boolean noEval;

    @Mixin Output output = new Output();
  }

  private final Function<BooleanSupplier, Sampler> samplers;

  Timeit(Function<BooleanSupplier, Sampler> samplers) {
    super(
        "timeit",
        "Time a statement: median, spread and what the times did. Arrays are evaluated.",
        Options::new,
        Operands.JAVA,
        "var a = normal(key(0), 256, 256);\n%timeit a.matmul(a.t())");
    this.samplers = samplers;
  }

  @Override
  public boolean onCell() {
    return true;
  }

  @Override
  protected Output output(Options parsed) {
    return parsed.output;
  }

  @Override
  protected Object run(Options options, String java, MagicCall call) throws Exception {
    RunningCell cell = call.cell();
    Budget budget = budget(options);
    String body = call.body();
    String code = body == null ? java : body.strip();
    if (code.isBlank()) {
      throw new UsageException(
          "%timeit needs a statement, such as: %timeit x.matmul(y); %timeit? shows all options");
    }
    if (body != null && !java.isBlank()) {
      cell.evaluate(java);
    }
    Lambda lambda = Lambda.of(code, cell);
    Last last = new Last();
    Subject.Call timed =
        () -> {
          Object value = lambda.call().call();
          last.value = value;
          if (!options.noEval) {
            Values.evaluate(value);
          }
        };
    Sampler sampler = samplers.apply(cell::interrupted);
    Subject subject = Subject.of(code, timed, sampler.clock());
    Timing timing = sampler.run(List.of(subject), budget, _ -> {}).getFirst();
    return report(options, code, timing, notes(options, code, lambda, last, timed, cell), cell);
  }

  /** The value of the last call. */
  private static final class Last {
    @Nullable Object value;
  }

  private static Budget budget(Options options) {
    Budget budget = Budget.ofSeconds(Numbers.positive("--time", options.time));
    budget = budget.withWarmup(Numbers.warmup(options.warmup));
    if (options.runs != Budget.AUTO) {
      budget = budget.exactly(Numbers.atLeastOne("--runs", options.runs));
    }
    return options.loops == Budget.AUTO
        ? budget
        : budget.inBatchesOf(Numbers.atLeastOne("--loops", options.loops));
  }

  private static Report report(
      Options options, String code, Timing timing, List<String> extra, RunningCell cell) {
    Unit unit = Unit.fitting(timing.summary().median());
    List<String> notes = new ArrayList<>();
    notes.add(Spread.sampling(timing));
    notes.addAll(Spread.warnings(timing));
    notes.addAll(extra);
    if (cell.interrupted()) {
      notes.add(
          "interrupted: "
              + timing.samples().length
              + (options.runs == Budget.AUTO ? " samples" : " of " + options.runs + " samples"));
    }
    String line = code.lines().findFirst().orElse("") + (code.contains("\n") ? " ..." : "");
    return new Report(
        "%timeit " + line,
        Spread.columns(unit),
        List.of(new Row(Spread.cells(timing, unit), timing.samples())),
        notes,
        new Limits(null).environment("cpu", 0));
  }

  /** Said while an interrupt can end the loops of cells: that is code which is timed too. */
  static final String STOP_CHECKS =
      "stop checks are on in loops and methods of cells; without: %config stop-checks=off";

  /** What was timed: evaluated on which device, or nothing at all. */
  private static List<String> notes(
      Options options, String code, Lambda lambda, Last last, Subject.Call timed, RunningCell cell)
      throws Exception {
    List<String> notes = new ArrayList<>();
    if (options.noEval) {
      notes.add("--no-eval: graph building only, arrays were not evaluated");
    } else if (!cell.interrupted()) {
      Object before = last.value;
      Trace trace = new Trace();
      trace.record(
          () -> {
            timed.run();
            return true;
          });
      if (!trace.spans().isEmpty()) {
        notes.add("evaluated on " + trace.spans().getFirst().device());
      } else if (before instanceof Array && before == last.value) {
        notes.add(
            "every call gave the same array, which was already evaluated: nothing was computed");
      } else if (before instanceof Array || mentionsArray(code, cell.variables())) {
        notes.add("no array operation was evaluated (result is lazy and unused?)");
      }
    }
    if (options.clock) {
      notes.add("-t and -c change nothing: times are of the wall's clock");
    }
    if (!lambda.valued()) {
      notes.add("a statement without a value: timed is what it evaluates itself");
    }
    if (cell.stopChecks()) {
      notes.add(STOP_CHECKS);
    }
    return notes;
  }

  private static boolean mentionsArray(String code, Map<String, ?> variables) {
    return variables.entrySet().stream()
        .filter(entry -> entry.getValue() instanceof Array)
        .anyMatch(
            entry ->
                Pattern.compile("\\b" + Pattern.quote(entry.getKey()) + "\\b")
                    .matcher(code)
                    .find());
  }
}
