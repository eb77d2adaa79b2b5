package lazuli.magics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import lazuli.array.Array;
import lazuli.kernel.ext.Displayable;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.measure.Limits;
import lazuli.magics.measure.Spread;
import lazuli.magics.measure.Unit;
import lazuli.magics.measure.Values;
import lazuli.magics.report.Cell;
import lazuli.magics.report.Column;
import lazuli.magics.report.Report;
import lazuli.magics.report.Row;
import lazuli.magics.stats.Budget;
import lazuli.magics.stats.Comparison;
import lazuli.magics.stats.Sampler;
import lazuli.magics.stats.Steadiness;
import lazuli.magics.stats.Subject;
import lazuli.magics.stats.Timing;
import org.jspecify.annotations.Nullable;

/**
 * Variants of one computation timed against each other in one run, for experiments written in a
 * notebook: {@code experiment(3200).run("a", () -> ...).run("b", () -> ..., "a")}. Each call builds
 * and evaluates its array. Nothing is timed before the experiment is shown or asked for its {@link
 * #report}.
 */
public final class Experiment implements Displayable {
  private record Entry(Supplier<Array> call, List<String> yardsticks) {}

  private final int calls;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private String title = "experiment";
  private @Nullable Report report;

  private Experiment(int calls) {
    this.calls = calls;
  }

  /**
   * {@return an empty experiment}
   *
   * @param calls timed calls of each variant, each one a sample, after as many to warm up
   */
  public static Experiment experiment(int calls) {
    if (calls < 2) {
      throw new UsageException(
          "experiment(" + calls + "): at least 2 calls of each variant are needed");
    }
    return new Experiment(calls);
  }

  /**
   * {@return this experiment under a title}
   *
   * @param text one line above the table
   */
  public Experiment title(String text) {
    title = text;
    return this;
  }

  /**
   * {@return this experiment with one more variant}
   *
   * @param name its name in the table
   * @param call builds the array, which is then evaluated
   * @param yardsticks names of earlier variants: the verdict compares with the slowest of them
   */
  public Experiment run(String name, Supplier<Array> call, String... yardsticks) {
    for (String yardstick : yardsticks) {
      if (!entries.containsKey(yardstick)) {
        throw new UsageException(
            "experiment: the yardstick '"
                + yardstick
                + "' of '"
                + name
                + "' is no earlier variant; there are: "
                + String.join(", ", entries.keySet()));
      }
    }
    if (entries.putIfAbsent(name, new Entry(call, List.of(yardsticks))) != null) {
      throw new UsageException("experiment: there is a variant '" + name + "' already");
    }
    return this;
  }

  /** {@return the result, measured at the first request} */
  public Report report() {
    if (report == null) {
      report = measure();
    }
    return report;
  }

  @Override
  public MimeBundle bundle() {
    return report().bundle();
  }

  private Report measure() {
    if (entries.isEmpty()) {
      throw new UsageException("experiment: no variant; add one with run(name, () -> array)");
    }
    Sampler sampler = Sampler.system(() -> Thread.currentThread().isInterrupted());
    List<Subject> subjects = new ArrayList<>();
    entries.forEach(
        (name, entry) ->
            subjects.add(Subject.of(name, () -> Values.ready(entry.call.get()), sampler.clock())));
    Budget budget = Budget.ofSeconds(0).withWarmup(calls).exactly(calls).inBatchesOf(1);
    List<Timing> timings;
    try {
      timings = sampler.run(subjects, budget, _ -> {});
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    return table(timings);
  }

  private Report table(List<Timing> timings) {
    Unit unit = Unit.fitting(timings.getFirst().summary().median());
    List<Column> columns = new ArrayList<>(List.of(Column.words("Variant")));
    columns.addAll(Spread.columns(unit));
    columns.add(Column.words("Against"));
    columns.add(Column.words("Ratio [95 %]"));
    List<Row> rows = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    List<String> warming = new ArrayList<>();
    notes.add(
        "interleaved, "
            + calls
            + " calls of each after "
            + calls
            + " to warm up; a ratio above 1 is faster than the yardstick");
    int next = 0;
    for (Entry entry : entries.values()) {
      Timing timing = timings.get(next++);
      List<Cell> cells = new ArrayList<>(List.of(Cell.of(timing.name())));
      cells.addAll(Spread.cells(timing, unit));
      Timing yardstick = slowest(entry.yardsticks(), timings);
      cells.add(yardstick == null ? Cell.NONE : Cell.of(yardstick.name()));
      cells.add(
          yardstick == null
              ? Cell.NONE
              : Cell.of(Comparison.of(yardstick.samples(), timing.samples(), 0).text()));
      rows.add(new Row(cells, timing.samples()));
      if (timing.steadiness().trend() == Steadiness.Trend.WARMING) {
        warming.add(timing.name());
      } else {
        Spread.warnings(timing).forEach(warning -> notes.add(timing.name() + ": " + warning));
      }
    }
    notes.addAll(Spread.together(timings));
    if (!warming.isEmpty()) {
      notes.add(
          "still getting faster while measured (medians fall with more calls; ratios hold, all took"
              + " turns): "
              + String.join(", ", warming));
    }
    return new Report(title, columns, rows, notes, new Limits(null).environment("cpu", 0));
  }

  private static @Nullable Timing slowest(List<String> names, List<Timing> timings) {
    return timings.stream()
        .filter(timing -> names.contains(timing.name()))
        .max(Comparator.comparingDouble(timing -> timing.summary().median()))
        .orElse(null);
  }

  @Override
  public String toString() {
    return report == null
        ? "experiment of " + entries.size() + " variants, not run yet"
        : report.text();
  }
}
