package lazuli.magics.stats;

import java.util.Arrays;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * How much faster one sample is than a baseline.
 *
 * @param ratio median of the baseline over median of the sample: above 1 is faster
 * @param low lower end of the 95 % interval
 * @param high upper end of the 95 % interval
 * @param verdict the word
 */
public record Comparison(double ratio, double low, double high, Verdict verdict) {
  private static final int RESAMPLES = 2000;
  private static final double SAME = 0.02;

  /** The words that a report uses. */
  public enum Verdict {
    /** The interval lies above 1. */
    FASTER,
    /** The interval lies below 1. */
    SLOWER,
    /** The interval lies within 2 % of 1. */
    SAME,
    /** The interval holds 1 and is wider than that: more time would tell. */
    UNDECIDED;

    /** {@return the word in lower case} */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * {@return the comparison of a sample with its baseline}
   *
   * <p>The interval is the percentile bootstrap of the ratio of medians, 2000 resamples (Efron,
   * 1979).
   *
   * @param baseline times of the baseline
   * @param sample times of the other, taken interleaved with it
   * @param seed of the resampling
   */
  public static Comparison of(double[] baseline, double[] sample, long seed) {
    double ratio = Summary.median(baseline) / Summary.median(sample);
    if (baseline.length < 2 || sample.length < 2) {
      return new Comparison(ratio, 0, Double.POSITIVE_INFINITY, Verdict.UNDECIDED);
    }
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    double[] a = sorted(baseline);
    double[] b = sorted(sample);
    double[] ratios = new double[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      ratios[i] = resampledMedian(a, random) / resampledMedian(b, random);
    }
    Arrays.sort(ratios);
    double low = ratios[(int) (0.025 * RESAMPLES)];
    double high = ratios[(int) (0.975 * RESAMPLES) - 1];
    return new Comparison(ratio, low, high, verdict(low, high));
  }

  private static Verdict verdict(double low, double high) {
    if (low >= 1 - SAME && high <= 1 + SAME) {
      return Verdict.SAME;
    }
    return low > 1 ? Verdict.FASTER : high < 1 ? Verdict.SLOWER : Verdict.UNDECIDED;
  }

  private static double[] sorted(double[] values) {
    double[] copy = values.clone();
    Arrays.sort(copy);
    return copy;
  }

  /** The median of a resample, found by counting draws of each rank instead of sorting. */
  private static double resampledMedian(double[] sorted, RandomGenerator random) {
    int n = sorted.length;
    int[] drawn = new int[n];
    for (int i = 0; i < n; i++) {
      drawn[random.nextInt(n)]++;
    }
    int lower = (n - 1) / 2;
    int upper = n / 2;
    int seen = 0;
    double below = Double.NaN;
    for (int rank = 0; rank < n; rank++) {
      seen += drawn[rank];
      if (Double.isNaN(below) && seen > lower) {
        below = sorted[rank];
      }
      if (seen > upper) {
        return (below + sorted[rank]) / 2;
      }
    }
    throw new AssertionError("a resample of " + n + " values has no median");
  }

  /**
   * {@return the comparison of a sample's even with its odd measurements, which should differ by
   * nothing: what this machine's noise alone can do}
   *
   * @param samples in the order they were taken
   * @param seed of the resampling
   */
  public static Comparison withItself(double[] samples, long seed) {
    int half = samples.length / 2;
    double[] even = new double[half];
    double[] odd = new double[half];
    for (int i = 0; i < half; i++) {
      even[i] = samples[2 * i];
      odd[i] = samples[2 * i + 1];
    }
    return of(even, odd, seed);
  }

  /** {@return such as {@code 1.92x [1.88, 1.97] faster}} */
  public String text() {
    return String.format(
        Locale.ROOT, "%s [%s, %s] %s", times(ratio), plain(low), plain(high), verdict.word());
  }

  private static String times(double value) {
    return plain(value) + "x";
  }

  private static String plain(double value) {
    return Double.isInfinite(value)
        ? "inf"
        : String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
  }
}
