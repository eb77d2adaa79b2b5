package lazuli.array.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.type.DType;

/**
 * The parts of a matrix product that touch floats: packing, the inner kernel and the output.
 *
 * <p>The inner kernel keeps its sums in registers and writes them to an array that is added to the
 * output afterwards: one kernel body then serves edges, accumulation and every output type, at
 * under one percent of its time.
 */
final class GemmF32 implements GemmLanes {
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
  public void packRows(Matrix b, int k0, int k1, int j0, int n, Panels panels) {
    float[] row = Scratch.current().floats(Slot.ROW, panels.columns());
    Arrays.fill(row, n, panels.columns(), 0);
    for (int k = k0; k < k1; k++) {
      Rows.read(b.dtype(), b.address(k, j0), b.colStride(), row, 0, n);
      for (int p = 0; p < panels.count(); p++) {
        int width = panels.width(p);
        copy(row, p * panels.fullWidth(), panels.address(p) + (long) k * width * 4, width);
      }
    }
  }

  @Override
  public void packColumns(Matrix b, int j0, int n, int panel, Panels panels) {
    int width = panels.width(panel);
    int first = panel * panels.fullWidth();
    long to = panels.address(panel);
    int depth = panels.depth();
    float[] column = Scratch.current().floats(Slot.ROW, COLUMN_BLOCK);
    for (int k = 0; k < depth; k += COLUMN_BLOCK) {
      int some = Math.min(COLUMN_BLOCK, depth - k);
      for (int j = 0; j < width; j++) {
        if (first + j < n) {
          Rows.read(b.dtype(), b.address(k, j0 + first + j), b.rowStride(), column, 0, some);
        } else {
          Arrays.fill(column, 0, some, 0);
        }
        scatter(column, some, to + ((long) k * width + j) * 4, (long) width * 4);
      }
    }
  }

  private static void copy(float[] from, int at, long to, int n) {
    for (int i = 0; i < n; i += L) {
      Memory.put(to + 4L * i, FloatVector.fromArray(S, from, at + i));
    }
  }

  private static void scatter(float[] from, int n, long to, long step) {
    for (int i = 0; i < n; i++) {
      Memory.putFloat(to + step * i, from[i]);
    }
  }

  @Override
  public void packA(Matrix a, int i0, int rows, int k0, int depth) {
    Scratch scratch = Scratch.current();
    float[] packed = scratch.floats(Slot.GEMM_A, (rows + ROWS - 1) / ROWS * ROWS * depth);
    float[] row = scratch.floats(Slot.ROW, depth);
    for (int i = 0; i < rows; i += ROWS) {
      for (int r = 0; r < ROWS; r++) {
        if (i + r < rows) {
          Rows.read(a.dtype(), a.address(i0 + i + r, k0), a.colStride(), row, 0, depth);
        } else {
          Arrays.fill(row, 0, depth, 0);
        }
        interleave(row, depth, packed, i * depth + r);
      }
    }
  }

  private static void interleave(float[] row, int depth, float[] packed, int at) {
    for (int k = 0; k < depth; k++) {
      packed[at + k * ROWS] = row[k];
    }
  }

  @Override
  public void block(
      int rows,
      int depth,
      long b,
      int width,
      boolean add,
      DType dtype,
      long c,
      long rowBytes,
      int n) {
    Scratch scratch = Scratch.current();
    float[] a = scratch.floats(Slot.GEMM_A, 0);
    float[] tile = scratch.floats(Slot.GEMM_TILE, ROWS * 4 * L);
    for (int i = 0; i < rows; i += ROWS) {
      switch (width / L) {
        case 1 -> tile1(depth, a, i * depth, b, (long) width * 4, tile);
        case 2 -> tile2(depth, a, i * depth, b, (long) width * 4, tile);
        default -> tile4(depth, a, i * depth, b, (long) width * 4, tile);
      }
      for (int r = 0; r < Math.min(ROWS, rows - i); r++) {
        long to = c + (i + r) * rowBytes;
        if (add) {
          add(tile, r * width, to, n);
        } else {
          Rows.write(dtype, tile, r * width, to, n);
        }
      }
    }
  }

  private static void add(float[] from, int at, long to, int n) {
    int j = 0;
    for (; j <= n - L; j += L) {
      long p = to + 4L * j;
      Memory.put(p, Memory.floats(p).add(FloatVector.fromArray(S, from, at + j)));
    }
    for (; j < n; j++) {
      long p = to + 4L * j;
      Memory.putFloat(p, Memory.getFloat(p) + from[at + j]);
    }
  }

  /** Six rows by 4 vectors. */
  private static void tile4(int depth, float[] a, int at, long b, long step, float[] to) {
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
      FloatVector a0 = FloatVector.broadcast(S, a[at]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      c02 = a0.fma(b2, c02);
      c03 = a0.fma(b3, c03);
      FloatVector a1 = FloatVector.broadcast(S, a[at + 1]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      c12 = a1.fma(b2, c12);
      c13 = a1.fma(b3, c13);
      FloatVector a2 = FloatVector.broadcast(S, a[at + 2]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      c22 = a2.fma(b2, c22);
      c23 = a2.fma(b3, c23);
      FloatVector a3 = FloatVector.broadcast(S, a[at + 3]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      c32 = a3.fma(b2, c32);
      c33 = a3.fma(b3, c33);
      FloatVector a4 = FloatVector.broadcast(S, a[at + 4]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      c42 = a4.fma(b2, c42);
      c43 = a4.fma(b3, c43);
      FloatVector a5 = FloatVector.broadcast(S, a[at + 5]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      c52 = a5.fma(b2, c52);
      c53 = a5.fma(b3, c53);
      at += ROWS;
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

  /** Six rows by 2 vectors. */
  private static void tile2(int depth, float[] a, int at, long b, long step, float[] to) {
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
      FloatVector a0 = FloatVector.broadcast(S, a[at]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(S, a[at + 1]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(S, a[at + 2]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(S, a[at + 3]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      FloatVector a4 = FloatVector.broadcast(S, a[at + 4]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector a5 = FloatVector.broadcast(S, a[at + 5]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      at += ROWS;
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

  /** Six rows by 1 vector. */
  private static void tile1(int depth, float[] a, int at, long b, long step, float[] to) {
    FloatVector c00 = FloatVector.zero(S);
    FloatVector c10 = FloatVector.zero(S);
    FloatVector c20 = FloatVector.zero(S);
    FloatVector c30 = FloatVector.zero(S);
    FloatVector c40 = FloatVector.zero(S);
    FloatVector c50 = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = Memory.floats(b);
      FloatVector a0 = FloatVector.broadcast(S, a[at]);
      c00 = a0.fma(b0, c00);
      FloatVector a1 = FloatVector.broadcast(S, a[at + 1]);
      c10 = a1.fma(b0, c10);
      FloatVector a2 = FloatVector.broadcast(S, a[at + 2]);
      c20 = a2.fma(b0, c20);
      FloatVector a3 = FloatVector.broadcast(S, a[at + 3]);
      c30 = a3.fma(b0, c30);
      FloatVector a4 = FloatVector.broadcast(S, a[at + 4]);
      c40 = a4.fma(b0, c40);
      FloatVector a5 = FloatVector.broadcast(S, a[at + 5]);
      c50 = a5.fma(b0, c50);
      at += ROWS;
      b += step;
    }
    c00.intoArray(to, 0);
    c10.intoArray(to, L);
    c20.intoArray(to, 2 * L);
    c30.intoArray(to, 3 * L);
    c40.intoArray(to, 4 * L);
    c50.intoArray(to, 5 * L);
  }
}
