package lazuli.gpu.kernels;

import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.Reg;
import org.jspecify.annotations.Nullable;

/** Brings a tile of halves to shared memory; what is outside the matrix becomes zero. */
final class Tile {
  private final Code c;
  private final Reg base;
  private final Reg rowStep;
  private final Reg columnStep;
  private final @Nullable Reg row0;
  private final Reg rows;
  private final Reg columns;
  private final int height;
  private final int width;
  private final int pitch;
  private final MatMulHalf.Load load;
  private final Reg thread;
  private final int threads;

  Tile(
      Code c,
      Reg base,
      Reg rowStep,
      Reg columnStep,
      @Nullable Reg row0,
      Reg rows,
      Reg columns,
      int height,
      int width,
      int pitch,
      MatMulHalf.Load load,
      Reg thread) {
    this(
        c,
        base,
        rowStep,
        columnStep,
        row0,
        rows,
        columns,
        height,
        width,
        pitch,
        load,
        thread,
        MatMulHalf.THREADS);
  }

  /**
   * Describes a tile.
   *
   * @param base address of the matrix
   * @param rowStep distance of rows in elements
   * @param columnStep distance of columns in elements; 1 when loaded by vectors
   * @param row0 the tile's first row, when it is the same for every load
   * @param rows rows of the matrix
   * @param columns columns of the matrix; a multiple of 8 when loaded by vectors
   * @param height rows of the tile
   * @param width columns of the tile, a multiple of 8
   * @param pitch bytes of a row in shared memory
   */
  Tile(
      Code c,
      Reg base,
      Reg rowStep,
      Reg columnStep,
      @Nullable Reg row0,
      Reg rows,
      Reg columns,
      int height,
      int width,
      int pitch,
      MatMulHalf.Load load,
      Reg thread,
      int threads) {
    this.c = c;
    this.base = base;
    this.rowStep = rowStep;
    this.columnStep = columnStep;
    this.row0 = row0;
    this.rows = rows;
    this.columns = columns;
    this.height = height;
    this.width = width;
    this.pitch = pitch;
    this.load = load;
    this.thread = thread;
    this.threads = threads;
  }

  /**
   * Writes the load.
   *
   * @param firstRow the tile's first row, or null for the one given before
   * @param firstColumn the tile's first column
   * @param to where the tile goes in shared memory
   */
  void load(@Nullable Reg firstRow, Reg firstColumn, Reg to) {
    Reg top = firstRow != null ? firstRow : row0;
    if (top == null) {
      throw new IllegalStateException("a tile needs a first row");
    }
    if (load == MatMulHalf.Load.VECTORS) {
      vectors(top, firstColumn, to);
    } else {
      elements(top, firstColumn, to);
    }
  }

  private void vectors(Reg top, Reg left, Reg to) {
    int chunks = width / 8;
    int total = height * chunks;
    for (int first = 0; first < total; first += threads) {
      Reg at = c.b32("add.s32", thread, first);
      Reg row = c.b32("div.u32", at, chunks);
      Reg chunk = c.b32("rem.u32", at, chunks);
      Reg r = c.b32("add.s32", top, row);
      Reg k = c.b32("mad.lo.s32", chunk, 8, left);
      Reg inside =
          c.pred("and.pred", c.pred("setp.lt.s32", r, rows), c.pred("setp.lt.s32", k, columns));
      // Zero bytes are read outside; the address is kept inside all the same.
      Reg bytes = c.b32("selp.b32", 16, 0, inside);
      Reg offset = c.b64("mul.lo.s64", c.b64("cvt.u64.u32", r), rowStep);
      offset = c.b64("add.s64", offset, c.b64("cvt.u64.u32", k));
      offset = c.b64("selp.b64", offset, 0, inside);
      Reg from = Emit.address(c, base, offset, 2);
      Reg place = c.b32("mad.lo.s32", row, pitch, to);
      Reg goal = c.b32("mad.lo.s32", chunk, 16, place);
      Runnable copy =
          () -> c.op("cp.async.cg.shared.global", Code.at(goal, 0), Code.at(from, 0), 16, bytes);
      if (total - first < threads) {
        c.where(c.pred("setp.lt.s32", at, total), copy);
      } else {
        copy.run();
      }
    }
  }

  /** Two neighbouring columns a thread at a time, so that warps write whole words. */
  private void elements(Reg top, Reg left, Reg to) {
    int pairs = width / 2;
    int total = height * pairs;
    Reg at = c.b32("mov.u32", thread);
    Emit.each(
        c,
        at,
        threads,
        total,
        () -> {
          Reg row = c.b32("div.u32", at, pairs);
          Reg column = c.b32("shl.b32", c.b32("rem.u32", at, pairs), 1);
          Reg r = c.b32("add.s32", top, row);
          Reg inRow = c.pred("setp.lt.s32", r, rows);
          Reg line = c.b64("mul.lo.s64", c.b64("cvt.u64.u32", r), rowStep);
          Reg[] halves = new Reg[2];
          for (int i = 0; i < 2; i++) {
            Reg k = c.b32("add.s32", c.b32("add.s32", left, column), i);
            Reg inside = c.pred("and.pred", inRow, c.pred("setp.lt.s32", k, columns));
            Reg offset = c.b64("mad.lo.s64", c.b64("cvt.u64.u32", k), columnStep, line);
            Reg from = Emit.address(c, base, offset, 2);
            Reg x = c.b16("mov.b16", 0);
            c.where(inside, () -> c.op("ld.global.b16", x, Code.at(from, 0)));
            halves[i] = x;
          }
          Reg both = c.b32("mov.b32", java.util.List.of(halves));
          Reg place = c.b32("mad.lo.s32", row, pitch, to);
          c.op("st.shared.b32", Code.at(c.b32("mad.lo.s32", column, 2, place), 0), both);
        });
  }
}
