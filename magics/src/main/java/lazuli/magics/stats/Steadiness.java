package lazuli.magics.stats;

import java.util.Arrays;
import java.util.Locale;

/**
 * What a series of times did while it was measured.
 *
 * @param trend the word
 * @param perCall for a drift, the growth per call as a share of the median; otherwise 0
 * @param from the median of the first third
 * @param to the median of the last third
 */
public record Steadiness(Trend trend, double perCall, double from, double to) {
  private static final double TOLERANCE = 0.05;
  private static final int FEWEST = 9;

  /** The words that a report uses. */
  public enum Trend {
    /** One level throughout. */
    STEADY,
    /** Still getting faster. */
    WARMING,
    /** Getting slower call by call: something grows. */
    DRIFTING,
    /** Two levels. */
    BIMODAL,
    /** Fewer than nine times. */
    UNJUDGED
  }

  /**
   * {@return the classification of a series}
   *
   * <p>The series is cut in thirds. A change needs medians that differ by more than 5 % and by more
   * than four standard errors, so that noise alone is not called a trend. Two clusters (Otsu, 1979)
   * that are far apart for their width (Ashman's D above 5, which no uniform, linear or
   * single-peaked series reaches) and hold a sixth of the series each make it bimodal; when the
   * slow one came first, it is warming.
   *
   * @param series times per call, in order
   * @param batch calls behind each time
   */
  public static Steadiness of(double[] series, int batch) {
    int n = series.length;
    if (n < FEWEST) {
      double m = Summary.median(series);
      return new Steadiness(Trend.UNJUDGED, 0, m, m);
    }
    int third = n / 3;
    Summary a = Summary.of(Arrays.copyOfRange(series, 0, third));
    Summary b = Summary.of(Arrays.copyOfRange(series, third, n - third));
    Summary c = Summary.of(Arrays.copyOfRange(series, n - third, n));
    double middle = Summary.median(series);
    double split = Clusters.split(series);
    if (!Double.isNaN(split)) {
      double slowRank = meanRank(series, split);
      boolean faster = c.median() < split && c.median() < a.median();
      boolean slowFirst = slowRank < n * 0.4 && faster;
      return new Steadiness(slowFirst ? Trend.WARMING : Trend.BIMODAL, 0, a.median(), c.median());
    }
    boolean rising = a.median() < b.median() && b.median() < c.median();
    double change = c.median() - a.median();
    if (Math.abs(change) <= TOLERANCE * middle || Math.abs(change) <= 4 * error(a, c)) {
      return new Steadiness(Trend.STEADY, 0, a.median(), c.median());
    }
    if (change < 0) {
      return new Steadiness(Trend.WARMING, 0, a.median(), c.median());
    }
    double calls = (n - third) * (double) batch;
    double slope = rising ? change / calls / middle : 0;
    return new Steadiness(Trend.DRIFTING, slope, a.median(), c.median());
  }

  /** The standard error of a difference of two medians, from their interquartile ranges. */
  private static double error(Summary a, Summary b) {
    return Math.hypot(error(a), error(b));
  }

  private static double error(Summary s) {
    return 1.2533 * (s.q3() - s.q1()) / 1.349 / Math.sqrt(s.n());
  }

  /** The mean position of the values above a split. */
  private static double meanRank(double[] series, double split) {
    double sum = 0;
    int count = 0;
    for (int i = 0; i < series.length; i++) {
      if (series[i] > split) {
        sum += i;
        count++;
      }
    }
    return sum / count;
  }

  /** {@return the word, with the growth of a drift: {@code drifting +1.9 %/call}} */
  public String text() {
    return switch (trend) {
      case STEADY -> "steady";
      case WARMING -> "warming";
      case BIMODAL -> "bimodal";
      case UNJUDGED -> "too few to judge";
      case DRIFTING -> String.format(Locale.ROOT, "drifting +%.2g %%/call", perCall * 100);
    };
  }
}
