package lazuli.array.attention.term;

import java.util.function.DoubleUnaryOperator;

/** Interval arithmetic on registers: register {@code to} gets bounds of the result. */
final class Bounds {
  private static final double SLACK = 1e-12;

  private Bounds() {}

  private static void set(double[] lo, double[] hi, int to, double low, double high) {
    lo[to] = low;
    hi[to] = high;
  }

  static void add(double[] lo, double[] hi, int to, int a, int b, int c) {
    set(lo, hi, to, lo[a] + lo[b], hi[a] + hi[b]);
  }

  static void sub(double[] lo, double[] hi, int to, int a, int b, int c) {
    set(lo, hi, to, lo[a] - hi[b], hi[a] - lo[b]);
  }

  static void mul(double[] lo, double[] hi, int to, int a, int b, int c) {
    double w = lo[a] * lo[b];
    double x = lo[a] * hi[b];
    double y = hi[a] * lo[b];
    double z = hi[a] * hi[b];
    set(
        lo,
        hi,
        to,
        Math.min(Math.min(w, x), Math.min(y, z)),
        Math.max(Math.max(w, x), Math.max(y, z)));
  }

  static void div(double[] lo, double[] hi, int to, int a, int b, int c) {
    if (lo[b] <= 0 && hi[b] >= 0) {
      set(lo, hi, to, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
      return;
    }
    double w = lo[a] / lo[b];
    double x = lo[a] / hi[b];
    double y = hi[a] / lo[b];
    double z = hi[a] / hi[b];
    set(
        lo,
        hi,
        to,
        Math.min(Math.min(w, x), Math.min(y, z)),
        Math.max(Math.max(w, x), Math.max(y, z)));
  }

  static void floorDiv(double[] lo, double[] hi, int to, int a, int b, int c) {
    div(lo, hi, to, a, b, c);
    set(lo, hi, to, Math.floor(lo[to]), Math.floor(hi[to]));
  }

  static void floorMod(double[] lo, double[] hi, int to, int a, int b, int c) {
    double m = lo[b];
    if (m != hi[b] || m <= 0) {
      double most = Math.max(Math.abs(lo[b]), Math.abs(hi[b]));
      set(lo, hi, to, lo[b] < 0 ? -most : 0, hi[b] > 0 ? most : 0);
      return;
    }
    double low = Math.floor(lo[a] / m);
    if (low == Math.floor(hi[a] / m)) {
      // No multiple between the bounds: the remainder rises with a.
      set(lo, hi, to, lo[a] - m * low, hi[a] - m * low);
    } else {
      set(lo, hi, to, 0, m - 1);
    }
  }

  static void min(double[] lo, double[] hi, int to, int a, int b, int c) {
    set(lo, hi, to, Math.min(lo[a], lo[b]), Math.min(hi[a], hi[b]));
  }

  static void max(double[] lo, double[] hi, int to, int a, int b, int c) {
    set(lo, hi, to, Math.max(lo[a], lo[b]), Math.max(hi[a], hi[b]));
  }

  static void neg(double[] lo, double[] hi, int to, int a, int b, int c) {
    set(lo, hi, to, -hi[a], -lo[a]);
  }

  static void abs(double[] lo, double[] hi, int to, int a, int b, int c) {
    double most = Math.max(Math.abs(lo[a]), Math.abs(hi[a]));
    double least = lo[a] <= 0 && hi[a] >= 0 ? 0 : Math.min(Math.abs(lo[a]), Math.abs(hi[a]));
    set(lo, hi, to, least, most);
  }

  static TermOp.Bound rising(DoubleUnaryOperator f) {
    return (lo, hi, to, a, b, c) -> {
      double low = f.applyAsDouble(lo[a]);
      double high = f.applyAsDouble(hi[a]);
      // Outwards by more than kernels' own forms of the function may be off.
      set(lo, hi, to, low - Math.abs(low) * SLACK, high + Math.abs(high) * SLACK);
    };
  }

  static void lt(double[] lo, double[] hi, int to, int a, int b, int c) {
    set(lo, hi, to, hi[a] < lo[b] ? 1 : 0, lo[a] < hi[b] ? 1 : 0);
  }

  static void le(double[] lo, double[] hi, int to, int a, int b, int c) {
    set(lo, hi, to, hi[a] <= lo[b] ? 1 : 0, lo[a] <= hi[b] ? 1 : 0);
  }

  static void eq(double[] lo, double[] hi, int to, int a, int b, int c) {
    boolean one = lo[a] == hi[a] && lo[b] == hi[b] && lo[a] == lo[b];
    set(lo, hi, to, one ? 1 : 0, lo[a] <= hi[b] && lo[b] <= hi[a] ? 1 : 0);
  }

  static void not(double[] lo, double[] hi, int to, int a, int b, int c) {
    set(lo, hi, to, 1 - hi[a], 1 - lo[a]);
  }

  static void where(double[] lo, double[] hi, int to, int a, int b, int c) {
    if (lo[a] > 0) {
      set(lo, hi, to, lo[b], hi[b]);
    } else if (hi[a] <= 0) {
      set(lo, hi, to, lo[c], hi[c]);
    } else {
      set(lo, hi, to, Math.min(lo[b], lo[c]), Math.max(hi[b], hi[c]));
    }
  }
}
