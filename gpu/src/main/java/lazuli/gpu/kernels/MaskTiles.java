package lazuli.gpu.kernels;

import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.Kind;
import lazuli.gpu.ptx.Reg;

/**
 * Finds which tiles of scores a mask term shows whole, in part or not at all, by asking it for
 * every place: once for all heads and batches that it does not tell apart. One byte for a tile.
 */
public final class MaskTiles {
  /** No query sees any key. */
  static final int EMPTY = 0;

  /** Some see some. */
  static final int PARTIAL = 1;

  /** Every query sees every key. */
  static final int FULL = 2;

  static final int THREADS = 128;

  private MaskTiles() {}

  /**
   * One kernel.
   *
   * @param rules with a mask term
   * @param keys of a tile
   */
  record Form(ScoreRules rules, int keys) {}

  /**
   * The map as a reader has it.
   *
   * @param base its address
   * @param batchStep bytes between batches, 0 when all are alike
   * @param headStep bytes between heads, 0 when all are alike
   */
  record Map(Reg base, Reg batchStep, Reg headStep) {
    static Map params(Code c) {
      return new Map(c.param(Kind.B64), c.param(Kind.B64), c.param(Kind.B64));
    }

    /** {@return the address of the first tile of some queries} */
    Reg line(Code c, Reg batch, Reg head, Reg query0, Reg slots, int keys) {
      Reg at = c.b64("mad.lo.s64", c.b64("cvt.u64.u32", batch), batchStep, base);
      at = c.b64("mad.lo.s64", c.b64("cvt.u64.u32", head), headStep, at);
      Reg columns = c.b32("div.u32", c.b32("add.s32", slots, keys - 1), keys);
      Reg row = c.b32("div.u32", query0, FlashHalf.QUERIES);
      return c.b64("mad.wide.u32", row, columns, at);
    }

    /**
     * Moves to the next tile that is not hidden.
     *
     * @param key the tile's first key, which is changed
     * @param end one past the last key
     * @param kind gets the kind of the tile
     */
    void advance(Code c, Reg line, Reg key, Reg end, Reg kind, int keys) {
      Code.Label look = c.label();
      Code.Label found = c.label();
      c.place(look);
      c.goWhere(c.pred("setp.ge.s32", key, end), found);
      Reg at = c.b64("add.s64", line, c.b64("cvt.u64.u32", c.b32("div.u32", key, keys)));
      c.op("ld.global.u8", kind, Code.at(at, 0));
      c.goWhere(c.pred("setp.ne.s32", kind, EMPTY), found);
      c.op("add.s32", key, key, keys);
      c.go(look);
      c.place(found);
    }
  }

  /**
   * {@return the kernel} Its grid: tiles of keys, tiles of queries, batches times heads.
   *
   * @param f with a mask term
   */
  static Code code(Form f) {
    Code c = new Code("mask_tiles", THREADS);
    Reg to = c.param(Kind.B64);
    Reg queries = c.param(Kind.B32);
    Reg slots = c.param(Kind.B32);
    Reg heads = c.param(Kind.B32);
    RuleCode rules = new RuleCode(c, f.rules);
    TermCode visible = rules.visible();
    if (visible == null) {
      throw new IllegalArgumentException("no mask term");
    }
    Reg thread = c.b32("mov.u32", "%tid.x");
    Reg plane = c.b32("mov.u32", "%ctaid.z");
    Reg batch = c.b32("div.u32", plane, heads);
    Reg head = c.b32("rem.u32", plane, heads);
    Reg zero = c.b32("mov.u32", 0);
    RuleCode.Keys keys = rules.keys(batch, slots, zero);
    Reg row = c.b32("mov.u32", "%ctaid.y");
    Reg column = c.b32("mov.u32", "%ctaid.x");
    Reg query0 = c.b32("mul.lo.s32", row, FlashHalf.QUERIES);
    Reg key0 = c.b32("mul.lo.s32", column, f.keys);
    Reg some = c.b32("mov.u32", 0);
    Reg all = c.b32("mov.u32", 1);
    Reg at = c.b32("mov.u32", thread);
    Emit.each(
        c,
        at,
        THREADS,
        FlashHalf.QUERIES * f.keys,
        () -> {
          Reg t = c.b32("add.s32", query0, c.b32("div.u32", at, f.keys));
          Reg slot = c.b32("add.s32", key0, c.b32("rem.u32", at, f.keys));
          Reg exists =
              c.pred(
                  "and.pred",
                  c.pred("setp.lt.s32", t, queries),
                  c.pred("setp.lt.s32", slot, slots));
          Reg shown =
              visible.at(
                  visible.row(batch, head, t, queries, keys.count()), keys.position(c, slot), null);
          Reg yes = c.pred("and.pred", exists, shown);
          Reg no = c.pred("and.pred", exists, c.pred("not.pred", shown));
          c.where(yes, () -> c.op("mov.u32", some, 1));
          c.where(no, () -> c.op("mov.u32", all, 0));
        });
    Reg any = c.pred("bar.red.or.pred", 0, c.pred("setp.ne.s32", some, 0));
    Reg every = c.pred("bar.red.and.pred", 0, c.pred("setp.ne.s32", all, 0));
    Reg kind = c.b32("selp.b32", FULL, PARTIAL, every);
    kind = c.b32("selp.b32", kind, EMPTY, any);
    Reg rows = c.b32("mov.u32", "%nctaid.y");
    Reg columns = c.b32("mov.u32", "%nctaid.x");
    Reg line = c.b64("mad.wide.u32", plane, rows, c.b64("cvt.u64.u32", row));
    Reg place = c.b64("mul.lo.s64", line, c.b64("cvt.u64.u32", columns));
    place = c.b64("add.s64", place, c.b64("cvt.u64.u32", column));
    Reg address = c.b64("add.s64", to, place);
    Reg value = kind;
    c.where(
        c.pred("setp.eq.s32", thread, 0), () -> c.op("st.global.u8", Code.at(address, 0), value));
    return c;
  }
}
