package lazuli.array.cpu;

import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products that packing would make slower, as their depth is small or there are few rows:
 * operands of the computing type are read where they lie, others are converted and not rearranged.
 *
 * <p>Each element's terms are added in order in one register, as in {@link Gemm} for such depths.
 */
final class DirectGemm {
  private static final int PANEL_VECTORS = Gemm.PANEL_VECTORS;
  private static final double FLOPS_PER_NANO = 30;

  /** Rows at a time: enough to convert a panel for, and few enough to stay in the cache. */
  private static final int ROWS = 96;

  private static final DirectF32 F32 = new DirectF32();
  private static final DirectF64 F64 = new DirectF64();

  /** What depends on the type that is computed in. */
  sealed interface Tiles permits DirectF32, DirectF64 {
    /** Rows of the taller tile. */
    int HIGH = 6;

    /** Lanes of one vector. */
    int lanes();

    /** Size of one element. */
    int bytes();

    /** Puts rows of the left operand into the calling thread's scratch, converted. */
    void left(Matrix a, int i0, int rows, int k);

    /**
     * Multiplies those rows with whole vectors of columns.
     *
     * @param vectors 1, 2 or 4
     * @param rows how many were put there
     * @param k the depth
     * @param b the first row of the columns
     * @param step bytes from one row to the next
     * @param dtype the result's type
     * @param c where it goes
     * @param row bytes from one row of it to the next
     * @param n the columns that are wanted
     */
    void block(
        int vectors, int rows, int k, long b, long step, DType dtype, long c, long row, int n);
  }

  private final Tiles tiles;
  private final DType computed;
  private final int m;
  private final int n;
  private final int k;
  private final DType out;
  private final @Nullable Epilogue epilogue;

  /** A product [m, k] x [k, n]; f64 is computed in f64, everything else in f32. */
  DirectGemm(int m, int n, int k, DType out, @Nullable Epilogue epilogue) {
    this.computed = out == DType.F64 ? DType.F64 : DType.F32;
    this.tiles = out == DType.F64 ? F64 : F32;
    this.m = m;
    this.n = n;
    this.k = k;
    this.out = out;
    this.epilogue = epilogue;
  }

  /** Deepest product of many rows: each element of the packed operand would be used too rarely. */
  private static final int SHALLOW = 32;

  private static final int FEW_ROWS = 24;
  private static final long SMALL = 1L << 20;

  /** With machine code for bf16 the other way is faster sooner. */
  private static final long SMALL_BF16 = 1L << 18;

  /**
   * Whether packing costs more than it saves.
   *
   * @param coded whether the other way is machine code
   */
  static boolean fits(long m, long n, long k, boolean coded) {
    double terms = (double) m * n * k;
    return k <= SHALLOW
        || k <= Gemm.DEPTH && (coded ? terms <= SMALL_BF16 : m <= FEW_ROWS || terms <= SMALL);
  }

  /** Computes the product with all threads; c is row-major without gaps. */
  void run(Matrix a, Matrix b, long c) {
    long nanos = (long) (2.0 * m * n * k / FLOPS_PER_NANO + (double) m * n / 2);
    Workers.run(
        Math.ceilDiv(m, ROWS),
        nanos,
        item -> {
          int i0 = item * ROWS;
          rows(a, b, c, i0, Math.min(ROWS, m - i0));
        });
  }

  /** Some rows of the result, one panel of columns after the other. */
  private void rows(Matrix a, Matrix b, long c, int i0, int rows) {
    int size = tiles.bytes();
    int full = PANEL_VECTORS * tiles.lanes();
    boolean whole = b.dtype() == computed && b.colStride() == 1;
    long panel = Scratch.current().bytes(Slot.GEMM_B, (long) k * full * size);
    long row = (long) n * out.bytes();
    tiles.left(a, i0, rows, k);
    for (int j0 = 0; j0 < n; j0 += full) {
      int some = Math.min(full, n - j0);
      int needed = Math.ceilDiv(some, tiles.lanes());
      int vectors = needed > 2 ? 4 : needed;
      int width = vectors * tiles.lanes();
      boolean placed = whole && some == width;
      if (!placed) {
        panel(b, j0, some, width, panel);
      }
      tiles.block(
          vectors,
          rows,
          k,
          placed ? b.address(0, j0) : panel,
          placed ? b.rowStride() * size : (long) width * size,
          out,
          c + i0 * row + (long) j0 * out.bytes(),
          row,
          some);
    }
    if (epilogue != null) {
      epilogue.apply(c + i0 * row, rows, row, n);
    }
  }

  /** Copies columns, converted, and fills up with zeros. */
  private void panel(Matrix b, int j0, int some, int width, long to) {
    int size = tiles.bytes();
    Feed.Mover mover = Movers.load(b.dtype());
    if (some < width) {
      Memory.ALL.asSlice(to, (long) k * width * size).fill((byte) 0);
    }
    if (Math.abs(b.rowStride()) < Math.abs(b.colStride())) {
      long column = Scratch.current().bytes(Slot.ROW, (long) k * size);
      for (int j = 0; j < some; j++) {
        mover.move(b.address(0, j0 + j), b.rowStride() * b.dtype().bytes(), column, k);
        Movers.scatter(size, column, to + (long) j * size, (long) width * size, k);
      }
      return;
    }
    for (int i = 0; i < k; i++) {
      long step = b.colStride() * b.dtype().bytes();
      mover.move(b.address(i, j0), step, to + (long) i * width * size, some);
    }
  }
}
