package lazuli.gpu.kernels;

import lazuli.array.type.DType;
import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.Element;
import lazuli.gpu.ptx.Kind;
import lazuli.gpu.ptx.Reg;

/**
 * A matrix product by multiply-adds: 256 threads compute a tile of 64 x 64, each 4 x 4 of it, from
 * slices of 16 that go through shared memory.
 */
public final class MatMulPlain {
  /** Rows and columns of a block's tile. */
  static final int TILE = 64;

  /** Threads of a block. */
  static final int THREADS = 256;

  private static final int DEPTH = 16;

  /** One more than the tile, so that columns of a slice are in different banks. */
  private static final int PITCH = TILE + 4;

  private MatMulPlain() {}

  /** {@return the kernel} */
  public static Code code(DType type, int rank) {
    Code c = new Code("gemm", THREADS);
    Operands o = Operands.of(c, type, rank);
    int bytes = type.bytes();
    Reg left = c.shared("left", DEPTH * PITCH * bytes);
    Reg right = c.shared("right", DEPTH * PITCH * bytes);
    Reg thread = c.b32("mov.u32", "%tid.x");
    Reg tx = c.b32("and.b32", thread, 15);
    Reg ty = c.b32("shr.u32", thread, 4);
    Reg row0 = c.b32("mul.lo.s32", c.b32("mov.u32", "%ctaid.y"), TILE);
    Reg column0 = c.b32("mul.lo.s32", c.b32("mov.u32", "%ctaid.x"), TILE);
    String t = Element.suffix(type);
    Kind kind = Element.kind(type);
    Reg[][] sums = new Reg[4][4];
    for (Reg[] line : sums) {
      for (int j = 0; j < 4; j++) {
        line[j] = Element.constant(c, type, 0.0);
      }
    }
    Reg depth = c.b32("mov.u32", 0);
    Emit.each(
        c,
        depth,
        DEPTH,
        o.k,
        () -> {
          // Four elements of each slice a thread.
          for (int i = 0; i < TILE * DEPTH / THREADS; i++) {
            Reg at = c.b32("add.s32", thread, i * THREADS);
            Reg kk = c.b32("and.b32", at, DEPTH - 1);
            Reg r = c.b32("shr.u32", at, 4);
            slice(c, type, o.a, o.aRow, o.aStep, row0, r, o.m, depth, kk, o.k, left);
            Reg cc = c.b32("and.b32", at, TILE - 1);
            Reg kr = c.b32("shr.u32", at, 6);
            slice(c, type, o.b, o.bColumn(), o.bRow(), column0, cc, o.n, depth, kr, o.k, right);
          }
          c.op("bar.sync", 0);
          Reg leftAt = c.b32("mad.lo.s32", ty, 4 * bytes, left);
          Reg rightAt = c.b32("mad.lo.s32", tx, 4 * bytes, right);
          for (int kk = 0; kk < DEPTH; kk++) {
            Reg[] a = new Reg[4];
            Reg[] b = new Reg[4];
            for (int i = 0; i < 4; i++) {
              a[i] = c.as(kind, "ld.shared" + t, Code.at(leftAt, (kk * PITCH + i) * bytes));
              b[i] = c.as(kind, "ld.shared" + t, Code.at(rightAt, (kk * PITCH + i) * bytes));
            }
            for (int i = 0; i < 4; i++) {
              for (int j = 0; j < 4; j++) {
                c.op("fma.rn" + t, sums[i][j], a[i], b[j], sums[i][j]);
              }
            }
          }
          c.op("bar.sync", 0);
        });
    Reg row = c.b32("mad.lo.s32", ty, 4, row0);
    Reg column = c.b32("mad.lo.s32", tx, 4, column0);
    for (int i = 0; i < 4; i++) {
      Reg r = c.b32("add.s32", row, i);
      Reg inside = c.pred("setp.lt.s32", r, o.m);
      Reg line = Emit.address(c, o.to, c.b64("mul.wide.u32", r, o.n), bytes);
      for (int j = 0; j < 4; j++) {
        Reg col = c.b32("add.s32", column, j);
        Reg fits = c.pred("and.pred", inside, c.pred("setp.lt.s32", col, o.n));
        Reg at = Emit.address(c, line, col, bytes);
        Reg value = sums[i][j];
        c.where(fits, () -> c.op("st.global" + t, Code.at(at, 0), value));
      }
    }
    return c;
  }

  private static void slice(
      Code c,
      DType type,
      Reg base,
      Reg lineStep,
      Reg depthStep,
      Reg first,
      Reg line,
      Reg lines,
      Reg depth,
      Reg inner,
      Reg length,
      Reg memory) {
    String t = Element.suffix(type);
    Reg l = c.b32("add.s32", first, line);
    Reg d = c.b32("add.s32", depth, inner);
    Reg inside =
        c.pred("and.pred", c.pred("setp.lt.s32", l, lines), c.pred("setp.lt.s32", d, length));
    Reg offset = c.b64("mul.lo.s64", c.b64("cvt.u64.u32", l), lineStep);
    offset = c.b64("mad.lo.s64", c.b64("cvt.u64.u32", d), depthStep, offset);
    Reg at = Emit.address(c, base, offset, type.bytes());
    Reg x = Element.constant(c, type, 0.0);
    c.where(inside, () -> c.op("ld.global" + t, x, Code.at(at, 0)));
    Reg place = c.b32("mad.lo.s32", inner, PITCH, line);
    c.op("st.shared" + t, Code.at(c.b32("mad.lo.s32", place, type.bytes(), memory), 0), x);
  }

  /** The parameters that every matrix product has, moved to this block's matrices. */
  record Operands(
      Reg a, Reg b, Reg to, Reg m, Reg n, Reg k, Reg aRow, Reg aStep, Reg bRow, Reg bColumn) {
    static Operands of(Code c, DType type, int rank) {
      Reg a = c.param(Kind.B64);
      Reg b = c.param(Kind.B64);
      Reg to = c.param(Kind.B64);
      Reg m = c.param(Kind.B32);
      Reg n = c.param(Kind.B32);
      Reg k = c.param(Kind.B32);
      Reg first = c.param(Kind.B32);
      Reg aRow = c.param(Kind.B64);
      Reg aStep = c.param(Kind.B64);
      Reg bRow = c.param(Kind.B64);
      Reg bColumn = c.param(Kind.B64);
      Reg[] sizes = Walk.sizeParams(c, rank);
      Reg[][] steps = {
        Walk.stepParams(c, rank), Walk.stepParams(c, rank), Walk.stepParams(c, rank)
      };
      Reg batch = c.b32("add.s32", first, c.b32("mov.u32", "%ctaid.z"));
      Reg[] offsets = Walk.offsets(c, batch, sizes, steps);
      int bytes = type.bytes();
      return new Operands(
          Emit.address(c, a, offsets[0], bytes),
          Emit.address(c, b, offsets[1], bytes),
          Emit.address(c, to, offsets[2], bytes),
          m,
          n,
          k,
          aRow,
          aStep,
          bRow,
          bColumn);
    }
  }
}
