package lazuli.gpu.sim;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/** Loops over the lanes of a mask, for instructions that need no loop of their own. */
final class Lanes {
  private Lanes() {}

  /** A function of one float. */
  interface FloatUnary {
    float apply(float x);
  }

  /** A function of two floats. */
  interface FloatBinary {
    float apply(float a, float b);
  }

  static void map(int m, float[] d, float[] a, FloatUnary f) {
    for (int x = m; x != 0; x &= x - 1) {
      int l = Integer.numberOfTrailingZeros(x);
      d[l] = f.apply(a[l]);
    }
  }

  static void map(int m, float[] d, float[] a, float[] b, FloatBinary f) {
    for (int x = m; x != 0; x &= x - 1) {
      int l = Integer.numberOfTrailingZeros(x);
      d[l] = f.apply(a[l], b[l]);
    }
  }

  static void map(int m, double[] d, double[] a, DoubleUnaryOperator f) {
    for (int x = m; x != 0; x &= x - 1) {
      int l = Integer.numberOfTrailingZeros(x);
      d[l] = f.applyAsDouble(a[l]);
    }
  }

  static void map(int m, double[] d, double[] a, double[] b, DoubleBinaryOperator f) {
    for (int x = m; x != 0; x &= x - 1) {
      int l = Integer.numberOfTrailingZeros(x);
      d[l] = f.applyAsDouble(a[l], b[l]);
    }
  }

  static void map(int m, int[] d, int[] a, IntUnaryOperator f) {
    for (int x = m; x != 0; x &= x - 1) {
      int l = Integer.numberOfTrailingZeros(x);
      d[l] = f.applyAsInt(a[l]);
    }
  }

  static void map(int m, int[] d, int[] a, int[] b, IntBinaryOperator f) {
    for (int x = m; x != 0; x &= x - 1) {
      int l = Integer.numberOfTrailingZeros(x);
      d[l] = f.applyAsInt(a[l], b[l]);
    }
  }

  static void map(int m, long[] d, long[] a, LongUnaryOperator f) {
    for (int x = m; x != 0; x &= x - 1) {
      int l = Integer.numberOfTrailingZeros(x);
      d[l] = f.applyAsLong(a[l]);
    }
  }

  static void map(int m, long[] d, long[] a, long[] b, LongBinaryOperator f) {
    for (int x = m; x != 0; x &= x - 1) {
      int l = Integer.numberOfTrailingZeros(x);
      d[l] = f.applyAsLong(a[l], b[l]);
    }
  }
}
