package lazuli.magics.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import lazuli.array.Array;
import lazuli.array.cpu.Workers;
import lazuli.array.profile.Span;
import lazuli.array.profile.Trace;
import lazuli.array.profile.Work;
import lazuli.magics.measure.Limits;
import lazuli.magics.measure.Spread;
import lazuli.magics.measure.Unit;
import lazuli.magics.measure.Values;
import lazuli.magics.peer.PeerException;
import lazuli.magics.peer.TorchPeer;
import lazuli.magics.report.Cell;
import lazuli.magics.report.Column;
import lazuli.magics.report.Report;
import lazuli.magics.report.Row;
import lazuli.magics.stats.Budget;
import lazuli.magics.stats.Comparison;
import lazuli.magics.stats.Sampler;
import lazuli.magics.stats.Subject;
import lazuli.magics.stats.Timing;
import org.jspecify.annotations.Nullable;

/** One run of the bench: its rows so far. Mutable; used by one thread. */
final class Session {
  private static final long SEED = 0;

  private final Map<Integer, Limits> limits;
  private final @Nullable TorchPeer torch;
  private final Sampler sampler;
  private final Budget budget;
  private final List<Row> rows = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final List<String> noisy = new ArrayList<>();
  private final Map<String, Integer> verdicts = new LinkedHashMap<>();

  /** Drawn cases that were slower than the peer's by more than a quarter. */
  private final List<String> muchSlower = new ArrayList<>();

  /**
   * Begins a run.
   *
   * @param limits of the machine, for each number of threads to measure with
   * @param torch the peer, or null
   * @param sampler takes the times
   * @param budget for each side
   */
  Session(Map<Integer, Limits> limits, @Nullable TorchPeer torch, Sampler sampler, Budget budget) {
    this.limits = new LinkedHashMap<>(limits);
    this.torch = torch;
    this.sampler = sampler;
    this.budget = budget;
  }

  /** {@return whether the case ran and agrees with the peer; a failure becomes a row and a note} */
  boolean run(Case c) {
    try {
      Problem problem = c.make().apply(SEED);
      return measure(c, problem);
    } catch (Exception e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
      rows.add(failed(c.name()));
      notes.add(c.name() + " failed: " + why);
      return false;
    }
  }

  private boolean measure(Case c, Problem problem) throws Exception {
    Trace trace = new Trace();
    Array once = trace.record(() -> problem.ours().get().eval());
    List<Subject> subjects = new ArrayList<>();
    subjects.add(subject(c.name(), problem.ours()));
    TorchPeer.Prepared prepared = problem.op().isEmpty() ? null : prepare(c.name(), problem);
    boolean agrees = true;
    if (prepared != null) {
      subjects.add(prepared.subject());
      agrees = agrees(c.name(), once.toDoubleArray(), prepared.values(), problem);
    }
    for (Supplier<Array> own : problem.yardsticks()) {
      subjects.add(subject("own", own));
    }
    for (int threads : limits.keySet()) {
      Workers.threads(threads);
      if (torch != null) {
        torch.threads(threads);
      }
      List<Timing> timings = sampler.run(subjects, budget, _ -> {});
      add(c, problem, trace, timings, threads);
    }
    if (torch != null && prepared != null) {
      torch.drop(prepared);
    }
    return agrees;
  }

  private Subject subject(String name, Supplier<Array> call) {
    return Subject.of(name, () -> Values.ready(call.get()), sampler.clock());
  }

  private TorchPeer.@Nullable Prepared prepare(String name, Problem problem) {
    if (torch == null) {
      return null;
    }
    try {
      return torch.prepare(name, problem.task());
    } catch (PeerException refused) {
      notes.add(name + ": PyTorch refused: " + refused.getMessage());
      return null;
    }
  }

  /** Both must have computed the same, or the times mean nothing. */
  private boolean agrees(String name, double[] ours, double[] theirs, Problem problem) {
    double most = ours.length == theirs.length ? 0 : Double.NaN;
    double scale = 1e-30;
    for (int i = 0; i < ours.length && i < theirs.length; i++) {
      double difference = Math.abs(ours[i] - theirs[i]);
      most = difference > most || Double.isNaN(difference) ? difference : most;
      scale = Math.max(scale, Math.abs(theirs[i]));
    }
    // Relative to the largest value; a sum of 16M elements differs by its order of addition.
    double allowed = problem.dtype().isHalf() ? 2e-2 : 1e-3;
    boolean agrees = most / scale <= allowed;
    if (!agrees) {
      notes.add(
          String.format(
              Locale.ROOT,
              "%s: DISAGREES with PyTorch by %.2g of the largest value: the times compare nothing",
              name,
              most / scale));
    }
    return agrees;
  }

  private void add(Case c, Problem problem, Trace trace, List<Timing> timings, int threads) {
    Timing ours = timings.getFirst();
    Timing other = fastest(timings.subList(1, timings.size()));
    double median = ours.summary().median();
    List<Cell> cells = new ArrayList<>();
    cells.add(Cell.of(c.name()));
    if (torch == null) {
      cells.add(Cell.of(kernels(trace)));
    }
    cells.add(Cell.count(threads));
    cells.add(Cell.of(Unit.MICROS.of(median)));
    cells.add(share(threads).share(total(trace), problem.dtype(), median));
    if (torch != null) {
      double[] theirs = other == null ? new double[0] : other.samples();
      boolean timed = other != null && theirs.length > 0 && ours.samples().length > 0;
      Comparison ratio = timed ? Comparison.of(theirs, ours.samples(), SEED) : null;
      cells.add(
          other == null ? Cell.of("refused") : Cell.of(Unit.MICROS.of(other.summary().median())));
      cells.add(ratio == null ? Cell.NONE : Cell.of(interval(ratio)));
      cells.add(ratio == null ? Cell.NONE : goal(c, ratio, threads));
    }
    note(c.name(), threads, ours);
    if (other != null) {
      note((problem.yardsticks().isEmpty() ? "PyTorch's " : "our own ") + c.name(), threads, other);
    }
    rows.add(new Row(cells, ours.samples()));
  }

  private Cell goal(Case c, Comparison ratio, int threads) {
    if (c.goal() == null) {
      return Cell.NONE;
    }
    String verdict = c.goal().verdict(ratio.ratio(), threads);
    if (c.groups().contains(RandomCases.GROUP) && ratio.ratio() < 1 / 1.25) {
      muchSlower.add(c.name() + " at " + threads);
    }
    verdicts.merge(verdict.substring(0, verdict.indexOf(' ')), 1, Integer::sum);
    return Cell.of(verdict);
  }

  private static String interval(Comparison ratio) {
    String text = ratio.text();
    return text.substring(0, text.lastIndexOf(' ')).replace("x ", " ");
  }

  private static @Nullable Timing fastest(List<Timing> timings) {
    Timing best = null;
    for (Timing timing : timings) {
      best = best == null || timing.summary().median() < best.summary().median() ? timing : best;
    }
    return best;
  }

  private Limits share(int threads) {
    return limits.getOrDefault(threads, new Limits(null));
  }

  private void note(String name, int threads, Timing timing) {
    String row = name + " at " + threads;
    for (String warning : Spread.warnings(timing)) {
      if (warning.startsWith("noisy")) {
        noisy.add(row);
      } else {
        notes.add(row + ": " + warning);
      }
    }
  }

  private Row failed(String name) {
    List<Cell> cells = new ArrayList<>(List.of(Cell.of(name)));
    if (torch == null) {
      cells.add(Cell.of("failed"));
    }
    while (cells.size() < columns().size()) {
      cells.add(Cell.NONE);
    }
    return new Row(cells, new double[0]);
  }

  private static String kernels(Trace trace) {
    return trace.spans().stream().map(Span::kernel).distinct().collect(Collectors.joining("+"));
  }

  private static Work total(Trace trace) {
    double flops = 0;
    double executed = 0;
    double bytes = 0;
    double traffic = 0;
    for (Span span : trace.spans()) {
      flops += span.work().flops();
      executed += span.work().executed();
      bytes += span.work().bytes();
      traffic += span.work().traffic();
    }
    return new Work(flops, executed, bytes, traffic);
  }

  private List<Column> columns() {
    List<Column> columns = new ArrayList<>();
    columns.add(Column.words("Case"));
    if (torch == null) {
      columns.add(Column.words("Kernel"));
    }
    columns.add(Column.numbers("Threads", ""));
    columns.add(Column.numbers("Ours", "us"));
    columns.add(Column.numbers("of limit", ""));
    if (torch != null) {
      columns.add(Column.numbers("torch", "us"));
      columns.add(Column.words("torch / ours"));
      columns.add(Column.words("Goal"));
    }
    return columns;
  }

  /** {@return the table so far; its lines say what it is held against} */
  Report report(List<String> rooflines) {
    List<String> all = new ArrayList<>(rooflines);
    if (torch != null) {
      all.add(
          "beside "
              + torch
              + ", interleaved call by call; torch / ours is the ratio of medians with its 95 %"
              + " interval, above 1 Lazuli is faster; s0-mixed is held against our own calls");
      all.add(
          "goals: "
              + (verdicts.isEmpty()
                  ? "none"
                  : verdicts.entrySet().stream()
                      .map(entry -> entry.getKey() + " " + entry.getValue())
                      .sorted()
                      .collect(Collectors.joining(", "))));
    }
    if (!muchSlower.isEmpty()) {
      all.add(
          muchSlower.size()
              + " drawn cases slower than PyTorch by more than 25 %: "
              + String.join("; ", muchSlower));
    }
    all.addAll(notes);
    if (!noisy.isEmpty()) {
      all.add(
          "noisy rows, whose IQR is over 25 % of the median, so that other work may have run here: "
              + String.join(", ", noisy));
    }
    Limits most = limits.values().stream().reduce((_, last) -> last).orElse(new Limits(null));
    return new Report("lazuli bench", columns(), rows, all, most.environment("cpu", SEED));
  }
}
