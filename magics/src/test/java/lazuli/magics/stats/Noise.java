package lazuli.magics.stats;

import java.util.Random;

/** Synthetic series of times. */
final class Noise {
  private Noise() {}

  /** One-sided noise as a busy machine makes it: mostly 2 %, now and then a long delay. */
  static double[] around(double level, int n, long seed) {
    Random random = new Random(seed);
    double[] series = new double[n];
    for (int i = 0; i < n; i++) {
      double noise = Math.abs(random.nextGaussian()) * 0.02;
      double delay = random.nextInt(15) == 0 ? random.nextDouble() * 3 : 0;
      series[i] = level * (1 + noise + delay);
    }
    return series;
  }
}
