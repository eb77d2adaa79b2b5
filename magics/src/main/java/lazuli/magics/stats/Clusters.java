package lazuli.magics.stats;

import java.util.Arrays;

/** Whether a sample has two levels. */
final class Clusters {
  private static final double SMALLEST_SHARE = 1.0 / 6;
  // A uniform sample cut in the middle has D = 3.46, a normal one 2.66.
  private static final double ASHMAN = 5;
  private static final double CLOSEST = 1.05;

  private Clusters() {}

  /** {@return the value between two clusters, or NaN when there is one cluster} */
  static double split(double[] values) {
    double[] sorted = Arrays.stream(values).filter(v -> v > 0).map(Math::log).sorted().toArray();
    int n = sorted.length;
    if (n < 12) {
      return Double.NaN;
    }
    double[] sum = new double[n + 1];
    for (int i = 0; i < n; i++) {
      sum[i + 1] = sum[i] + sorted[i];
    }
    int smallest = (int) Math.ceil(n * SMALLEST_SHARE);
    int best = -1;
    double between = 0;
    for (int k = smallest; k <= n - smallest; k++) {
      double gap = (sum[n] - sum[k]) / (n - k) - sum[k] / k;
      double variance = gap * gap * k * (n - k);
      if (variance > between) {
        between = variance;
        best = k;
      }
    }
    if (best < 0) {
      return Double.NaN;
    }
    double[] low = Arrays.copyOfRange(sorted, 0, best);
    double[] high = Arrays.copyOfRange(sorted, best, n);
    // Widths from quartiles: a few outliers must not hide two levels.
    double width = Math.hypot(width(low), width(high));
    double distance = Summary.median(high) - Summary.median(low);
    boolean apart = distance > Math.log(CLOSEST) && distance * Math.sqrt(2) > ASHMAN * width;
    // The emptiness between the levels, not counting a tenth of stray values on each side.
    double top = low[(int) (0.9 * (low.length - 1))];
    double bottom = high[(int) (0.1 * (high.length - 1))];
    boolean gap = bottom - top > 0.4 * distance;
    return apart && gap ? Math.exp((top + bottom) / 2) : Double.NaN;
  }

  private static double width(double[] values) {
    Summary s = Summary.of(values);
    return (s.q3() - s.q1()) / 1.349;
  }
}
