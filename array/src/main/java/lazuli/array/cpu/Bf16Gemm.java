package lazuli.array.cpu;

import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.cpu.code.Bf16Product;
import lazuli.array.type.DType;

/**
 * Products of bf16 matrices by machine code: the right operand is packed once into panels of pairs,
 * the left one is read where it lies if its rows are dense, and sums stay in f32 until they are
 * rounded once. The order of a sum depends on the depth alone.
 */
final class Bf16Gemm {
  private static final int PANEL = Bf16Product.COLUMNS;
  private static final long PAIR_ROW = 4L * PANEL;
  private static final int ROWS = 64;
  // Half a megabyte of both operands: a call that stays in the second-level cache, and is short.
  private static final int PAIRS = 512;
  private static final long PACKED_BYTES = 32L << 20;
  private static final double FLOPS_PER_NANO = 200;

  private final Bf16Product product;
  private final int m;
  private final int n;
  private final int k;
  private final int depth;

  Bf16Gemm(Bf16Product product, int m, int n, int k) {
    this.product = product;
    this.m = m;
    this.n = n;
    this.k = k;
    depth = Bf16Tile.groups(k);
  }

  /**
   * Computes the product with all threads.
   *
   * @param a the left operand
   * @param b the right operand
   * @param c the address of the result, row-major without gaps
   */
  void run(Matrix a, Matrix b, long c) {
    long panel = depth / 2 * PAIR_ROW;
    int most = (int) Math.max(1, PACKED_BYTES / panel);
    for (int j0 = 0; j0 < n; j0 += most * PANEL) {
      int some = Math.min(most * PANEL, n - j0);
      int panels = Bf16Tile.panels(some);
      long packed = Scratch.current().bytes(Slot.GEMM_B, panels * panel);
      pack(b, j0, some, packed, panel);
      multiply(a, c, j0, some, packed, panel);
    }
  }

  private void pack(Matrix b, int j0, int some, long packed, long panel) {
    long nanos = (long) some * k / 4;
    if (b.rowStride() == 1 && b.colStride() != 1) {
      Workers.run(
          Bf16Tile.panels(some), nanos, p -> packColumns(b, j0, some, p, packed + p * panel));
    } else {
      int pairs = depth / 2;
      int each = Math.max(1, Math.ceilDiv(pairs, 64));
      Workers.run(
          Math.ceilDiv(pairs, each),
          nanos,
          item ->
              packRows(
                  b, j0, some, item * each, Math.min(pairs, (item + 1) * each), packed, panel));
    }
  }

  /** A panel of columns whose elements lie side by side. */
  private void packColumns(Matrix b, int j0, int some, int p, long to) {
    long[] at = new long[PANEL];
    boolean direct = k == depth;
    long staged = Scratch.current().bytes(Slot.ROW, 2L * (PANEL + 1) * depth);
    long zeros = staged + 2L * PANEL * depth;
    Bf16Tile.zero(zeros, 2L * depth);
    int half = Bf16Tile.GROUP / 2;
    for (int j = 0; j < PANEL; j++) {
      // Even columns first in each group.
      int in = j % Bf16Tile.GROUP;
      int column = p * PANEL + j - in + (in < half ? 2 * in : 2 * (in - half) + 1);
      if (column >= some) {
        at[j] = zeros;
      } else if (direct) {
        at[j] = b.address(0, j0 + column);
      } else {
        at[j] = staged + 2L * j * depth;
        Bf16Tile.row(b.address(0, j0 + column), 2, k, at[j], depth);
      }
    }
    Bf16Tile.columns(at, 0, depth / 2, to);
  }

  private void packRows(Matrix b, int j0, int some, int from, int to, long packed, long panel) {
    int columns = Bf16Tile.groups(some);
    long staged = Scratch.current().bytes(Slot.ROW, 4L * columns);
    boolean direct = b.colStride() == 1 && columns == some;
    for (int pair = from; pair < to; pair++) {
      long first = row(b, 2 * pair, j0, some, columns, staged, direct);
      long second = row(b, 2 * pair + 1, j0, some, columns, staged + 2L * columns, direct);
      Bf16Tile.rows(first, second, columns, packed + pair * PAIR_ROW, panel);
    }
  }

  private long row(Matrix b, int row, int j0, int some, int columns, long staged, boolean direct) {
    if (row >= k) {
      Bf16Tile.zero(staged, 2L * columns);
    } else if (direct) {
      return b.address(row, j0);
    } else {
      Bf16Tile.row(b.address(row, j0), 2 * b.colStride(), some, staged, columns);
    }
    return staged;
  }

  private void multiply(Matrix a, long c, int j0, int some, long packed, long panel) {
    int down = Math.ceilDiv(m, ROWS);
    int panels = Bf16Tile.panels(some);
    int groups = Math.clamp(Math.ceilDiv(4L * Workers.threads(), down), 1, panels);
    int per = Math.ceilDiv(panels, groups);
    int across = Math.ceilDiv(panels, per);
    Workers.run(
        down * across,
        (long) (2.0 * m * some * k / FLOPS_PER_NANO),
        item -> {
          int i0 = item / across * ROWS;
          int p0 = item % across * per;
          rows(a, c, i0, j0, some, p0, Math.min(panels, p0 + per), packed, panel);
        });
  }

  /** Up to 64 rows times some panels. */
  private void rows(
      Matrix a, long c, int i0, int j0, int some, int p0, int p1, long packed, long panel) {
    int count = Math.min(ROWS, m - i0);
    int padded = Math.ceilDiv(count, Bf16Product.ROWS) * Bf16Product.ROWS;
    Scratch scratch = Scratch.current();
    long sums = scratch.bytes(Slot.GEMM_TILE, ROWS * PAIR_ROW);
    long left = a.address(i0, 0);
    long step = 2 * a.rowStride();
    if (a.colStride() != 1 || k != depth || padded != count || step < 0) {
      left = scratch.bytes(Slot.GEMM_A, 2L * ROWS * depth);
      step = 2L * depth;
      for (int i = 0; i < count; i++) {
        Bf16Tile.row(a.address(i0 + i, 0), 2 * a.colStride(), k, left + i * step, depth);
      }
      Bf16Tile.zero(left + count * step, (padded - count) * step);
    }
    long staged = scratch.bytes(Slot.ROW2, 2L * PANEL);
    for (int p = p0; p < p1; p++) {
      for (int pair = 0; pair < depth / 2; pair += PAIRS) {
        product.multiply(
            pair > 0,
            padded,
            Math.min(PAIRS, depth / 2 - pair),
            left + 4L * pair,
            step,
            packed + p * panel + pair * PAIR_ROW,
            sums,
            PAIR_ROW);
      }
      int wide = Math.min(PANEL, some - p * PANEL);
      for (int i = 0; i < count; i++) {
        long to = c + ((long) (i0 + i) * n + j0 + (long) p * PANEL) * DType.BF16.bytes();
        if (wide == PANEL) {
          Bf16Tile.result(sums + i * PAIR_ROW, 0, 1, PANEL, to);
        } else {
          Bf16Tile.result(sums + i * PAIR_ROW, 0, 1, PANEL, staged);
          Memory.copy(staged, to, 2L * wide);
        }
      }
    }
  }
}
