package lazuli.array.cpu;

import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.type.DType;

/**
 * The part of {@link DirectGemm} that touches floats. Sums go through an array: C2 inlines only so
 * much of one method, and a store to memory takes ten times as much of that as one to an array.
 */
final class DirectF32 implements DirectGemm.Tiles {
  private static final VectorSpecies<Float> S = Species.F32;
  private static final int L = Species.LANES;
  private static final int VECTOR = 4 * L;

  @Override
  public int lanes() {
    return L;
  }

  @Override
  public int bytes() {
    return 4;
  }

  @Override
  public void left(Matrix a, int i0, int rows, int k) {
    float[] to = Scratch.current().floats(Slot.GEMM_A, rows * k);
    if (Math.abs(a.rowStride()) < Math.abs(a.colStride())) {
      float[] column = Scratch.current().floats(Slot.ROW, rows);
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
    float[] a = Scratch.current().floats(Slot.GEMM_A, 0);
    float[] sums = Scratch.current().floats(Slot.GEMM_TILE, HIGH * vectors * L);
    for (int i = 0; i < rows; i += HIGH) {
      int high = Math.min(HIGH, rows - i);
      tile(vectors, high, k, a, i * k, b, step, sums);
      if (dtype == DType.F32) {
        store(sums, vectors * L, c + i * row, row, high, n);
      } else {
        for (int r = 0; r < high; r++) {
          Rows.write(dtype, sums, r * vectors * L, c + (i + r) * row, n);
        }
      }
    }
  }

  private static void store(float[] from, int width, long to, long row, int rows, int n) {
    int whole = n / L * L;
    for (int r = 0; r < rows; r++) {
      long at = to + r * row;
      for (int j = 0; j < whole; j += L) {
        Memory.put(at + 4L * j, FloatVector.fromArray(S, from, r * width + j));
      }
    }
    if (whole == n) {
      return;
    }
    for (int r = 0; r < rows; r++) {
      FloatVector.fromArray(S, from, r * width + whole)
          .intoMemorySegment(
              Memory.ALL,
              to + r * row + 4L * whole,
              ByteOrder.nativeOrder(),
              S.indexInRange(0, n - whole));
    }
  }

  private static void tile(
      int vectors, int rows, int k, float[] a, int at, long b, long step, float[] to) {
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
  private static void six4(int rows, int depth, float[] a, int at, long b, long step, float[] to) {
    int a0 = at;
    int a1 = rows > 1 ? a0 + depth : a0;
    int a2 = rows > 2 ? a1 + depth : a1;
    int a3 = rows > 3 ? a2 + depth : a2;
    int a4 = rows > 4 ? a3 + depth : a3;
    int a5 = rows > 5 ? a4 + depth : a4;
    FloatVector c00 = FloatVector.zero(S);
    FloatVector c01 = FloatVector.zero(S);
    FloatVector c02 = FloatVector.zero(S);
    FloatVector c03 = FloatVector.zero(S);
    FloatVector c10 = FloatVector.zero(S);
    FloatVector c11 = FloatVector.zero(S);
    FloatVector c12 = FloatVector.zero(S);
    FloatVector c13 = FloatVector.zero(S);
    FloatVector c20 = FloatVector.zero(S);
    FloatVector c21 = FloatVector.zero(S);
    FloatVector c22 = FloatVector.zero(S);
    FloatVector c23 = FloatVector.zero(S);
    FloatVector c30 = FloatVector.zero(S);
    FloatVector c31 = FloatVector.zero(S);
    FloatVector c32 = FloatVector.zero(S);
    FloatVector c33 = FloatVector.zero(S);
    FloatVector c40 = FloatVector.zero(S);
    FloatVector c41 = FloatVector.zero(S);
    FloatVector c42 = FloatVector.zero(S);
    FloatVector c43 = FloatVector.zero(S);
    FloatVector c50 = FloatVector.zero(S);
    FloatVector c51 = FloatVector.zero(S);
    FloatVector c52 = FloatVector.zero(S);
    FloatVector c53 = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = Memory.floats(b);
      FloatVector b1 = Memory.floats(b + VECTOR);
      FloatVector b2 = Memory.floats(b + 2 * VECTOR);
      FloatVector b3 = Memory.floats(b + 3 * VECTOR);
      FloatVector x0 = FloatVector.broadcast(S, a[a0 + k]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      c02 = x0.fma(b2, c02);
      c03 = x0.fma(b3, c03);
      FloatVector x1 = FloatVector.broadcast(S, a[a1 + k]);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      c12 = x1.fma(b2, c12);
      c13 = x1.fma(b3, c13);
      FloatVector x2 = FloatVector.broadcast(S, a[a2 + k]);
      c20 = x2.fma(b0, c20);
      c21 = x2.fma(b1, c21);
      c22 = x2.fma(b2, c22);
      c23 = x2.fma(b3, c23);
      FloatVector x3 = FloatVector.broadcast(S, a[a3 + k]);
      c30 = x3.fma(b0, c30);
      c31 = x3.fma(b1, c31);
      c32 = x3.fma(b2, c32);
      c33 = x3.fma(b3, c33);
      FloatVector x4 = FloatVector.broadcast(S, a[a4 + k]);
      c40 = x4.fma(b0, c40);
      c41 = x4.fma(b1, c41);
      c42 = x4.fma(b2, c42);
      c43 = x4.fma(b3, c43);
      FloatVector x5 = FloatVector.broadcast(S, a[a5 + k]);
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
  private static void six2(int rows, int depth, float[] a, int at, long b, long step, float[] to) {
    int a0 = at;
    int a1 = rows > 1 ? a0 + depth : a0;
    int a2 = rows > 2 ? a1 + depth : a1;
    int a3 = rows > 3 ? a2 + depth : a2;
    int a4 = rows > 4 ? a3 + depth : a3;
    int a5 = rows > 5 ? a4 + depth : a4;
    FloatVector c00 = FloatVector.zero(S);
    FloatVector c01 = FloatVector.zero(S);
    FloatVector c10 = FloatVector.zero(S);
    FloatVector c11 = FloatVector.zero(S);
    FloatVector c20 = FloatVector.zero(S);
    FloatVector c21 = FloatVector.zero(S);
    FloatVector c30 = FloatVector.zero(S);
    FloatVector c31 = FloatVector.zero(S);
    FloatVector c40 = FloatVector.zero(S);
    FloatVector c41 = FloatVector.zero(S);
    FloatVector c50 = FloatVector.zero(S);
    FloatVector c51 = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = Memory.floats(b);
      FloatVector b1 = Memory.floats(b + VECTOR);
      FloatVector x0 = FloatVector.broadcast(S, a[a0 + k]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      FloatVector x1 = FloatVector.broadcast(S, a[a1 + k]);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      FloatVector x2 = FloatVector.broadcast(S, a[a2 + k]);
      c20 = x2.fma(b0, c20);
      c21 = x2.fma(b1, c21);
      FloatVector x3 = FloatVector.broadcast(S, a[a3 + k]);
      c30 = x3.fma(b0, c30);
      c31 = x3.fma(b1, c31);
      FloatVector x4 = FloatVector.broadcast(S, a[a4 + k]);
      c40 = x4.fma(b0, c40);
      c41 = x4.fma(b1, c41);
      FloatVector x5 = FloatVector.broadcast(S, a[a5 + k]);
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
  private static void six1(int rows, int depth, float[] a, int at, long b, long step, float[] to) {
    int a0 = at;
    int a1 = rows > 1 ? a0 + depth : a0;
    int a2 = rows > 2 ? a1 + depth : a1;
    int a3 = rows > 3 ? a2 + depth : a2;
    int a4 = rows > 4 ? a3 + depth : a3;
    int a5 = rows > 5 ? a4 + depth : a4;
    FloatVector c00 = FloatVector.zero(S);
    FloatVector c10 = FloatVector.zero(S);
    FloatVector c20 = FloatVector.zero(S);
    FloatVector c30 = FloatVector.zero(S);
    FloatVector c40 = FloatVector.zero(S);
    FloatVector c50 = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = Memory.floats(b);
      FloatVector x0 = FloatVector.broadcast(S, a[a0 + k]);
      c00 = x0.fma(b0, c00);
      FloatVector x1 = FloatVector.broadcast(S, a[a1 + k]);
      c10 = x1.fma(b0, c10);
      FloatVector x2 = FloatVector.broadcast(S, a[a2 + k]);
      c20 = x2.fma(b0, c20);
      FloatVector x3 = FloatVector.broadcast(S, a[a3 + k]);
      c30 = x3.fma(b0, c30);
      FloatVector x4 = FloatVector.broadcast(S, a[a4 + k]);
      c40 = x4.fma(b0, c40);
      FloatVector x5 = FloatVector.broadcast(S, a[a5 + k]);
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
  private static void two4(int rows, int depth, float[] a, int at, long b, long step, float[] to) {
    int a0 = at;
    int a1 = rows > 1 ? a0 + depth : a0;
    FloatVector c00 = FloatVector.zero(S);
    FloatVector c01 = FloatVector.zero(S);
    FloatVector c02 = FloatVector.zero(S);
    FloatVector c03 = FloatVector.zero(S);
    FloatVector c10 = FloatVector.zero(S);
    FloatVector c11 = FloatVector.zero(S);
    FloatVector c12 = FloatVector.zero(S);
    FloatVector c13 = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = Memory.floats(b);
      FloatVector b1 = Memory.floats(b + VECTOR);
      FloatVector b2 = Memory.floats(b + 2 * VECTOR);
      FloatVector b3 = Memory.floats(b + 3 * VECTOR);
      FloatVector x0 = FloatVector.broadcast(S, a[a0 + k]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      c02 = x0.fma(b2, c02);
      c03 = x0.fma(b3, c03);
      FloatVector x1 = FloatVector.broadcast(S, a[a1 + k]);
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
  private static void two2(int rows, int depth, float[] a, int at, long b, long step, float[] to) {
    int a0 = at;
    int a1 = rows > 1 ? a0 + depth : a0;
    FloatVector c00 = FloatVector.zero(S);
    FloatVector c01 = FloatVector.zero(S);
    FloatVector c10 = FloatVector.zero(S);
    FloatVector c11 = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = Memory.floats(b);
      FloatVector b1 = Memory.floats(b + VECTOR);
      FloatVector x0 = FloatVector.broadcast(S, a[a0 + k]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      FloatVector x1 = FloatVector.broadcast(S, a[a1 + k]);
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
  private static void two1(int rows, int depth, float[] a, int at, long b, long step, float[] to) {
    int a0 = at;
    int a1 = rows > 1 ? a0 + depth : a0;
    FloatVector c00 = FloatVector.zero(S);
    FloatVector c10 = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = Memory.floats(b);
      FloatVector x0 = FloatVector.broadcast(S, a[a0 + k]);
      c00 = x0.fma(b0, c00);
      FloatVector x1 = FloatVector.broadcast(S, a[a1 + k]);
      c10 = x1.fma(b0, c10);
      b += step;
    }
    c00.intoArray(to, 0);
    c10.intoArray(to, L);
  }
}
