package lazuli.array.cpu;

import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.type.DType;

/**
 * The part of {@link DirectGemm} that touches doubles. Sums go through an array: C2 inlines only so
 * much of one method, and a store to memory takes ten times as much of that as one to an array.
 */
final class DirectF64 implements DirectGemm.Tiles {
  private static final VectorSpecies<Double> S = Species.F64;
  private static final int L = Species.LANES64;
  private static final int VECTOR = 8 * L;

  @Override
  public int lanes() {
    return L;
  }

  @Override
  public int bytes() {
    return 8;
  }

  @Override
  public void left(Matrix a, int i0, int rows, int k) {
    double[] to = Scratch.current().doubles(Slot.GEMM_A, rows * k);
    if (Math.abs(a.rowStride()) < Math.abs(a.colStride())) {
      double[] column = Scratch.current().doubles(Slot.ROW, rows);
      for (int j = 0; j < k; j++) {
        Rows.read(a.dtype(), a.address(i0, j), a.rowStride(), column, 0, rows);
        for (int i = 0; i < rows; i++) {
          to[i * k + j] = column[i];
        }
      }
      return;
    }
    if (a.colStride() == 1 && a.rowStride() == k) {
      Rows.read(a.dtype(), a.address(i0, 0), 1, to, 0, rows * k);
      return;
    }
    for (int i = 0; i < rows; i++) {
      Rows.read(a.dtype(), a.address(i0 + i, 0), a.colStride(), to, i * k, k);
    }
  }

  @Override
  public void block(
      int vectors, int rows, int k, long b, long step, DType dtype, long c, long row, int n) {
    double[] a = Scratch.current().doubles(Slot.GEMM_A, 0);
    double[] sums = Scratch.current().doubles(Slot.GEMM_TILE, HIGH * vectors * L);
    for (int i = 0; i < rows; i += HIGH) {
      int high = Math.min(HIGH, rows - i);
      tile(vectors, high, k, a, i * k, b, step, sums);
      if (dtype == DType.F64) {
        store(sums, vectors * L, c + i * row, row, high, n);
      } else {
        for (int r = 0; r < high; r++) {
          Rows.write(dtype, sums, r * vectors * L, c + (i + r) * row, n);
        }
      }
    }
  }

  private static void store(double[] from, int width, long to, long row, int rows, int n) {
    int whole = n / L * L;
    for (int r = 0; r < rows; r++) {
      long at = to + r * row;
      for (int j = 0; j < whole; j += L) {
        Memory.put(at + 8L * j, DoubleVector.fromArray(S, from, r * width + j));
      }
    }
    if (whole == n) {
      return;
    }
    for (int r = 0; r < rows; r++) {
      DoubleVector.fromArray(S, from, r * width + whole)
          .intoMemorySegment(
              Memory.ALL,
              to + r * row + 8L * whole,
              ByteOrder.nativeOrder(),
              S.indexInRange(0, n - whole));
    }
  }

  private static void tile(
      int vectors, int rows, int k, double[] a, int at, long b, long step, double[] to) {
    if (rows > 2) {
      switch (vectors) {
        case 1 -> six1(rows, k, a, at, b, step, to);
        case 2 -> six2(rows, k, a, at, b, step, to);
        default -> six4(rows, k, a, at, b, step, to);
      }
    } else {
      switch (vectors) {
        case 1 -> two1(rows, k, a, at, b, step, to);
        case 2 -> two2(rows, k, a, at, b, step, to);
        default -> two4(rows, k, a, at, b, step, to);
      }
    }
  }

  /** Six rows by 4 vectors; rows that are not there are the last one again. */
  private static void six4(
      int rows, int depth, double[] a, int at, long b, long step, double[] to) {
    int a0 = at;
    int a1 = rows > 1 ? a0 + depth : a0;
    int a2 = rows > 2 ? a1 + depth : a1;
    int a3 = rows > 3 ? a2 + depth : a2;
    int a4 = rows > 4 ? a3 + depth : a3;
    int a5 = rows > 5 ? a4 + depth : a4;
    DoubleVector c00 = DoubleVector.zero(S);
    DoubleVector c01 = DoubleVector.zero(S);
    DoubleVector c02 = DoubleVector.zero(S);
    DoubleVector c03 = DoubleVector.zero(S);
    DoubleVector c10 = DoubleVector.zero(S);
    DoubleVector c11 = DoubleVector.zero(S);
    DoubleVector c12 = DoubleVector.zero(S);
    DoubleVector c13 = DoubleVector.zero(S);
    DoubleVector c20 = DoubleVector.zero(S);
    DoubleVector c21 = DoubleVector.zero(S);
    DoubleVector c22 = DoubleVector.zero(S);
    DoubleVector c23 = DoubleVector.zero(S);
    DoubleVector c30 = DoubleVector.zero(S);
    DoubleVector c31 = DoubleVector.zero(S);
    DoubleVector c32 = DoubleVector.zero(S);
    DoubleVector c33 = DoubleVector.zero(S);
    DoubleVector c40 = DoubleVector.zero(S);
    DoubleVector c41 = DoubleVector.zero(S);
    DoubleVector c42 = DoubleVector.zero(S);
    DoubleVector c43 = DoubleVector.zero(S);
    DoubleVector c50 = DoubleVector.zero(S);
    DoubleVector c51 = DoubleVector.zero(S);
    DoubleVector c52 = DoubleVector.zero(S);
    DoubleVector c53 = DoubleVector.zero(S);
    for (int k = 0; k < depth; k++) {
      DoubleVector b0 = Memory.doubles(b);
      DoubleVector b1 = Memory.doubles(b + VECTOR);
      DoubleVector b2 = Memory.doubles(b + 2 * VECTOR);
      DoubleVector b3 = Memory.doubles(b + 3 * VECTOR);
      DoubleVector x0 = DoubleVector.broadcast(S, a[a0 + k]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      c02 = x0.fma(b2, c02);
      c03 = x0.fma(b3, c03);
      DoubleVector x1 = DoubleVector.broadcast(S, a[a1 + k]);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      c12 = x1.fma(b2, c12);
      c13 = x1.fma(b3, c13);
      DoubleVector x2 = DoubleVector.broadcast(S, a[a2 + k]);
      c20 = x2.fma(b0, c20);
      c21 = x2.fma(b1, c21);
      c22 = x2.fma(b2, c22);
      c23 = x2.fma(b3, c23);
      DoubleVector x3 = DoubleVector.broadcast(S, a[a3 + k]);
      c30 = x3.fma(b0, c30);
      c31 = x3.fma(b1, c31);
      c32 = x3.fma(b2, c32);
      c33 = x3.fma(b3, c33);
      DoubleVector x4 = DoubleVector.broadcast(S, a[a4 + k]);
      c40 = x4.fma(b0, c40);
      c41 = x4.fma(b1, c41);
      c42 = x4.fma(b2, c42);
      c43 = x4.fma(b3, c43);
      DoubleVector x5 = DoubleVector.broadcast(S, a[a5 + k]);
      c50 = x5.fma(b0, c50);
      c51 = x5.fma(b1, c51);
      c52 = x5.fma(b2, c52);
      c53 = x5.fma(b3, c53);
      b += step;
    }
    c00.intoArray(to, 0);
    c01.intoArray(to, L);
    c02.intoArray(to, 2 * L);
    c03.intoArray(to, 3 * L);
    c10.intoArray(to, 4 * L);
    c11.intoArray(to, 5 * L);
    c12.intoArray(to, 6 * L);
    c13.intoArray(to, 7 * L);
    c20.intoArray(to, 8 * L);
    c21.intoArray(to, 9 * L);
    c22.intoArray(to, 10 * L);
    c23.intoArray(to, 11 * L);
    c30.intoArray(to, 12 * L);
    c31.intoArray(to, 13 * L);
    c32.intoArray(to, 14 * L);
    c33.intoArray(to, 15 * L);
    c40.intoArray(to, 16 * L);
    c41.intoArray(to, 17 * L);
    c42.intoArray(to, 18 * L);
    c43.intoArray(to, 19 * L);
    c50.intoArray(to, 20 * L);
    c51.intoArray(to, 21 * L);
    c52.intoArray(to, 22 * L);
    c53.intoArray(to, 23 * L);
  }

  /** Six rows by 2 vectors; rows that are not there are the last one again. */
  private static void six2(
      int rows, int depth, double[] a, int at, long b, long step, double[] to) {
    int a0 = at;
    int a1 = rows > 1 ? a0 + depth : a0;
    int a2 = rows > 2 ? a1 + depth : a1;
    int a3 = rows > 3 ? a2 + depth : a2;
    int a4 = rows > 4 ? a3 + depth : a3;
    int a5 = rows > 5 ? a4 + depth : a4;
    DoubleVector c00 = DoubleVector.zero(S);
    DoubleVector c01 = DoubleVector.zero(S);
    DoubleVector c10 = DoubleVector.zero(S);
    DoubleVector c11 = DoubleVector.zero(S);
    DoubleVector c20 = DoubleVector.zero(S);
    DoubleVector c21 = DoubleVector.zero(S);
    DoubleVector c30 = DoubleVector.zero(S);
    DoubleVector c31 = DoubleVector.zero(S);
    DoubleVector c40 = DoubleVector.zero(S);
    DoubleVector c41 = DoubleVector.zero(S);
    DoubleVector c50 = DoubleVector.zero(S);
    DoubleVector c51 = DoubleVector.zero(S);
    for (int k = 0; k < depth; k++) {
      DoubleVector b0 = Memory.doubles(b);
      DoubleVector b1 = Memory.doubles(b + VECTOR);
      DoubleVector x0 = DoubleVector.broadcast(S, a[a0 + k]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      DoubleVector x1 = DoubleVector.broadcast(S, a[a1 + k]);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      DoubleVector x2 = DoubleVector.broadcast(S, a[a2 + k]);
      c20 = x2.fma(b0, c20);
      c21 = x2.fma(b1, c21);
      DoubleVector x3 = DoubleVector.broadcast(S, a[a3 + k]);
      c30 = x3.fma(b0, c30);
      c31 = x3.fma(b1, c31);
      DoubleVector x4 = DoubleVector.broadcast(S, a[a4 + k]);
      c40 = x4.fma(b0, c40);
      c41 = x4.fma(b1, c41);
      DoubleVector x5 = DoubleVector.broadcast(S, a[a5 + k]);
      c50 = x5.fma(b0, c50);
      c51 = x5.fma(b1, c51);
      b += step;
    }
    c00.intoArray(to, 0);
    c01.intoArray(to, L);
    c10.intoArray(to, 2 * L);
    c11.intoArray(to, 3 * L);
    c20.intoArray(to, 4 * L);
    c21.intoArray(to, 5 * L);
    c30.intoArray(to, 6 * L);
    c31.intoArray(to, 7 * L);
    c40.intoArray(to, 8 * L);
    c41.intoArray(to, 9 * L);
    c50.intoArray(to, 10 * L);
    c51.intoArray(to, 11 * L);
  }

  /** Six rows by 1 vector; rows that are not there are the last one again. */
  private static void six1(
      int rows, int depth, double[] a, int at, long b, long step, double[] to) {
    int a0 = at;
    int a1 = rows > 1 ? a0 + depth : a0;
    int a2 = rows > 2 ? a1 + depth : a1;
    int a3 = rows > 3 ? a2 + depth : a2;
    int a4 = rows > 4 ? a3 + depth : a3;
    int a5 = rows > 5 ? a4 + depth : a4;
    DoubleVector c00 = DoubleVector.zero(S);
    DoubleVector c10 = DoubleVector.zero(S);
    DoubleVector c20 = DoubleVector.zero(S);
    DoubleVector c30 = DoubleVector.zero(S);
    DoubleVector c40 = DoubleVector.zero(S);
    DoubleVector c50 = DoubleVector.zero(S);
    for (int k = 0; k < depth; k++) {
      DoubleVector b0 = Memory.doubles(b);
      DoubleVector x0 = DoubleVector.broadcast(S, a[a0 + k]);
      c00 = x0.fma(b0, c00);
      DoubleVector x1 = DoubleVector.broadcast(S, a[a1 + k]);
      c10 = x1.fma(b0, c10);
      DoubleVector x2 = DoubleVector.broadcast(S, a[a2 + k]);
      c20 = x2.fma(b0, c20);
      DoubleVector x3 = DoubleVector.broadcast(S, a[a3 + k]);
      c30 = x3.fma(b0, c30);
      DoubleVector x4 = DoubleVector.broadcast(S, a[a4 + k]);
      c40 = x4.fma(b0, c40);
      DoubleVector x5 = DoubleVector.broadcast(S, a[a5 + k]);
      c50 = x5.fma(b0, c50);
      b += step;
    }
    c00.intoArray(to, 0);
    c10.intoArray(to, L);
    c20.intoArray(to, 2 * L);
    c30.intoArray(to, 3 * L);
    c40.intoArray(to, 4 * L);
    c50.intoArray(to, 5 * L);
  }

  /** Two rows by 4 vectors; rows that are not there are the last one again. */
  private static void two4(
      int rows, int depth, double[] a, int at, long b, long step, double[] to) {
    int a0 = at;
    int a1 = rows > 1 ? a0 + depth : a0;
    DoubleVector c00 = DoubleVector.zero(S);
    DoubleVector c01 = DoubleVector.zero(S);
    DoubleVector c02 = DoubleVector.zero(S);
    DoubleVector c03 = DoubleVector.zero(S);
    DoubleVector c10 = DoubleVector.zero(S);
    DoubleVector c11 = DoubleVector.zero(S);
    DoubleVector c12 = DoubleVector.zero(S);
    DoubleVector c13 = DoubleVector.zero(S);
    for (int k = 0; k < depth; k++) {
      DoubleVector b0 = Memory.doubles(b);
      DoubleVector b1 = Memory.doubles(b + VECTOR);
      DoubleVector b2 = Memory.doubles(b + 2 * VECTOR);
      DoubleVector b3 = Memory.doubles(b + 3 * VECTOR);
      DoubleVector x0 = DoubleVector.broadcast(S, a[a0 + k]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      c02 = x0.fma(b2, c02);
      c03 = x0.fma(b3, c03);
      DoubleVector x1 = DoubleVector.broadcast(S, a[a1 + k]);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      c12 = x1.fma(b2, c12);
      c13 = x1.fma(b3, c13);
      b += step;
    }
    c00.intoArray(to, 0);
    c01.intoArray(to, L);
    c02.intoArray(to, 2 * L);
    c03.intoArray(to, 3 * L);
    c10.intoArray(to, 4 * L);
    c11.intoArray(to, 5 * L);
    c12.intoArray(to, 6 * L);
    c13.intoArray(to, 7 * L);
  }

  /** Two rows by 2 vectors; rows that are not there are the last one again. */
  private static void two2(
      int rows, int depth, double[] a, int at, long b, long step, double[] to) {
    int a0 = at;
    int a1 = rows > 1 ? a0 + depth : a0;
    DoubleVector c00 = DoubleVector.zero(S);
    DoubleVector c01 = DoubleVector.zero(S);
    DoubleVector c10 = DoubleVector.zero(S);
    DoubleVector c11 = DoubleVector.zero(S);
    for (int k = 0; k < depth; k++) {
      DoubleVector b0 = Memory.doubles(b);
      DoubleVector b1 = Memory.doubles(b + VECTOR);
      DoubleVector x0 = DoubleVector.broadcast(S, a[a0 + k]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      DoubleVector x1 = DoubleVector.broadcast(S, a[a1 + k]);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      b += step;
    }
    c00.intoArray(to, 0);
    c01.intoArray(to, L);
    c10.intoArray(to, 2 * L);
    c11.intoArray(to, 3 * L);
  }

  /** Two rows by 1 vector; rows that are not there are the last one again. */
  private static void two1(
      int rows, int depth, double[] a, int at, long b, long step, double[] to) {
    int a0 = at;
    int a1 = rows > 1 ? a0 + depth : a0;
    DoubleVector c00 = DoubleVector.zero(S);
    DoubleVector c10 = DoubleVector.zero(S);
    for (int k = 0; k < depth; k++) {
      DoubleVector b0 = Memory.doubles(b);
      DoubleVector x0 = DoubleVector.broadcast(S, a[a0 + k]);
      c00 = x0.fma(b0, c00);
      DoubleVector x1 = DoubleVector.broadcast(S, a[a1 + k]);
      c10 = x1.fma(b0, c10);
      b += step;
    }
    c00.intoArray(to, 0);
    c10.intoArray(to, L);
  }
}
