package lazuli.magics.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lazuli.array.Array;
import lazuli.array.profile.Span;
import lazuli.array.profile.Trace;
import lazuli.array.profile.Work;
import lazuli.magics.measure.Limits;
import lazuli.magics.measure.Spread;
import lazuli.magics.measure.Unit;
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

  private final Limits limits;
  private final @Nullable TorchPeer torch;
  private final Sampler sampler;
  private final double seconds;
  private final List<Row> rows = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  Session(Limits limits, @Nullable TorchPeer torch, Sampler sampler, double seconds) {
    this.limits = limits;
    this.torch = torch;
    this.sampler = sampler;
    this.seconds = seconds;
  }

  /** {@return whether the case ran and agrees with the peer; a failure becomes a row and a note} */
  boolean run(Case c) {
    try {
      Problem problem = c.make().apply(SEED);
      return measure(c.name(), problem);
    } catch (Exception e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
      rows.add(row(c.name(), "failed"));
      notes.add(c.name() + " failed: " + why);
      return false;
    }
  }

  private boolean measure(String name, Problem problem) throws Exception {
    Trace trace = new Trace();
    Array once = trace.record(() -> problem.ours().get().eval());
    List<Subject> subjects = new ArrayList<>();
    subjects.add(Subject.of(name, () -> problem.ours().get().eval(), sampler.clock()));
    TorchPeer.Prepared prepared = prepare(name, problem);
    boolean agrees = true;
    if (prepared != null) {
      subjects.add(prepared.subject());
      agrees = agrees(name, once.toDoubleArray(), prepared.values(), problem);
    }
    List<Timing> timings = sampler.run(subjects, Budget.ofSeconds(seconds), _ -> {});
    add(name, trace, problem, timings, prepared == null ? "refused" : "");
    return agrees;
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

  private void add(
      String name, Trace trace, Problem problem, List<Timing> timings, String refused) {
    Timing ours = timings.getFirst();
    double median = ours.summary().median();
    Work work = total(trace);
    boolean arithmetic = work.flops() > 4 * work.bytes();
    List<Cell> cells = new ArrayList<>();
    cells.add(Cell.of(name));
    cells.add(Cell.of(kernels(trace)));
    cells.add(Cell.of(Unit.MICROS.of(median)));
    cells.add(
        Cell.of(
            Cell.digits(Unit.MICROS.of(ours.summary().q1()))
                + "-"
                + Cell.digits(Unit.MICROS.of(ours.summary().q3()))));
    cells.add(
        Cell.of(
            arithmetic
                ? Cell.digits(work.flops() / median) + " GFLOP/s"
                : Cell.digits(work.bytes() / median) + " GB/s"));
    cells.add(limits.share(work, problem.dtype(), median));
    if (torch != null) {
      if (timings.size() > 1) {
        Timing theirs = timings.get(1);
        cells.add(Cell.of(Unit.MICROS.of(theirs.summary().median())));
        cells.add(Cell.of(Comparison.of(theirs.samples(), ours.samples(), SEED).text()));
        note(name + " (PyTorch)", theirs);
      } else {
        cells.add(Cell.of(refused));
        cells.add(Cell.NONE);
      }
    }
    note(name, ours);
    rows.add(new Row(cells, ours.samples()));
  }

  private void note(String name, Timing timing) {
    for (String warning : Spread.warnings(timing)) {
      notes.add(name + ": " + warning);
    }
  }

  private Row row(String name, String state) {
    List<Cell> cells = new ArrayList<>(List.of(Cell.of(name), Cell.of(state)));
    while (cells.size() < columns().size()) {
      cells.add(Cell.NONE);
    }
    return new Row(cells, new double[0]);
  }

  private static String kernels(Trace trace) {
    return String.join("+", trace.spans().stream().map(Span::kernel).distinct().toList());
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
    columns.add(Column.words("Kernel"));
    columns.add(Column.numbers("Median", "us"));
    columns.add(Column.numbers("IQR", "us"));
    columns.add(Column.numbers("Rate", ""));
    columns.add(Column.numbers("of limit", ""));
    if (torch != null) {
      columns.add(Column.numbers("torch", "us"));
      columns.add(Column.words("torch / ours [95 %]"));
    }
    return columns;
  }

  Report report() {
    List<String> all = new ArrayList<>();
    all.add("limits: " + limits.text());
    if (torch != null) {
      all.add("beside " + torch + ", interleaved; above 1 means that Lazuli is faster");
    }
    all.addAll(notes);
    return new Report("lazuli bench", columns(), rows, all, limits.environment("cpu", SEED));
  }
}
