package lazuli.magics.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Times subjects against each other.
 *
 * <p>Warm-up: windows of 10 samples are discarded until two successive ones have medians within 3
 * %, or half of the budget is spent; in any case for as long as the budget asks. Sampling: subjects
 * take turns in the order ABBA, so that a slow moment of the machine hits all of them. A sample is
 * a batch of calls long enough for the clock.
 *
 * @param clock nanoseconds
 * @param granularity the smallest step of the clock, nanoseconds
 * @param interrupted whether to stop; asked before every sample
 */
public record Sampler(LongSupplier clock, double granularity, BooleanSupplier interrupted) {
  private static final int WINDOW = 10;
  private static final double SETTLED = 0.03;
  private static final double TICKS = 100;
  private static final int MOST_KEPT = 2000;
  private static final double BETWEEN_PROGRESS = 250e6;

  /**
   * {@return a sampler on the system's clock}
   *
   * @param interrupted whether to stop
   */
  public static Sampler system(BooleanSupplier interrupted) {
    return new Sampler(System::nanoTime, measuredGranularity(), interrupted);
  }

  private static double measuredGranularity() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 1000; i++) {
      long start = System.nanoTime();
      long end = System.nanoTime();
      while (end == start) {
        end = System.nanoTime();
      }
      least = Math.min(least, end - start);
    }
    return least;
  }

  /**
   * {@return the timings in the subjects' order; fewer samples, or none, for those that an
   * interrupt cut short}
   *
   * @param subjects what to time
   * @param budget how long
   * @param progress told the timings so far, at most four times a second
   * @throws Exception what a subject throws
   */
  public List<Timing> run(
      List<? extends Subject> subjects, Budget budget, Consumer<List<Timing>> progress)
      throws Exception {
    List<Series> all = new ArrayList<>();
    for (Subject subject : subjects) {
      all.add(new Series(subject));
    }
    for (Series series : all) {
      series.warm(budget);
    }
    double end = clock.getAsLong() + budget.seconds() * 1e9 * all.size();
    double told = clock.getAsLong();
    boolean forward = true;
    for (int round = 0; round < budget.most() && !interrupted.getAsBoolean(); round++) {
      if (round >= budget.samples() && clock.getAsLong() >= end) {
        break;
      }
      for (Series series : forward ? all : all.reversed()) {
        if (interrupted.getAsBoolean()) {
          break;
        }
        series.sample(all.size() > 1);
      }
      forward = !forward;
      if (clock.getAsLong() - told >= BETWEEN_PROGRESS) {
        told = clock.getAsLong();
        progress.accept(timings(all));
      }
    }
    return timings(all);
  }

  private static List<Timing> timings(List<Series> all) {
    return all.stream().map(Series::timing).toList();
  }

  /** The samples of one subject as they come. */
  private final class Series {
    private final Subject subject;
    private double[] samples = new double[64];
    private int count;
    private int batch = 1;
    private double first = Double.NaN;
    private int warmup;
    private boolean settled;

    Series(Subject subject) {
      this.subject = subject;
    }

    void warm(Budget budget) throws Exception {
      if (interrupted.getAsBoolean()) {
        return;
      }
      first = timed(1);
      // The cold call is not charged to the warm-up: it may take longer than the whole budget.
      long start = clock.getAsLong();
      warmup = 1;
      double each = first;
      if (budget.warmup() >= 0) {
        int left = budget.warmup() - 1;
        if (left > 0) {
          each = timed(left) / left;
          warmup += left;
        }
        settled = true;
      } else {
        each = settle(start, budget);
      }
      batch = budget.batch() > 0 ? budget.batch() : enough(each, budget);
    }

    /** Discards windows until two agree; {@return the time of one call at the end} */
    private double settle(long start, Budget budget) throws Exception {
      double before = Double.NaN;
      double each = first;
      double least = subject.compiles() ? budget.warming() * 1e9 : 0;
      double most = Math.max(budget.seconds() * 1e9 / 2, least);
      while (true) {
        int calls = enough(each, budget);
        double[] window = new double[WINDOW];
        for (int i = 0; i < WINDOW; i++) {
          if (interrupted.getAsBoolean() || clock.getAsLong() - start >= most) {
            return i == 0 ? each : Summary.median(Arrays.copyOf(window, i));
          }
          window[i] = timed(calls) / calls;
          if (Double.isNaN(window[i])) {
            return each;
          }
          warmup += calls;
        }
        each = Summary.median(window);
        settled = Math.abs(each - before) <= SETTLED * before;
        if (settled && clock.getAsLong() - start >= least) {
          return each;
        }
        before = each;
      }
    }

    /** Calls that make a sample long enough for the clock, and samples few enough to keep. */
    private int enough(double each, Budget budget) {
      double target = Math.max(TICKS * granularity, budget.seconds() * 1e9 / MOST_KEPT);
      return (int) Math.clamp(Math.ceil(target / Math.max(each, 1e-3)), 1, 1 << 20);
    }

    /** {@return the time of some calls, NaN when an interrupt ended them} */
    private double timed(int calls) throws Exception {
      return timed(calls, false);
    }

    private double timed(int calls, boolean afterOne) throws Exception {
      try {
        return afterOne ? subject.afterOne(calls) : subject.nanos(calls);
      } catch (Throwable ended) {
        // A stop check throws an error inside the user's code: what is measured so far counts.
        if (interrupted.getAsBoolean()) {
          return Double.NaN;
        }
        throw ended;
      }
    }

    /** A long call is cold only at its start: there one more would cost what it saves. */
    void sample(boolean turns) throws Exception {
      double nanos = timed(batch, turns && batch > 1);
      if (Double.isNaN(nanos)) {
        return;
      }
      if (count == samples.length) {
        samples = Arrays.copyOf(samples, 2 * count);
      }
      samples[count++] = nanos / batch;
    }

    Timing timing() {
      return new Timing(
          subject.name(), Arrays.copyOf(samples, count), batch, first, warmup, settled);
    }
  }
}
