package lazuli.array.cpu;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.type.DType;

/**
 * The parts of a matrix product that touch doubles: packing, the inner kernel and the output.
 *
 * <p>The inner kernel keeps its sums in registers and writes them to an array that is added to the
 * output afterwards: one kernel body then serves edges, accumulation and every output type, at
 * under one percent of its time.
 */
final class GemmF64 implements GemmLanes {
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
  public void packRows(Matrix b, int k0, int k1, int j0, int n, Panels panels) {
    double[] row = Scratch.current().doubles(Slot.ROW, panels.columns());
    Arrays.fill(row, n, panels.columns(), 0);
    for (int k = k0; k < k1; k++) {
      Rows.read(b.dtype(), b.address(k, j0), b.colStride(), row, 0, n);
      for (int p = 0; p < panels.count(); p++) {
        int width = panels.width(p);
        copy(row, p * panels.fullWidth(), panels.address(p) + (long) k * width * 8, width);
      }
    }
  }

  @Override
  public void packColumns(Matrix b, int j0, int n, int panel, Panels panels) {
    int width = panels.width(panel);
    int first = panel * panels.fullWidth();
    long to = panels.address(panel);
    int depth = panels.depth();
    double[] column = Scratch.current().doubles(Slot.ROW, COLUMN_BLOCK);
    for (int k = 0; k < depth; k += COLUMN_BLOCK) {
      int some = Math.min(COLUMN_BLOCK, depth - k);
      for (int j = 0; j < width; j++) {
        if (first + j < n) {
          Rows.read(b.dtype(), b.address(k, j0 + first + j), b.rowStride(), column, 0, some);
        } else {
          Arrays.fill(column, 0, some, 0);
        }
        scatter(column, some, to + ((long) k * width + j) * 8, (long) width * 8);
      }
    }
  }

  private static void copy(double[] from, int at, long to, int n) {
    for (int i = 0; i < n; i += L) {
      Memory.put(to + 8L * i, DoubleVector.fromArray(S, from, at + i));
    }
  }

  private static void scatter(double[] from, int n, long to, long step) {
    for (int i = 0; i < n; i++) {
      Memory.putDouble(to + step * i, from[i]);
    }
  }

  @Override
  public void packA(Matrix a, int i0, int rows, int k0, int depth) {
    Scratch scratch = Scratch.current();
    double[] packed = scratch.doubles(Slot.GEMM_A, (rows + ROWS - 1) / ROWS * ROWS * depth);
    double[] row = scratch.doubles(Slot.ROW, depth);
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

  private static void interleave(double[] row, int depth, double[] packed, int at) {
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
    double[] a = scratch.doubles(Slot.GEMM_A, 0);
    double[] tile = scratch.doubles(Slot.GEMM_TILE, ROWS * 4 * L);
    for (int i = 0; i < rows; i += ROWS) {
      switch (width / L) {
        case 1 -> tile1(depth, a, i * depth, b, (long) width * 8, tile);
        case 2 -> tile2(depth, a, i * depth, b, (long) width * 8, tile);
        default -> tile4(depth, a, i * depth, b, (long) width * 8, tile);
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

  private static void add(double[] from, int at, long to, int n) {
    int j = 0;
    for (; j <= n - L; j += L) {
      long p = to + 8L * j;
      Memory.put(p, Memory.doubles(p).add(DoubleVector.fromArray(S, from, at + j)));
    }
    for (; j < n; j++) {
      long p = to + 8L * j;
      Memory.putDouble(p, Memory.getDouble(p) + from[at + j]);
    }
  }

  /** Six rows by 4 vectors. */
  private static void tile4(int depth, double[] a, int at, long b, long step, double[] to) {
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
      DoubleVector a0 = DoubleVector.broadcast(S, a[at]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      c02 = a0.fma(b2, c02);
      c03 = a0.fma(b3, c03);
      DoubleVector a1 = DoubleVector.broadcast(S, a[at + 1]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      c12 = a1.fma(b2, c12);
      c13 = a1.fma(b3, c13);
      DoubleVector a2 = DoubleVector.broadcast(S, a[at + 2]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      c22 = a2.fma(b2, c22);
      c23 = a2.fma(b3, c23);
      DoubleVector a3 = DoubleVector.broadcast(S, a[at + 3]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      c32 = a3.fma(b2, c32);
      c33 = a3.fma(b3, c33);
      DoubleVector a4 = DoubleVector.broadcast(S, a[at + 4]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      c42 = a4.fma(b2, c42);
      c43 = a4.fma(b3, c43);
      DoubleVector a5 = DoubleVector.broadcast(S, a[at + 5]);
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
  private static void tile2(int depth, double[] a, int at, long b, long step, double[] to) {
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
      DoubleVector a0 = DoubleVector.broadcast(S, a[at]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      DoubleVector a1 = DoubleVector.broadcast(S, a[at + 1]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      DoubleVector a2 = DoubleVector.broadcast(S, a[at + 2]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      DoubleVector a3 = DoubleVector.broadcast(S, a[at + 3]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      DoubleVector a4 = DoubleVector.broadcast(S, a[at + 4]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      DoubleVector a5 = DoubleVector.broadcast(S, a[at + 5]);
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
  private static void tile1(int depth, double[] a, int at, long b, long step, double[] to) {
    DoubleVector c00 = DoubleVector.zero(S);
    DoubleVector c10 = DoubleVector.zero(S);
    DoubleVector c20 = DoubleVector.zero(S);
    DoubleVector c30 = DoubleVector.zero(S);
    DoubleVector c40 = DoubleVector.zero(S);
    DoubleVector c50 = DoubleVector.zero(S);
    for (int k = 0; k < depth; k++) {
      DoubleVector b0 = Memory.doubles(b);
      DoubleVector a0 = DoubleVector.broadcast(S, a[at]);
      c00 = a0.fma(b0, c00);
      DoubleVector a1 = DoubleVector.broadcast(S, a[at + 1]);
      c10 = a1.fma(b0, c10);
      DoubleVector a2 = DoubleVector.broadcast(S, a[at + 2]);
      c20 = a2.fma(b0, c20);
      DoubleVector a3 = DoubleVector.broadcast(S, a[at + 3]);
      c30 = a3.fma(b0, c30);
      DoubleVector a4 = DoubleVector.broadcast(S, a[at + 4]);
      c40 = a4.fma(b0, c40);
      DoubleVector a5 = DoubleVector.broadcast(S, a[at + 5]);
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
