package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import lazuli.array.Lazuli;
import lazuli.array.profile.Peaks;
import lazuli.array.type.ArrayException;
import lazuli.kernel.ext.Progress;
import lazuli.kernel.ext.RunningCell;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.measure.Limits;
import lazuli.magics.measure.Quantity;
import lazuli.magics.measure.Race;
import lazuli.magics.measure.Roofs;
import lazuli.magics.measure.Unit;
import lazuli.magics.measure.Values;
import lazuli.magics.picture.Chart;
import lazuli.magics.picture.Scatter;
import lazuli.magics.report.Cell;
import lazuli.magics.report.Column;
import lazuli.magics.report.Report;
import lazuli.magics.report.Row;
import lazuli.magics.stats.Budget;
import lazuli.magics.stats.Comparison;
import lazuli.magics.stats.Sampler;
import lazuli.magics.stats.Subject;
import lazuli.magics.stats.Timing;

/**
 * A grid of attentions, point by point; it keeps what is finished, so that it can go on after an
 * interrupt. Points that share their operands are timed in turns. Mutable; used by one thread.
 */
final class Sweep {
  /** Above this many multiply-adds the float64 reference takes too long for a cell. */
  private static final double MOST_REFERENCE = 2e9;

  private final String action;
  private final String title;
  private final List<Axis> axes;
  private final List<Point> points;
  private final boolean errors;
  private final List<Limit> budget;
  private final boolean roofline;
  private final long seed;
  private final Map<Point, Outcome> done = new LinkedHashMap<>();
  private String device = "cpu";

  Sweep(
      String action,
      String title,
      List<Axis> axes,
      List<Point> points,
      boolean errors,
      List<Limit> budget,
      boolean roofline,
      long seed) {
    this.action = action;
    this.title = title;
    this.axes = axes;
    this.points = points;
    this.errors = errors || budget.stream().anyMatch(l -> l.what().matches("err|ratio"));
    this.budget = budget;
    this.roofline = roofline;
    this.seed = seed;
  }

  /** {@return whether nothing is left to do} */
  boolean finished() {
    return done.size() == points.size();
  }

  /** {@return how many points are finished} */
  String state() {
    return done.size() + " of " + points.size();
  }

  /** Goes on until all points are finished or the cell is interrupted. */
  SweepResult run(Use use, Budget time) throws Exception {
    RunningCell cell = use.cell();
    Sampler sampler = use.sampler();
    Limits limits = use.limits();
    device = use.device();
    try (Progress progress = cell.progress(title, points.size())) {
      progress.step(done.size());
      List<Point> left = new ArrayList<>(points);
      left.removeAll(done.keySet());
      while (!left.isEmpty() && !cell.interrupted()) {
        Point first = left.getFirst();
        List<Point> group = left.stream().filter(first::sharesOperands).toList();
        progress.note(first.name());
        Map<Point, Outcome> some = measure(group, sampler, time, cell);
        if (cell.interrupted()) {
          // Rows that have what a whole measurement has at the least are finished.
          some.values().removeIf(o -> o.skipped().isEmpty() && !o.hasSamples(time.samples()));
        }
        done.putAll(some);
        left.removeAll(some.keySet());
        progress.step(some.size());
        progress.partial(result(limits, "").report());
      }
      boolean whole = finished();
      String state =
          whole
              ? ""
              : "interrupted: " + state() + "; %sdpa " + action + " --resume goes on from here";
      progress.close(state() + " points");
      return result(limits, state);
    }
  }

  private Map<Point, Outcome> measure(
      List<Point> group, Sampler sampler, Budget time, RunningCell cell) throws Exception {
    Map<Point, Outcome> outcomes = new LinkedHashMap<>();
    Point one = group.getFirst();
    String tooLarge = tooLarge(one.operandBytes(), "q, k and v need ");
    if (!tooLarge.isEmpty()) {
      group.forEach(point -> outcomes.put(point, Outcome.skipped(tooLarge)));
      return outcomes;
    }
    Setting setting;
    try {
      setting = one.setting(seed, cell.variables());
    } catch (UsageException | ArrayException misfit) {
      String why =
          misfit instanceof ArrayException e
              ? Variant.oneLine(e)
              : String.valueOf(misfit.getMessage());
      group.forEach(point -> outcomes.put(point, Outcome.skipped(why)));
      return outcomes;
    }
    double[] reference = errors && hasReference(one.dims()) ? Accuracy.reference(setting) : null;
    Accuracy naive =
        reference == null ? null : Accuracy.of(setting.attend("naive").toDoubleArray(), reference);
    List<Point> running = new ArrayList<>();
    List<Subject> subjects = new ArrayList<>();
    for (Point point : group) {
      String kernel = point.kernel().equals("auto") ? "" : point.kernel();
      Variant variant = Variant.of(point.name(), setting, kernel, TileOptions.parse(point.tile()));
      String chosen = variant.refusal().isEmpty() ? variant.dispatch().kernel() : "";
      String scores = chosen.equals("naive") ? tooLarge(point.scoreBytes(), "scores need ") : "";
      if (!variant.refusal().isEmpty() || !scores.isEmpty()) {
        String why = scores.isEmpty() ? Checking.reason(setting, kernel, variant) : scores;
        outcomes.put(point, Outcome.skipped(why));
        continue;
      }
      double peak = peak(variant) + (search() ? setting.bytes() : 0);
      Accuracy own =
          reference == null ? null : Accuracy.of(variant.build().toDoubleArray(), reference);
      outcomes.put(
          point,
          new Outcome(
              chosen, null, "", variant.dispatch().work(), variant.dtype(), peak, own, naive, ""));
      running.add(point);
      subjects.add(Subject.of(point.name(), () -> Values.ready(variant.build()), sampler.clock()));
    }
    List<Timing> timings = sampler.run(subjects, time, _ -> {});
    for (int i = 0; i < running.size(); i++) {
      Timing timing = timings.get(i);
      String versus =
          i == 0
              ? "baseline"
              : Comparison.of(timings.getFirst().samples(), timing.samples(), seed).text();
      Outcome o = Objects.requireNonNull(outcomes.get(running.get(i)));
      outcomes.put(
          running.get(i),
          new Outcome(
              o.kernel(), timing, versus, o.work(), o.dtype(), o.peak(), o.own(), o.naive(), ""));
    }
    return outcomes;
  }

  /** A search weighs everything that an attention needs; a sweep shows what a kernel adds. */
  private boolean search() {
    return action.equals("search");
  }

  static boolean hasReference(Dims d) {
    return (double) d.b() * d.hq() * d.tq() * d.tk() * (d.d() + d.dv()) <= MOST_REFERENCE;
  }

  /** {@return why something does not fit, empty when it does} */
  private String tooLarge(double bytes, String what) {
    double free = Lazuli.memory().limit() - (double) Lazuli.memory().active();
    for (Limit limit : budget) {
      if (limit.what().equals("mem") && bytes > limit.most()) {
        return what + Quantity.bytes(bytes) + ", over --budget " + limit.text();
      }
    }
    return bytes > free
        ? what + Quantity.bytes(bytes) + " > " + Quantity.bytes(free) + " free"
        : "";
  }

  /** {@return bytes that computing it needs at the peak, the result included, operands not} */
  private static double peak(Variant variant) {
    double before = Lazuli.memory().active();
    Lazuli.resetPeakMemory();
    variant.build().eval();
    return Math.max(0, Lazuli.memory().peak() - before);
  }

  private SweepResult result(Limits limits, String state) {
    List<Row> rows = new ArrayList<>();
    List<Outcome> outcomes = new ArrayList<>();
    Unit unit = unit();
    List<Column> columns = columns(unit);
    for (Point point : points) {
      Outcome o = done.get(point);
      if (o != null) {
        rows.add(row(point, o, unit, limits, columns.size()));
        outcomes.add(o);
      }
    }
    List<Point> shown = points.stream().filter(done::containsKey).toList();
    List<Integer> best = Pareto.of(shown, candidates(shown));
    List<String> notes = new ArrayList<>();
    Pareto.Choice choice = Pareto.choose(shown, candidates(shown), best, budget);
    notes.addAll(choice(rows, best, choice));
    notes.addAll(unknownErrors());
    notes.addAll(Guards.of(points, done.keySet(), kernels(), launches(limits)));
    if (!state.isEmpty()) {
      notes.add(state);
    }
    Report report = new Report(title, columns, rows, notes, limits.environment(device, seed));
    Chart chart = search() ? picture(rows, shown, best, choice.at()) : null;
    Peaks peaks = limits.peaks();
    if (roofline && peaks == null) {
      report = report.withNote(Roofs.UNKNOWN);
    } else if (roofline && peaks != null) {
      chart = Roofs.chart(peaks, placed(rows, shown));
    }
    return new SweepResult(report, best, choice.at(), chart);
  }

  private List<Roofs.Placed> placed(List<Row> rows, List<Point> shown) {
    List<Roofs.Placed> placed = new ArrayList<>();
    for (int i = 0; i < shown.size(); i++) {
      Outcome o = Objects.requireNonNull(done.get(shown.get(i)));
      if (o.ran()) {
        placed.add(new Roofs.Placed(label(rows.get(i)), o.work(), o.dtype(), o.nanos()));
      }
    }
    return placed;
  }

  /** The unit of the middle between the least and the most: of a wide grid neither end fits. */
  private Unit unit() {
    double least = Double.POSITIVE_INFINITY;
    double most = 0;
    for (Outcome o : done.values()) {
      if (o.ran()) {
        least = Math.min(least, o.nanos());
        most = Math.max(most, o.nanos());
      }
    }
    return Unit.fitting(most == 0 ? 1e6 : Math.sqrt(least * most));
  }

  private List<Pareto.Candidate> candidates(List<Point> shown) {
    List<Pareto.Candidate> all = new ArrayList<>();
    for (Point point : shown) {
      Outcome o = Objects.requireNonNull(done.get(point));
      double error = o.own() == null ? Double.NaN : o.own().max();
      all.add(new Pareto.Candidate(o.ran(), o.nanos(), o.peak(), error, o.ratio()));
    }
    return all;
  }

  private Scatter picture(List<Row> rows, List<Point> shown, List<Integer> best, int chosen) {
    List<Scatter.Point> dots = new ArrayList<>();
    for (int i = 0; i < shown.size(); i++) {
      Outcome o = Objects.requireNonNull(done.get(shown.get(i)));
      if (o.ran()) {
        String error =
            o.own() == null ? "" : String.format(Locale.ROOT, ", error %.1e", o.own().max());
        dots.add(
            new Scatter.Point(
                label(rows.get(i)) + error,
                o.nanos() / 1e6,
                o.peak() / (1 << 20),
                best.contains(i),
                i == chosen));
      }
    }
    return new Scatter("time, memory and error", "median ms", "memory MiB", dots);
  }

  private Map<Point, String> kernels() {
    Map<Point, String> kernels = new LinkedHashMap<>();
    done.forEach((point, o) -> kernels.put(point, o.ran() ? o.kernel() : ""));
    return kernels;
  }

  private int launches(Limits limits) {
    int count = 0;
    for (Outcome o : done.values()) {
      boolean bound = o.ran() && !Race.verdict(limits, o.work(), o.dtype(), o.nanos()).isEmpty();
      count += bound ? 1 : 0;
    }
    return count;
  }

  private List<Column> columns(Unit unit) {
    List<Column> columns = new ArrayList<>();
    for (Axis axis : axes) {
      columns.add(axis.isSize() ? Column.numbers(axis.name(), "") : Column.words(axis.name()));
    }
    columns.add(Column.words("kernel"));
    columns.add(Column.numbers("median", unit.label()));
    columns.add(Column.numbers("of limit", ""));
    columns.add(Column.numbers(search() ? "memory" : "peak", "MiB"));
    if (errors) {
      columns.add(Column.numbers("max err", ""));
      columns.add(Column.numbers("err/naive", ""));
    }
    columns.add(Column.words("verdict"));
    return columns;
  }

  private Row row(Point point, Outcome o, Unit unit, Limits limits, int width) {
    List<Cell> cells = new ArrayList<>();
    for (int i = 0; i < axes.size(); i++) {
      String value = point.label().get(i);
      cells.add(axes.get(i).isSize() ? Cell.count(Long.parseLong(value)) : Cell.of(value));
    }
    if (!o.ran()) {
      while (cells.size() < width - 1) {
        cells.add(Cell.NONE);
      }
      cells.add(Cell.of("skipped: " + o.skipped()));
      return new Row(cells, new double[0]);
    }
    cells.add(Cell.of(o.kernel()));
    cells.add(Cell.of(unit.of(o.nanos())));
    cells.add(limits.share(o.work(), o.dtype(), o.nanos()));
    cells.add(Cell.of(o.peak() / (1 << 20)));
    if (errors) {
      cells.add(o.own() == null ? Cell.NONE : Cell.of(o.own().max()));
      cells.add(Cell.of(o.ratio()));
    }
    cells.add(Cell.of(o.versus()));
    return new Row(cells, Objects.requireNonNull(o.timing()).samples());
  }

  private List<String> choice(List<Row> rows, List<Integer> best, Pareto.Choice choice) {
    if (best.isEmpty()) {
      return List.of();
    }
    String set =
        "Pareto set: " + best.size() + (best.size() == 1 ? " row" : " rows") + ", _sdpa.pareto()";
    if (!budget.isEmpty()) {
      String asked = String.join(",", budget.stream().map(Limit::text).toList());
      return List.of(
          choice.at() < 0
              ? "no row keeps --budget " + asked + " (" + set + ")"
              : String.format(
                  Locale.ROOT,
                  "best by --budget %s: %s (%s)",
                  asked,
                  label(rows.get(choice.at())),
                  set));
    }
    return search() && choice.at() >= 0
        ? List.of("Goldilocks: " + label(rows.get(choice.at())) + choice.words(), set)
        : List.of(set);
  }

  /** Where the reference would take too long there is no error, and a budget of it is not kept. */
  private List<String> unknownErrors() {
    long without = done.values().stream().filter(o -> o.ran() && o.own() == null).count();
    if (!errors || without == 0) {
      return List.of();
    }
    boolean asked = budget.stream().anyMatch(l -> l.what().matches("err|ratio"));
    return List.of(
        without
            + (without == 1 ? " row has" : " rows have")
            + " no error: the float64 reference would take too long at that size"
            + (asked ? "; a budget of err is not kept without one" : ""));
  }

  private String label(Row row) {
    return String.join(
        " ", row.cells().subList(0, axes.size() + 1).stream().map(Cell::text).distinct().toList());
  }
}
