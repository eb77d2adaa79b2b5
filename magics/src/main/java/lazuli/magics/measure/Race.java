package lazuli.magics.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import lazuli.array.profile.Peaks;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.magics.report.Cell;
import lazuli.magics.report.Column;
import lazuli.magics.report.Report;
import lazuli.magics.report.Row;
import lazuli.magics.stats.Budget;
import lazuli.magics.stats.Comparison;
import lazuli.magics.stats.Sampler;
import lazuli.magics.stats.Subject;
import lazuli.magics.stats.Summary;
import lazuli.magics.stats.Timing;
import org.jspecify.annotations.Nullable;

/**
 * Several subjects timed in turns, as a report with verdicts against the first.
 *
 * @param title of the report
 * @param entries what takes part; the first that runs is the baseline
 * @param budget for each entry
 * @param limits of the machine
 * @param seed of the intervals
 * @param device where the subjects run, such as {@code cpu}
 */
public record Race(
    String title, List<Entry> entries, Budget budget, Limits limits, long seed, String device) {
  private static final double LAUNCHES = 20;

  /** Makes a race on the processor. */
  public Race(String title, List<Entry> entries, Budget budget, Limits limits, long seed) {
    this(title, entries, budget, limits, seed, "cpu");
  }

  /**
   * One participant.
   *
   * @param name the row's name
   * @param kernel what computes it
   * @param subject to time; null when it refused
   * @param refusal why it refused; empty otherwise
   * @param first nanoseconds of a first call that was made before, or NaN
   * @param work of one call
   * @param dtype what it computes in
   */
  public record Entry(
      String name,
      String kernel,
      @Nullable Subject subject,
      String refusal,
      double first,
      Work work,
      DType dtype) {
    /**
     * {@return a participant that runs}
     *
     * @param kernel what computes it
     * @param subject to time
     * @param work of one call
     * @param dtype what it computes in
     */
    public static Entry of(String kernel, Subject subject, Work work, DType dtype) {
      return new Entry(subject.name(), kernel, subject, "", Double.NaN, work, dtype);
    }

    /**
     * {@return a participant that refused}
     *
     * @param name the row's name
     * @param reason in one sentence
     */
    public static Entry refused(String name, String reason) {
      return new Entry(name, "", null, reason, Double.NaN, Work.NONE, DType.F32);
    }
  }

  /**
   * {@return the report; with fewer samples, and saying so, after an interrupt}
   *
   * @param sampler takes the times
   * @param progress told the report so far, at most four times a second
   * @throws Exception what a subject throws
   */
  public Report run(Sampler sampler, Consumer<Report> progress) throws Exception {
    List<Subject> subjects = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.subject() != null) {
        subjects.add(entry.subject());
      }
    }
    List<Timing> timings =
        sampler.run(subjects, budget, so -> progress.accept(report(so, "measuring ...")));
    String interrupted = "";
    if (sampler.interrupted().getAsBoolean()) {
      long done = timings.stream().filter(t -> t.samples().length >= budget.samples()).count();
      interrupted = "interrupted: " + done + " of " + subjects.size();
    }
    return report(timings, interrupted);
  }

  private Report report(List<Timing> measured, String state) {
    List<@Nullable Timing> timings = placed(measured);
    Unit unit = unit(measured);
    List<Column> columns = new ArrayList<>();
    columns.add(Column.words("Variant"));
    columns.add(Column.words("Kernel"));
    columns.addAll(Spread.columns(unit));
    columns.add(Column.words(entries.size() > 1 ? "vs first row" : "Rate"));
    columns.add(Column.numbers("of limit", ""));
    List<Row> rows = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    Timing base = null;
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      Timing timing = timings.get(i);
      if (timing == null || timing.samples().length == 0) {
        rows.add(empty(entry, columns.size()));
        if (!entry.refusal().isEmpty()) {
          notes.add(entry.name() + " refused: " + entry.refusal());
        }
        continue;
      }
      List<Cell> cells = new ArrayList<>();
      cells.add(Cell.of(entry.name()));
      cells.add(Cell.of(entry.kernel()));
      cells.addAll(Spread.cells(timing, unit));
      double median = timing.summary().median();
      cells.add(entries.size() == 1 ? rate(entry.work(), median) : versus(base, timing));
      cells.add(limits.share(entry.work(), entry.dtype(), median));
      rows.add(new Row(cells, timing.samples()));
      notes.add(
          (entries.size() == 1 ? "" : entry.name() + ": ")
              + Spread.sampling(timing)
              + (entries.size() == 1 ? "" : ", " + rate(entry.work(), median).text()));
      for (String warning : Spread.warnings(timing)) {
        notes.add((entries.size() == 1 ? "" : entry.name() + ": ") + warning);
      }
      base = base == null ? timing : base;
    }
    notes.addAll(Spread.together(measured));
    if (base != null && entries.size() > 1 && base.samples().length >= 8) {
      Comparison itself = Comparison.withItself(base.samples(), seed);
      notes.add("A/A check, the first row's samples against each other: " + itself.text());
    }
    if (base != null) {
      notes.addAll(verdict(base));
    }
    if (!state.isEmpty()) {
      notes.add(state);
    }
    return new Report(title, columns, rows, notes, limits.environment(device, seed));
  }

  /** {@return the timings at their entries' places; null for those that refused} */
  private List<@Nullable Timing> placed(List<Timing> measured) {
    List<@Nullable Timing> placed = new ArrayList<>();
    int next = 0;
    for (Entry entry : entries) {
      Timing timing = entry.subject() == null ? null : measured.get(next++);
      boolean known = timing != null && !Double.isNaN(entry.first());
      placed.add(known && timing != null ? timing.withFirst(entry.first()) : timing);
    }
    return placed;
  }

  private static Unit unit(List<Timing> measured) {
    double least =
        measured.stream()
            .map(Timing::summary)
            .filter(s -> s.n() > 0)
            .mapToDouble(Summary::median)
            .min()
            .orElse(1);
    return Unit.fitting(least);
  }

  private static Row empty(Entry entry, int columns) {
    List<Cell> cells = new ArrayList<>();
    cells.add(Cell.of(entry.name()));
    cells.add(Cell.of(entry.refusal().isEmpty() ? entry.kernel() : "refused"));
    while (cells.size() < columns) {
      cells.add(Cell.NONE);
    }
    return new Row(cells, new double[0]);
  }

  private Cell versus(@Nullable Timing base, Timing timing) {
    return base == null
        ? Cell.of("(baseline)")
        : Cell.of(Comparison.of(base.samples(), timing.samples(), seed).text());
  }

  /** {@return GFLOP/s where arithmetic dominates, GB/s elsewhere} */
  private static Cell rate(Work work, double nanos) {
    if (work.flops() == 0 && work.bytes() == 0) {
      return Cell.NONE;
    }
    return work.flops() > 4 * work.bytes()
        ? Cell.of(Cell.digits(work.flops() / nanos) + " GFLOP/s")
        : Cell.of(Cell.digits(work.bytes() / nanos) + " GB/s");
  }

  private List<String> verdict(Timing base) {
    Entry entry = entries.stream().filter(e -> e.subject() != null).findFirst().orElse(null);
    if (entry == null || entry.work().bytes() == 0) {
      return List.of();
    }
    return verdict(limits, entry.work(), entry.dtype(), base.summary().median());
  }

  /**
   * {@return a line that says so when launching, not arithmetic or memory, decides the time}
   *
   * @param limits of the machine
   * @param work of one call
   * @param dtype what it computes in
   * @param nanos its time
   */
  public static List<String> verdict(Limits limits, Work work, DType dtype, double nanos) {
    Peaks peaks = limits.peaks();
    if (peaks == null) {
      return List.of();
    }
    Peaks.OfLimit of = peaks.ofLimit(work, dtype, nanos);
    if (of.limitNanos() >= LAUNCHES * peaks.launchNanos()) {
      return List.of();
    }
    return List.of(
        String.format(
            Locale.ROOT,
            "launch-bound: the limit is %s, an empty evaluation takes %s; arithmetic and bytes"
                + " hardly matter here, the number of launches does",
            Unit.text(of.limitNanos()),
            Unit.text(peaks.launchNanos())));
  }
}
