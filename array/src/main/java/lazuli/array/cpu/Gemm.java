package lazuli.array.cpu;

import java.lang.foreign.Arena;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/**
 * Blocked matrix products after Goto and van de Geijn (2008): the right operand is packed once into
 * panels that stream from the second-level cache, blocks of the left one are packed by each thread,
 * and a register tile walks over both.
 *
 * <p>The order in which one element's terms are added depends only on the depth: it is cut into
 * blocks of at most {@link #DEPTH}, each summed in order and then added to the result. Threads and
 * tiles only choose who computes what, so results are the same bits for any number of threads.
 */
final class Gemm {
  /** Longest run of terms summed in one register. */
  static final int DEPTH = 384;

  /** Panel widths in vectors: 32 vector registers hold 6 x 4 sums, 16 hold 6 x 2. */
  static final int PANEL_VECTORS =
      Species.BITS == 512 || System.getProperty("os.arch").equals("aarch64") ? 4 : 2;

  private static final int BLOCK_ROWS = 96;
  private static final long PACKED_ELEMENTS = 4L << 20;
  private static final long KEPT_BYTES = 32L << 20;
  private static final int PACK_ROWS = 64;
  private static final double FLOPS_PER_NANO = 60;

  private final GemmLanes lanes;
  private final int m;
  private final int n;
  private final int k;
  private final DType out;
  private final @Nullable Epilogue epilogue;

  /**
   * A product [m, k] x [k, n].
   *
   * @param m rows of the left operand
   * @param n columns of the right operand
   * @param k the depth
   * @param out the type of the result; f64 is computed in f64, everything else in f32
   * @param epilogue what follows each tile, or null
   */
  Gemm(int m, int n, int k, DType out, @Nullable Epilogue epilogue) {
    this.epilogue = epilogue;
    this.lanes = out == DType.F64 ? F64 : F32;
    this.m = m;
    this.n = n;
    this.k = k;
    this.out = out;
  }

  private static final GemmF32 F32 = new GemmF32();
  private static final GemmF64 F64 = new GemmF64();

  /** Cuts the depth into equal blocks. */
  private int depthBlock() {
    return Math.ceilDiv(k, Math.ceilDiv(k, DEPTH));
  }

  /**
   * Computes the product with all threads.
   *
   * @param a the left operand
   * @param b the right operand
   * @param c the address of the result, row-major without gaps
   */
  void run(Matrix a, Matrix b, long c) {
    int full = PANEL_VECTORS * lanes.lanes();
    // Bounded so that the packed panels stay in the last cache; whole panels.
    int columns = (int) Math.max(full, PACKED_ELEMENTS / Math.max(1, k) / full * full);
    for (int j0 = 0; j0 < n; j0 += columns) {
      int some = Math.min(columns, n - j0);
      Panels sized = Panels.of(0, k, some, full, lanes.lanes(), lanes.bytes());
      if (sized.bytes() <= KEPT_BYTES) {
        long memory = Scratch.current().bytes(Slot.GEMM_B, sized.bytes());
        columns(a, b, c, j0, some, memory);
      } else {
        try (Arena arena = Arena.ofShared()) {
          columns(a, b, c, j0, some, arena.allocate(sized.bytes(), 64).address());
        }
      }
    }
  }

  private void columns(Matrix a, Matrix b, long c, int j0, int some, long memory) {
    int full = PANEL_VECTORS * lanes.lanes();
    Panels panels = Panels.of(memory, k, some, full, lanes.lanes(), lanes.bytes());
    pack(b, j0, some, panels);
    int threads = Workers.threads();
    int rowBlocks = threads * Math.ceilDiv(m, threads * BLOCK_ROWS);
    int rows = Math.ceilDiv(Math.ceilDiv(m, rowBlocks), GemmLanes.ROWS) * GemmLanes.ROWS;
    int down = Math.ceilDiv(m, rows);
    int groups = Math.clamp(Math.ceilDiv(2L * threads, down), 1, panels.count());
    int perGroup = Math.ceilDiv(panels.count(), groups);
    int across = Math.ceilDiv(panels.count(), perGroup);
    Workers.run(
        down * across,
        (long) (2.0 * m * some * k / FLOPS_PER_NANO),
        item -> {
          int i0 = item / across * rows;
          int p0 = item % across * perGroup;
          int p1 = Math.min(panels.count(), p0 + perGroup);
          tile(a, c, i0, Math.min(rows, m - i0), j0, some, panels, p0, p1);
        });
  }

  private void pack(Matrix b, int j0, int some, Panels panels) {
    long nanos = (long) some * k / 2;
    if (Math.abs(b.rowStride()) < Math.abs(b.colStride())) {
      Workers.run(panels.count(), nanos, p -> lanes.packColumns(b, j0, some, p, panels));
    } else {
      Workers.run(
          Math.ceilDiv(k, PACK_ROWS),
          nanos,
          item ->
              lanes.packRows(
                  b, item * PACK_ROWS, Math.min(k, (item + 1) * PACK_ROWS), j0, some, panels));
    }
  }

  /** One block of rows times some panels, over the whole depth. */
  private void tile(
      Matrix a, long c, int i0, int rows, int j0, int some, Panels panels, int p0, int p1) {
    int depth = depthBlock();
    int first = p0 * panels.fullWidth();
    int wide = Math.min(some, p1 * panels.fullWidth()) - first;
    boolean direct = out.bytes() == lanes.bytes() || k <= depth;
    // Sums that outlive one depth block stay in the computing type and are rounded once at the end.
    DType type = direct ? out : DType.F32;
    long rowBytes = (direct ? (long) n * out.bytes() : 4L * wide);
    long to =
        direct
            ? c + ((long) i0 * n + j0 + first) * out.bytes()
            : Scratch.current().bytes(Slot.WIDE, 4L * wide * rows);
    for (int k0 = 0; k0 < k; k0 += depth) {
      int deep = Math.min(depth, k - k0);
      lanes.packA(a, i0, rows, k0, deep);
      for (int p = p0; p < p1; p++) {
        int at = p * panels.fullWidth();
        lanes.block(
            rows,
            deep,
            panels.address(p, k0),
            panels.width(p),
            k0 > 0,
            type,
            to + (long) (at - first) * type.bytes(),
            rowBytes,
            Math.min(panels.width(p), some - at));
      }
    }
    long result = c + ((long) i0 * n + j0 + first) * out.bytes();
    if (!direct) {
      round(to, rows, wide, result);
    }
    if (epilogue != null) {
      epilogue.apply(result, rows, (long) n * out.bytes(), wide);
    }
  }

  private void round(long from, int rows, int wide, long to) {
    float[] row = Scratch.current().floats(Slot.ROW, wide);
    for (int i = 0; i < rows; i++) {
      Rows.read(DType.F32, from + 4L * i * wide, 1, row, 0, wide);
      Rows.write(out, row, 0, to + (long) i * n * out.bytes(), wide);
    }
  }
}
