package lazuli.array.cpu.attention;

import lazuli.array.type.DType;

/**
 * The tolerances of MLX's own attention tests, the only ones that attention tests use. A result
 * that is as close as its type allows is accepted too: from 2 on, half a step of f16 is more than
 * MLX's bound.
 */
final class Tolerance {
  private Tolerance() {}

  /** Accepted when |x - expected| is at most a (1 + |expected|). */
  static double of(DType dtype) {
    return switch (dtype) {
      case F64 -> 1e-12;
      case F32 -> 2e-5;
      case F16 -> 3e-4;
      case BF16 -> 5e-3;
      default -> throw new IllegalArgumentException(dtype + " is no attention dtype");
    };
  }

  private static double bound(DType dtype, double expected) {
    double size = Math.abs(expected);
    double halfStep =
        switch (dtype) {
          case F16 -> Math.scalb(1.0, Math.getExponent(size) - 11);
          case BF16 -> Math.scalb(1.0, Math.getExponent(size) - 8);
          default -> 0;
        };
    return Math.max(of(dtype) * (1 + size), halfStep + of(DType.F32) * (1 + size));
  }

  /** The first position that is off, as text; empty when all are within the tolerance. */
  static String worst(DType dtype, double[] expected, double[] actual) {
    for (int i = 0; i < expected.length; i++) {
      double off = Math.abs(actual[i] - expected[i]);
      boolean equal = off <= bound(dtype, expected[i]);
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
