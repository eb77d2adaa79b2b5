package lazuli.gpu.kernels;

import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.Element;
import lazuli.gpu.ptx.Reg;

/** The end of {@link SplitAttention}: rows are stored, or parts merged by the last block. */
final class SplitResult {
  private static final int ROWS = SplitAttention.ROWS;
  private static final int EACH = SplitAttention.EACH;

  private final Code c;
  private final SplitAttention.Form f;
  private final RuleCode rules;
  private final Place place;
  private final Reg lane;

  /**
   * Where results go.
   *
   * @param to the result's first element
   * @param rows of a key head's problem
   * @param warpRow the warp's first row
   * @param pair number of batch and key head
   * @param firstHead the key head's first query head
   */
  record Place(Reg to, Reg valueDim, Reg queries, Reg rows, Reg warpRow, Reg pair, Reg firstHead) {}

  SplitResult(Code c, SplitAttention.Form f, RuleCode rules, Place place) {
    this.c = c;
    this.f = f;
    this.rules = rules;
    this.place = place;
    lane = c.b32("and.b32", c.b32("mov.u32", "%tid.x"), 31);
  }

  /** Writes a row's part to scratch memory; the last block of the row merges. */
  void merge(
      Reg scratch,
      Reg tickets,
      Reg ticketAt,
      Reg part,
      Reg row0,
      Reg[] max,
      Reg[] sum,
      Reg[][] out) {
    Reg thread = c.b32("mov.u32", "%tid.x");
    int record = f.valueDim() + 2;
    Reg parts = c.b32("mov.u32", "%nctaid.y");
    Reg blocks = c.b32("mov.u32", "%nctaid.x");
    Reg tile = c.b32("mad.lo.s32", place.pair, blocks, c.b32("mov.u32", "%ctaid.x"));
    Reg[] slots = new Reg[EACH];
    Reg localRow = c.b32("sub.s32", place.warpRow, row0);
    for (int i = 0; i < EACH; i++) {
      Reg row = c.b32("add.s32", localRow, i);
      slots[i] = c.b32("mad.lo.s32", tile, ROWS, row);
      Reg at = slot(scratch, slots[i], parts, part, record);
      Reg mine = Emit.address(c, at, lane, 4);
      for (int d = 0; d < out[i].length; d++) {
        c.op("st.global.f32", Code.at(mine, 128L * d), out[i][d]);
      }
      Reg m = max[i];
      Reg s = sum[i];
      c.where(
          c.pred("setp.eq.s32", lane, 0),
          () -> c.op("st.global.f32", Code.at(at, 4L * f.valueDim()), m));
      c.where(
          c.pred("setp.eq.s32", lane, 0),
          () -> c.op("st.global.f32", Code.at(at, 4L * f.valueDim() + 4), s));
    }
    c.op("membar.gl");
    c.op("bar.sync", 0);
    Reg first = c.pred("setp.eq.s32", thread, 0);
    Reg ticket = c.b32("mov.u32", 0);
    Reg limit = c.b32("sub.s32", parts, 1);
    Reg counter = Emit.address(c, tickets, tile, 4);
    c.where(first, () -> c.op("atom.global.inc.u32", ticket, Code.at(counter, 0), limit));
    c.where(first, () -> c.op("st.shared.u32", Code.at(ticketAt, 0), ticket));
    c.op("bar.sync", 0);
    Reg drawn = c.b32("ld.shared.u32", Code.at(ticketAt, 0));
    Code.Label end = c.label();
    c.goWhere(c.pred("setp.ne.s32", drawn, limit), end);
    c.op("membar.gl");
    for (int i = 0; i < EACH; i++) {
      Reg row = c.b32("add.s32", place.warpRow, i);
      combine(scratch, row, slots[i], parts, record);
    }
    c.place(end);
  }

  private Reg slot(Reg scratch, Reg row, Reg parts, Reg part, int record) {
    Reg index = c.b32("mad.lo.s32", row, parts, part);
    return c.b64("mad.lo.s64", c.b64("cvt.u64.u32", index), 4L * record, scratch);
  }

  private void combine(Reg scratch, Reg row, Reg slot, Reg parts, int record) {
    int wide = f.valueDim() / 32;
    Reg most = c.f32("mov.f32", Float.NEGATIVE_INFINITY);
    Reg part = c.b32("mov.u32", 0);
    Emit.each(
        c,
        part,
        1,
        parts,
        () -> {
          Reg at = slot(scratch, slot, parts, part, record);
          Reg m = c.f32("ld.global.f32", Code.at(at, 4L * f.valueDim()));
          c.op("max.f32", most, most, m);
        });
    Reg none = c.pred("setp.eq.f32", most, Float.NEGATIVE_INFINITY);
    Reg safe = c.f32("selp.f32", 0f, most, none);
    Reg sum = c.f32("mov.f32", 0f);
    Reg[] out = new Reg[wide];
    for (int d = 0; d < wide; d++) {
      out[d] = c.f32("mov.f32", 0f);
    }
    Reg again = c.b32("mov.u32", 0);
    Emit.each(
        c,
        again,
        1,
        parts,
        () -> {
          Reg at = slot(scratch, slot, parts, again, record);
          Reg m = c.f32("ld.global.f32", Code.at(at, 4L * f.valueDim()));
          Reg s = c.f32("ld.global.f32", Code.at(at, 4L * f.valueDim() + 4));
          Reg factor = c.f32("ex2.approx.ftz.f32", c.f32("sub.rn.f32", m, safe));
          c.op("fma.rn.f32", sum, s, factor, sum);
          Reg mine = Emit.address(c, at, lane, 4);
          for (int d = 0; d < wide; d++) {
            Reg x = c.f32("ld.global.f32", Code.at(mine, 128L * d));
            c.op("fma.rn.f32", out[d], x, factor, out[d]);
          }
        });
    store(row, most, sum, out);
  }

  /** Writes a row's result. */
  void store(Reg row, Reg max, Reg sum, Reg[] out) {
    boolean state = f.rules().state();
    Reg width = state ? c.b32("add.s32", place.valueDim, 1) : place.valueDim;
    Reg inside = c.pred("setp.lt.s32", row, place.rows);
    Code.Label end = c.label();
    c.goUnless(inside, end);
    Reg head = c.b32("add.s32", place.firstHead, c.b32("div.u32", row, place.queries));
    RuleCode.End last = rules.end(max, sum, head);
    // Rows of all pairs follow each other as the result's heads and queries do.
    Reg index = c.b64("mad.wide.u32", place.pair, place.rows, c.b64("cvt.u64.u32", row));
    Reg line =
        Emit.address(
            c, place.to, c.b64("mul.lo.s64", index, c.b64("cvt.u64.u32", width)), f.out().bytes());
    for (int d = 0; d < out.length; d++) {
      Reg column = c.b32("add.s32", lane, 32 * d);
      Code.Label next = c.label();
      c.goWhere(c.pred("setp.ge.s32", column, place.valueDim), next);
      Reg y = c.f32("mul.rn.f32", out[d], last.factor());
      Reg at = Emit.address(c, line, column, f.out().bytes());
      Element.store(c, ".global", f.out(), Code.at(at, 0), y);
      c.place(next);
    }
    Reg lse = last.logSumExp();
    if (lse != null) {
      Reg at = Emit.address(c, line, place.valueDim, 4);
      c.where(c.pred("setp.eq.s32", lane, 0), () -> c.op("st.global.f32", Code.at(at, 0), lse));
    }
    c.place(end);
  }
}
