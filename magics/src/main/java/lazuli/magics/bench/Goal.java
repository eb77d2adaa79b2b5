package lazuli.magics.bench;

import java.util.Locale;

/**
 * What a case should reach: the other's time over ours, above 1 where we are faster.
 *
 * @param one the least at one thread
 * @param more the least at two threads and more
 * @param goFor what to go for
 */
record Goal(double one, double more, double goFor) {
  static Goal of(double one, double more, double goFor) {
    return new Goal(one, more, goFor);
  }

  /**
   * {@return {@code missed 1.6}, {@code met 1.6} or, when the higher aim is met too, {@code beyond
   * 1.85}}
   */
  String verdict(double ratio, int threads) {
    double least = threads == 1 ? one : more;
    return ratio < least
        ? "missed " + text(least)
        : ratio < goFor || goFor < least ? "met " + text(least) : "beyond " + text(goFor);
  }

  private static String text(double value) {
    String digits = String.format(Locale.ROOT, "%.2f", value);
    return digits.replaceFirst("\\.?0+$", "");
  }
}
