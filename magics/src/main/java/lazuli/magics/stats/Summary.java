package lazuli.magics.stats;

import java.util.Arrays;
import org.apache.commons.statistics.descriptive.Quantile;

/**
 * Order statistics of a sample; all NaN when the sample is empty.
 *
 * <p>Quantiles interpolate linearly between order statistics (type 7 of Hyndman and Fan, 1996).
 *
 * @param n the number of values
 * @param median the middle
 * @param q1 the lower quartile
 * @param q3 the upper quartile
 * @param min the smallest
 * @param max the largest
 * @param mean the average, for those who ask; never a headline
 * @param outliers values above median + 5 * 1.4826 * MAD, where MAD is the median absolute
 *     deviation; counted, never removed
 */
public record Summary(
    int n, double median, double q1, double q3, double min, double max, double mean, int outliers) {
  // Type 7; the name of the constant in the library.
  private static final Quantile QUANTILE =
      Quantile.withDefaults().withCopy(true).with(Quantile.EstimationMethod.HF7);

  /**
   * {@return the statistics of a sample}
   *
   * @param values the sample, in any order
   */
  public static Summary of(double... values) {
    if (values.length == 0) {
      return new Summary(
          0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0);
    }
    double[] q = QUANTILE.evaluate(values, 0, 0.25, 0.5, 0.75, 1);
    double limit = q[2] + 5 * 1.4826 * deviation(values, q[2]);
    int outliers = (int) Arrays.stream(values).filter(v -> v > limit).count();
    double mean = Arrays.stream(values).average().orElse(Double.NaN);
    return new Summary(values.length, q[2], q[1], q[3], q[0], q[4], mean, outliers);
  }

  /**
   * {@return the median of a sample, NaN when it is empty}
   *
   * @param values the sample, in any order
   */
  public static double median(double... values) {
    return values.length == 0 ? Double.NaN : QUANTILE.evaluate(values, 0.5);
  }

  /** {@return the median absolute deviation from a centre} */
  private static double deviation(double[] values, double centre) {
    return median(Arrays.stream(values).map(v -> Math.abs(v - centre)).toArray());
  }

  /** {@return the interquartile range as a share of the median} */
  public double spread() {
    return (q3 - q1) / median;
  }
}
