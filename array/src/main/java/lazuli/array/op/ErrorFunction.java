package lazuli.array.op;

/** The error function in float64. */
final class ErrorFunction {
  private ErrorFunction() {}

  /**
   * Abramowitz and Stegun 7.1.6 (series) below 2.5; above, 7.1.14 (continued fraction of erfc) by
   * the modified Lentz method.
   */
  static double erf(double x) {
    double a = Math.abs(x);
    if (Double.isNaN(x)) {
      return x;
    }
    if (a > 6) {
      return Math.signum(x);
    }
    if (a < 2.5) {
      double term = x;
      double sum = x;
      for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
        term *= 2 * x * x / (2 * n + 1);
        sum += term;
      }
      return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }
    double f = a;
    double c = a;
    double d = 0;
    for (int n = 1; n < 200; n++) {
      double k = n / 2.0;
      d = 1 / (a + k * d);
      c = a + k / c;
      f *= c * d;
      if (Math.abs(c * d - 1) < 1e-16) {
        break;
      }
    }
    return Math.signum(x) * (1 - Math.exp(-a * a) / (Math.sqrt(Math.PI) * f));
  }
}
