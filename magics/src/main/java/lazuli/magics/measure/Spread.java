package lazuli.magics.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lazuli.magics.report.Cell;
import lazuli.magics.report.Column;
import lazuli.magics.stats.Steadiness;
import lazuli.magics.stats.Summary;
import lazuli.magics.stats.Timing;

/** The columns and notes that every timing has in common. */
public final class Spread {
  private static final double NOISY = 0.25;

  private Spread() {}

  /**
   * {@return the columns first, median, IQR, min}
   *
   * @param unit of all of them
   */
  public static List<Column> columns(Unit unit) {
    return List.of(
        Column.numbers("First", unit.label()),
        Column.numbers("Median", unit.label()),
        Column.numbers("IQR", unit.label()),
        Column.numbers("Min", unit.label()));
  }

  /**
   * {@return the cells under {@link #columns}}
   *
   * @param timing what was measured
   * @param unit of all of them
   */
  public static List<Cell> cells(Timing timing, Unit unit) {
    Summary summary = timing.summary();
    return List.of(
        Cell.of(unit.of(timing.first())),
        Cell.of(unit.of(summary.median())),
        summary.n() == 0
            ? Cell.NONE
            : Cell.of(
                Cell.digits(unit.of(summary.q1())) + "-" + Cell.digits(unit.of(summary.q3()))),
        Cell.of(unit.of(summary.min())));
  }

  /**
   * {@return how the sample was taken: {@code n=402, steady after 60 calls, 7 outliers}}
   *
   * @param timing what was measured
   */
  public static String sampling(Timing timing) {
    Summary summary = timing.summary();
    List<String> parts = new ArrayList<>();
    parts.add("n=" + summary.n() + (timing.batch() > 1 ? " x " + timing.batch() + " calls" : ""));
    String state = timing.steadiness().text();
    parts.add(
        timing.settled()
            ? state + " after " + calls(timing.warmup())
            : state + ", warm-up not settled after " + calls(timing.warmup()));
    if (summary.outliers() > 0) {
      parts.add(summary.outliers() + (summary.outliers() == 1 ? " outlier" : " outliers"));
    }
    return String.join(", ", parts);
  }

  private static String calls(int count) {
    return count + (count == 1 ? " call" : " calls");
  }

  /**
   * {@return a line where several variants that took turns got slower together: state of one of
   * them cannot do that to the others}
   *
   * @param timings of the variants
   */
  public static List<String> together(List<Timing> timings) {
    long drifting =
        timings.stream().filter(t -> t.steadiness().trend() == Steadiness.Trend.DRIFTING).count();
    return drifting > 1
        ? List.of(
            drifting
                + " of "
                + timings.size()
                + " rows got slower together: rather the machine than their state; ratios hold, all"
                + " took turns")
        : List.of();
  }

  /**
   * {@return whether the middle half of the times spans more than a quarter of the median}
   *
   * @param timing what was measured
   */
  public static boolean noisy(Timing timing) {
    Summary summary = timing.summary();
    return summary.n() > 1 && summary.spread() > NOISY;
  }

  /**
   * {@return what a reader must know before believing the median; empty when there is nothing}
   *
   * @param timing what was measured
   */
  public static List<String> warnings(Timing timing) {
    List<String> warnings = new ArrayList<>();
    Steadiness state = timing.steadiness();
    switch (state.trend()) {
      case DRIFTING ->
          warnings.add(
              String.format(
                  Locale.ROOT,
                  "DRIFTING: %s -> %s over %d calls. No single number is right; does state grow?",
                  Unit.text(state.from()),
                  Unit.text(state.to()),
                  (long) timing.samples().length * timing.batch()));
      case WARMING ->
          warnings.add(
              "still warming: "
                  + Unit.text(state.from())
                  + " -> "
                  + Unit.text(state.to())
                  + "; give it more --time");
      case BIMODAL -> warnings.add("two levels: the median may lie on either; see the samples");
      case STEADY, UNJUDGED -> {}
    }
    Summary summary = timing.summary();
    if (noisy(timing)) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "noisy: the IQR is %.0f %% of the median; is other work running here?",
              100 * summary.spread()));
    }
    return warnings;
  }
}
