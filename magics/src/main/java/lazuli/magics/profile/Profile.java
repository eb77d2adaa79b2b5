package lazuli.magics.profile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import lazuli.array.profile.Span;
import lazuli.array.profile.Trace;
import lazuli.array.profile.Work;
import lazuli.kernel.ext.MagicCall;
import lazuli.kernel.ext.RunningCell;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.measure.Lambda;
import lazuli.magics.measure.Limits;
import lazuli.magics.measure.Roofs;
import lazuli.magics.measure.Values;
import lazuli.magics.option.Numbers;
import lazuli.magics.option.OptionMagic;
import lazuli.magics.option.Output;
import lazuli.magics.report.Report;
import lazuli.magics.report.Result;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code %profile} and {@code %%profile}: which array operations ran, how long, how well. */
public final class Profile extends OptionMagic<Profile.Options> {
  /** The options of one use. */
  static final class Options {
    @Option(names = "--by", paramLabel = "op|kernel|shape", description = "what makes a row (op)")
    Group.Key by = Group.Key.OP;

    @Option(
        names = "--sort",
        paramLabel = "total|count|median|limit",
        description = "order of rows, the largest first (total)")
    ProfileTable.Sort sort = ProfileTable.Sort.TOTAL;

    @Option(
        names = {"-l", "--rows"},
        paramLabel = "N",
        description = "the most rows (15)")
    int rows = 15;

    @Option(
        names = {"-n", "--runs"},
        paramLabel = "RUNS",
        description = "how often it is run and recorded (1)")
    int runs = 1;

    @Option(
        names = "--warmup",
        paramLabel = "N",
        description =
            "runs before recording (an expression a third of a second or 10 runs within a second, a cell none)")
    int warmup = -1;

    @Option(
        names = "--roofline",
        description = "draw where each row lies under the roofs of compute and memory")
    boolean roofline;

    @Mixin Output output = new Output();
  }

  private static final long WARMUP_NANOS = 333_000_000;

  private static final long PATIENCE_NANOS = 1_000_000_000;

  /** Fewer runs than this leave much of the code interpreted. */
  private static final int FEW = 10;

  private final Supplier<Limits> limits;
  private final LongSupplier clock;

  /**
   * Makes the magic.
   *
   * @param limits of the machine; asked for at first use
   * @param clock nanoseconds
   */
  public Profile(Supplier<Limits> limits, LongSupplier clock) {
    super(
        "profile",
        "Show which array operations ran, how long they took and how far they are from the limit.",
        Options::new,
        Operands.JAVA,
        "var a = normal(key(0), 256, 256);\n%profile a.matmul(a.t()).softmax(-1)");
    this.limits = limits;
    this.clock = clock;
  }

  @Override
  public boolean onCell() {
    return true;
  }

  @Override
  protected Output output(Options parsed) {
    return parsed.output;
  }

  /** One run of what is profiled. */
  private interface Body {
    @Nullable Object run() throws Exception;
  }

  @Override
  protected Object run(Options options, String java, MagicCall call) throws Exception {
    Numbers.atLeastOne("--rows", options.rows);
    Numbers.atLeastOne("--runs", options.runs);
    RunningCell cell = call.cell();
    String cellBody = call.body();
    if (cellBody != null && !java.isBlank()) {
      throw new UsageException("%%profile takes only options on its line; got: " + java);
    }
    if (cellBody == null && java.isBlank()) {
      throw new UsageException(
          "%profile needs an expression, such as: %profile x.matmul(y); %profile? shows all"
              + " options");
    }
    // Peaks are measured, if they must be, before anything of the user's runs.
    Limits known = limits.get();
    Body body;
    if (cellBody == null) {
      Lambda lambda = Lambda.of(java, cell);
      body = lambda.call()::call;
    } else {
      body = () -> cell.evaluate(cellBody);
    }
    int warmup = warm(options.warmup, cellBody == null, body, cell);
    Result result =
        record(options, body, warmup, known, cellBody == null ? "%profile" : "%%profile", cell);
    boolean few = cellBody == null && options.warmup < 0 && warmup < FEW;
    boolean any = !(result instanceof Report report) || report.rows().size() > 1;
    return few && any
        ? result.withNote(
            "only "
                + warmup
                + " runs to warm up: Java compiles what runs often and may not have yet;"
                + " --warmup 30 shows what it settles to")
        : result;
  }

  /** Runs without recording; {@return how often} A cell is run once unless told otherwise. */
  private int warm(int wanted, boolean repeatable, Body body, RunningCell cell) throws Exception {
    long start = clock.getAsLong();
    int done = 0;
    while (!cell.interrupted()
        && (wanted >= 0 ? done < wanted : repeatable && !warmed(done, clock.getAsLong() - start))) {
      Values.evaluate(body.run());
      done++;
    }
    return done;
  }

  /** A third of a second, or longer where that was only a few slow runs. */
  private static boolean warmed(int runs, long nanos) {
    return runs >= 3 && nanos >= (runs < FEW ? PATIENCE_NANOS : WARMUP_NANOS);
  }

  private Result record(
      Options options, Body body, int warmup, Limits known, String name, RunningCell cell)
      throws Exception {
    Trace trace = new Trace();
    var implicit = new Implicit();
    long start = clock.getAsLong();
    int[] done = {0};
    try {
      trace.record(
          () -> {
            for (; done[0] < options.runs && !cell.interrupted(); done[0]++) {
              Values.evaluate(body.run());
            }
            return true;
          });
    } catch (Throwable thrown) {
      // What ran until then is still shown; the user's own error follows.
      Report partial =
          implicit.noted(
              table(options, known, name, warmup, done[0], trace, clock.getAsLong() - start)
                  .withNote(
                      cell.interrupted()
                          ? "interrupted: partial table"
                          : "partial table: the code threw "
                              + thrown.getClass().getSimpleName()
                              + " after "
                              + trace.spans().size()
                              + (trace.spans().size() == 1 ? " operation" : " operations")));
      cell.define("_profile", partial);
      cell.display(partial);
      throw thrown;
    }
    double wall = clock.getAsLong() - start;
    Report report = table(options, known, name, warmup, done[0], trace, wall);
    Report noted =
        implicit.noted(
            cell.interrupted()
                ? report.withNote("interrupted: " + done[0] + " of " + options.runs + " runs")
                : report);
    List<Span> spans = trace.spans();
    // The roofs are the processor's: they say nothing of another device.
    boolean here = spans.stream().allMatch(span -> span.device().kind().equals("cpu"));
    return options.roofline
        ? Roofs.over(
            noted, here ? known : new Limits(null), placed(spans, options.by, options.rows))
        : noted;
  }

  /** The rows of the table, all runs of each together. */
  private static List<Roofs.Placed> placed(List<Span> spans, Group.Key by, int most) {
    List<Group> groups = new ArrayList<>(Group.of(spans, by));
    groups.sort(Comparator.comparingDouble(Group::total).reversed());
    List<Roofs.Placed> placed = new ArrayList<>();
    for (Group group : groups.subList(0, Math.min(most, groups.size()))) {
      double flops = 0;
      double bytes = 0;
      for (Span span : group.spans()) {
        flops += span.work().flops();
        bytes += span.work().bytes();
      }
      placed.add(
          new Roofs.Placed(
              group.label(),
              Work.of(flops, bytes),
              group.spans().getFirst().dtype(),
              group.total()));
    }
    return placed;
  }

  private static Report table(
      Options options, Limits known, String name, int warmup, int runs, Trace trace, double wall) {
    String title =
        String.format(
            Locale.ROOT,
            "%s  %d %s, %s",
            name,
            runs,
            runs == 1 ? "run" : "runs",
            warmup == 0 ? "no warm-up" : "after " + warmup + " to warm up");
    return new ProfileTable(
            title, trace.spans(), trace.uses(), wall, known, options.by, options.sort, options.rows)
        .report();
  }
}
