package lazuli.gpu.kernels;

import java.util.List;
import lazuli.array.type.DType;
import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.Reg;

/**
 * A matrix product on tensor cores: eight warps compute a tile of 128 x 128, each 64 x 32 of it,
 * from slices of 32 that cp.async brings to shared memory while the slice before is multiplied.
 * Rows of shared memory are padded by 16 bytes, so that ldmatrix meets no bank twice.
 */
public final class MatMulHalf {
  static final int ROWS = 128;
  static final int COLUMNS = 128;
  static final int DEPTH = 32;
  static final int THREADS = 256;

  private static final int BYTES = 2;
  private static final int PAD = 8;

  /** Bytes of a row of A's slice, and of B's when its columns are contiguous in k. */
  private static final int DEEP = (DEPTH + PAD) * BYTES;

  /** Bytes of a row of B's slice when its rows are contiguous in n. */
  private static final int FLAT = (COLUMNS + PAD) * BYTES;

  private MatMulHalf() {}

  /** How a tile comes to shared memory. */
  enum Load {
    /** 16 bytes at a time, without passing registers. */
    VECTORS,
    /** One element at a time, from any strides. */
    ELEMENTS
  }

  /**
   * One kernel.
   *
   * @param type bf16 or f16
   * @param a how A is loaded
   * @param b how B is loaded
   * @param turned whether B is contiguous in k
   * @param pairs whether neighbouring results may be written together
   * @param rank merged dimensions before the last two
   */
  record Form(DType type, Load a, Load b, boolean turned, boolean pairs, int rank) {}

  /** {@return the forms that ship, for checks of the text} */
  public static List<Code> texts(DType type) {
    return List.of(
        code(new Form(type, Load.VECTORS, Load.VECTORS, false, true, 1)),
        code(new Form(type, Load.VECTORS, Load.VECTORS, true, true, 1)),
        code(new Form(type, Load.ELEMENTS, Load.ELEMENTS, false, false, 2)));
  }

  static Code code(Form f) {
    Code c = new Code("mma", THREADS);
    MatMulPlain.Operands o = MatMulPlain.Operands.of(c, f.type, f.rank);
    int leftBytes = ROWS * DEEP;
    int rightBytes = f.turned ? COLUMNS * DEEP : DEPTH * FLAT;
    Reg left = c.shared("left", 2 * leftBytes);
    Reg right = c.shared("right", 2 * rightBytes);
    Reg thread = c.b32("mov.u32", "%tid.x");
    Reg lane = c.b32("and.b32", thread, 31);
    Reg warp = c.b32("shr.u32", thread, 5);
    Reg row0 = c.b32("mul.lo.s32", c.b32("mov.u32", "%ctaid.y"), ROWS);
    Reg column0 = c.b32("mul.lo.s32", c.b32("mov.u32", "%ctaid.x"), COLUMNS);
    Reg warpRow = c.b32("mul.lo.s32", c.b32("and.b32", warp, 1), 64);
    Reg warpColumn = c.b32("mul.lo.s32", c.b32("shr.u32", warp, 1), 32);

    Reg[][][] sums = new Reg[4][4][4];
    for (Reg[][] plane : sums) {
      for (Reg[] line : plane) {
        for (int i = 0; i < 4; i++) {
          line[i] = c.f32("mov.f32", 0f);
        }
      }
    }
    // Lane addresses of ldmatrix: 16 rows by two halves of 8 columns.
    Reg half = c.b32("shr.u32", lane, 4);
    Reg low = c.b32("and.b32", lane, 15);
    Reg aLane = c.b32("mul.lo.s32", c.b32("add.s32", warpRow, low), DEEP);
    aLane = c.b32("add.s32", c.b32("mad.lo.s32", half, 16, aLane), left);
    Reg bLane;
    if (f.turned) {
      Reg r = c.b32("and.b32", lane, 7);
      r = c.b32("mad.lo.s32", half, 8, r);
      Reg kHalf = c.b32("and.b32", c.b32("shr.u32", lane, 3), 1);
      bLane = c.b32("mul.lo.s32", c.b32("add.s32", warpColumn, r), DEEP);
      bLane = c.b32("mad.lo.s32", kHalf, 16, bLane);
    } else {
      bLane = c.b32("mul.lo.s32", low, FLAT);
      Reg columns = c.b32("mad.lo.s32", half, 8, warpColumn);
      bLane = c.b32("mad.lo.s32", columns, BYTES, bLane);
    }
    Reg bBase = c.b32("add.s32", bLane, right);
    Reg aBase = aLane;

    Tile a =
        new Tile(c, o.a(), o.aRow(), o.aStep(), row0, o.m(), o.k(), ROWS, DEPTH, DEEP, f.a, thread);
    Tile b =
        f.turned
            ? new Tile(
                c,
                o.b(),
                o.bColumn(),
                o.bRow(),
                column0,
                o.n(),
                o.k(),
                COLUMNS,
                DEPTH,
                DEEP,
                f.b,
                thread)
            : new Tile(
                c,
                o.b(),
                o.bRow(),
                o.bColumn(),
                null,
                o.k(),
                o.n(),
                DEPTH,
                COLUMNS,
                FLAT,
                f.b,
                thread);
    Reg zero = c.b32("mov.u32", 0);
    Reg k = c.b32("mov.u32", 0);
    Reg stage = c.b32("mov.u32", 0);
    load(f, a, b, zero, left, right, column0);
    c.op("cp.async.commit_group");
    Emit.each(
        c,
        k,
        DEPTH,
        o.k(),
        () -> {
          Reg other = c.b32("xor.b32", stage, 1);
          Reg next = c.b32("add.s32", k, DEPTH);
          Code.Label last = c.label();
          c.goWhere(c.pred("setp.ge.s32", next, o.k()), last);
          Reg l = c.b32("mad.lo.s32", other, leftBytes, left);
          Reg r = c.b32("mad.lo.s32", other, rightBytes, right);
          load(f, a, b, next, l, r, column0);
          c.place(last);
          c.op("cp.async.commit_group");
          c.op("cp.async.wait_group", 1);
          c.op("bar.sync", 0);
          Reg aAt = c.b32("mad.lo.s32", stage, leftBytes, aBase);
          Reg bAt = c.b32("mad.lo.s32", stage, rightBytes, bBase);
          for (int step = 0; step < DEPTH / 16; step++) {
            multiply(c, f, sums, aAt, bAt, step);
          }
          c.op("bar.sync", 0);
          c.op("mov.u32", stage, other);
        });
    store(
        c,
        f,
        o,
        sums,
        lane,
        c.b32("add.s32", row0, warpRow),
        c.b32("add.s32", column0, warpColumn));
    return c;
  }

  private static void load(Form f, Tile a, Tile b, Reg k, Reg left, Reg right, Reg column0) {
    a.load(null, k, left);
    if (f.turned) {
      b.load(null, k, right);
    } else {
      b.load(k, column0, right);
    }
  }

  private static void multiply(Code c, Form f, Reg[][][] sums, Reg aAt, Reg bAt, int step) {
    String type = f.type == DType.BF16 ? "bf16" : "f16";
    Reg[][] b = new Reg[2][];
    for (int pair = 0; pair < 2; pair++) {
      int offset =
          f.turned ? pair * 16 * DEEP + step * 16 * BYTES : step * 16 * FLAT + pair * 16 * BYTES;
      String turn = f.turned ? "" : ".trans";
      b[pair] = Warps.ldmatrix(c, turn, bAt, offset);
    }
    for (int i = 0; i < 4; i++) {
      Reg[] a = Warps.ldmatrix(c, "", aAt, i * 16 * DEEP + step * 16 * BYTES);
      for (int j = 0; j < 4; j++) {
        Reg[] both = b[j / 2];
        Warps.mma(c, type, sums[i][j], a, both[j % 2 * 2], both[j % 2 * 2 + 1]);
      }
    }
  }

  private static void store(
      Code c, Form f, MatMulPlain.Operands o, Reg[][][] sums, Reg lane, Reg row0, Reg column0) {
    String type = f.type == DType.BF16 ? "bf16" : "f16";
    Reg group = c.b32("shr.u32", lane, 2);
    Reg member = c.b32("and.b32", lane, 3);
    Reg column1 = c.b32("mad.lo.s32", member, 2, column0);
    for (int i = 0; i < 4; i++) {
      for (int h = 0; h < 2; h++) {
        Reg row = c.b32("add.s32", c.b32("add.s32", row0, group), i * 16 + h * 8);
        Reg inside = c.pred("setp.lt.s32", row, o.m());
        Reg line = Emit.address(c, o.to(), c.b64("mul.wide.u32", row, o.n()), BYTES);
        for (int j = 0; j < 4; j++) {
          Reg column = c.b32("add.s32", column1, j * 8);
          Reg fits = c.pred("and.pred", inside, c.pred("setp.lt.s32", column, o.n()));
          Reg at = Emit.address(c, line, column, BYTES);
          Reg x = sums[i][j][2 * h];
          Reg y = sums[i][j][2 * h + 1];
          if (f.pairs) {
            Reg both = c.b32("cvt.rn." + type + "x2.f32", y, x);
            c.where(fits, () -> c.op("st.global.b32", Code.at(at, 0), both));
          } else {
            Reg first = c.b16("cvt.rn." + type + ".f32", x);
            Reg second = c.b16("cvt.rn." + type + ".f32", y);
            c.where(fits, () -> c.op("st.global.b16", Code.at(at, 0), first));
            Reg next = c.b32("add.s32", column, 1);
            Reg also = c.pred("and.pred", inside, c.pred("setp.lt.s32", next, o.n()));
            c.where(also, () -> c.op("st.global.b16", Code.at(at, BYTES), second));
          }
        }
      }
    }
  }
}
