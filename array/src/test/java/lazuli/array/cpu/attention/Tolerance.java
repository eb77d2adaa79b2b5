package lazuli.array.cpu.attention;

import lazuli.array.type.DType;

/** Results against the one table of tolerances, {@link lazuli.array.type.Tolerance}. */
final class Tolerance {
  private Tolerance() {}

  static double of(DType dtype) {
    return lazuli.array.type.Tolerance.of(dtype);
  }

  /** The first position that is off, as text; empty when all are within the tolerance. */
  static String worst(DType dtype, double[] expected, double[] actual) {
    for (int i = 0; i < expected.length; i++) {
      double off = Math.abs(actual[i] - expected[i]);
      boolean equal = off <= lazuli.array.type.Tolerance.bound(dtype, expected[i]);
      if (!equal && !(Double.isNaN(expected[i]) && Double.isNaN(actual[i]))) {
        return "element " + i + ": expected " + expected[i] + ", was " + actual[i];
      }
    }
    return "";
  }

  static double rms(double[] expected, double[] actual) {
    double sum = 0;
    for (int i = 0; i < expected.length; i++) {
      sum += (actual[i] - expected[i]) * (actual[i] - expected[i]);
    }
    return Math.sqrt(sum / Math.max(1, expected.length));
  }
}
