package lazuli.gpu.kernels;

import lazuli.array.type.DType;
import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.Element;
import lazuli.gpu.ptx.Kind;
import lazuli.gpu.ptx.Reg;
import org.jspecify.annotations.Nullable;

/**
 * Attention in f32 for operands of any floating types, each converted as its tile is loaded. The
 * queries of all heads that share a key head are rows of one problem, so that keys and values are
 * read once for all of them. A block holds 16 rows, a warp four; a lane scores one key of a tile of
 * 32, and then sums its share of the value's columns.
 *
 * <p>With several parts, each block sees a part of the keys; the last block to finish merges the
 * parts by their maxima and sums, in the order of the parts.
 */
public final class SplitAttention {
  static final int ROWS = 16;
  static final int KEYS = 32;
  static final int THREADS = 128;

  static final int EACH = 4;

  private final Code c;
  private final Form f;

  /**
   * One kernel.
   *
   * @param q the type of the queries
   * @param k the type of the keys
   * @param v the type of the values
   * @param out the type of the result
   * @param dim D, padded to 4
   * @param valueDim Dv, padded to 32
   * @param causal whether position hides keys
   * @param mask the mask's type, or null
   * @param parts whether keys are split over blocks
   * @param rules what else is done to scores
   */
  record Form(
      DType q,
      DType k,
      DType v,
      DType out,
      int dim,
      int valueDim,
      boolean causal,
      @Nullable DType mask,
      boolean parts,
      ScoreRules rules) {
    Form(
        DType q,
        DType k,
        DType v,
        DType out,
        int dim,
        int valueDim,
        boolean causal,
        @Nullable DType mask,
        boolean parts) {
      this(q, k, v, out, dim, valueDim, causal, mask, parts, ScoreRules.NONE);
    }

    int pitch() {
      return dim + 1;
    }

    /**
     * Beyond 128 columns, shared memory holds two blocks; terms need the registers of three. So
     * nothing is spilled.
     */
    int blocks() {
      return Math.max(dim, valueDim) > 128 ? 2 : rules.equals(ScoreRules.NONE) ? 4 : 3;
    }

    /** Queries, keys, values, and a word for the ticket. */
    int shared() {
      return 4 * (ROWS * dim + KEYS * pitch() + KEYS * valueDim) + 16;
    }
  }

  static Code code(Form form) {
    return new SplitAttention(form).write();
  }

  private SplitAttention(Form f) {
    this.f = f;
    c = new Code("split", THREADS, f.blocks());
  }

  private Code write() {
    Reg q = c.param(Kind.B64);
    Reg k = c.param(Kind.B64);
    Reg v = c.param(Kind.B64);
    Reg mask = c.param(Kind.B64);
    Reg to = c.param(Kind.B64);
    Reg scratch = c.param(Kind.B64);
    Reg tickets = c.param(Kind.B64);
    Reg queries = c.param(Kind.B32);
    Reg slots = c.param(Kind.B32);
    Reg dim = c.param(Kind.B32);
    Reg valueDim = c.param(Kind.B32);
    Reg keyHeads = c.param(Kind.B32);
    Reg group = c.param(Kind.B32);
    Reg shift = c.param(Kind.B32);
    Reg share = c.param(Kind.B32);
    Reg scale = c.param(Kind.F32);
    Reg[] qs = Walk.stepParams(c, 4);
    Reg[] ks = Walk.stepParams(c, 4);
    Reg[] vs = Walk.stepParams(c, 4);
    Reg[] ms = Walk.stepParams(c, 4);
    RuleCode rules = new RuleCode(c, f.rules);

    Reg thread = c.b32("mov.u32", "%tid.x");
    Reg lane = c.b32("and.b32", thread, 31);
    Reg warp = c.b32("shr.u32", thread, 5);
    Reg row0 = c.b32("mul.lo.s32", c.b32("mov.u32", "%ctaid.x"), ROWS);
    Reg part = c.b32("mov.u32", "%ctaid.y");
    Reg pair = c.b32("mov.u32", "%ctaid.z");
    Reg batch = c.b32("div.u32", pair, keyHeads);
    Reg keyHead = c.b32("rem.u32", pair, keyHeads);
    Reg rows = c.b32("mul.lo.s32", group, queries);
    Reg qBatch = offset(q, f.q, batch, qs[0]);
    Reg kBase = offset(offset(k, f.k, batch, ks[0]), f.k, keyHead, ks[1]);
    Reg vBase = offset(offset(v, f.v, batch, vs[0]), f.v, keyHead, vs[1]);
    Reg mBatch = f.mask == null ? mask : offset(mask, f.mask, batch, ms[0]);

    Reg qAt = c.b32("mov.u32", "dynamic");
    Reg kAt = c.b32("add.s32", qAt, 4 * ROWS * f.dim);
    Reg vAt = c.b32("add.s32", kAt, 4 * KEYS * f.pitch());
    Reg ticketAt = c.b32("add.s32", vAt, 4 * KEYS * f.valueDim);
    Reg firstHead = c.b32("mul.lo.s32", keyHead, group);
    // Queries to shared memory, rows beyond the end as zeros.
    each(
        thread,
        ROWS * f.dim,
        at -> {
          Reg r = c.b32("div.u32", at, f.dim);
          Reg d = c.b32("rem.u32", at, f.dim);
          Reg row = c.b32("add.s32", row0, r);
          Reg inside =
              c.pred("and.pred", c.pred("setp.lt.s32", row, rows), c.pred("setp.lt.s32", d, dim));
          Reg head = c.b32("add.s32", firstHead, c.b32("div.u32", row, queries));
          Reg t = c.b32("rem.u32", row, queries);
          Reg from = offset(offset(offset(qBatch, f.q, head, qs[1]), f.q, t, qs[2]), f.q, d, qs[3]);
          put(c.b32("mad.lo.s32", at, 4, qAt), inside, f.q, q, from);
        });

    RuleCode.Keys keys = rules.keys(batch, slots, shift);
    Masking[] maskings = new Masking[EACH];
    Masking.Row[] seen = new Masking.Row[EACH];
    Reg lastEnd = c.b32("mov.u32", 0);
    Reg warpRow = c.b32("mad.lo.s32", warp, EACH, row0);
    for (int i = 0; i < EACH; i++) {
      Reg row = c.b32("add.s32", warpRow, i);
      Reg inside = c.pred("setp.lt.s32", row, rows);
      Reg safe = c.b32("selp.b32", row, 0, inside);
      Reg head = c.b32("add.s32", firstHead, c.b32("div.u32", safe, queries));
      Reg t = c.b32("rem.u32", safe, queries);
      Reg base = f.mask == null ? mask : offset(mBatch, f.mask, head, ms[1]);
      Masking.Place place = new Masking.Place(batch, head, base, ms[2], ms[3]);
      maskings[i] = new Masking(c, f.causal, f.mask, rules, keys, queries, place);
      seen[i] = maskings[i].row(t);
    }
    // The block's keys: its part, and none that no row of the block sees.
    Reg begin = c.b32("mul.lo.s32", part, share);
    Reg end = c.b32("min.s32", c.b32("add.s32", begin, share), keys.end());
    if (f.causal) {
      // A row's position is known only by its head, so take the last query.
      Reg most = c.b32("add.s32", queries, keys.shift());
      end = c.b32("min.s32", end, c.b32("max.s32", most, 0));
    }
    c.op("mov.u32", lastEnd, end);

    Reg[] max = new Reg[EACH];
    Reg[] sum = new Reg[EACH];
    int wide = f.valueDim / 32;
    Reg[][] out = new Reg[EACH][wide];
    for (int i = 0; i < EACH; i++) {
      max[i] = c.f32("mov.f32", Float.NEGATIVE_INFINITY);
      sum[i] = c.f32("mov.f32", 0f);
      for (int d = 0; d < wide; d++) {
        out[i][d] = c.f32("mov.f32", 0f);
      }
    }
    Reg factor = maskings[0].factor(scale);
    Reg key0 = c.b32("mov.u32", begin);
    Reg firstSlot = keys.begin();
    if (firstSlot != null) {
      // Tiles that end before the batch's first key are passed over.
      Reg whole = c.b32("and.b32", firstSlot, -KEYS);
      c.op("max.s32", key0, key0, whole);
    }
    Code.Label loop = c.label();
    Code.Label after = c.label();
    c.place(loop);
    c.goWhere(c.pred("setp.ge.s32", key0, lastEnd), after);
    Reg key = c.b32("add.s32", key0, lane);
    Reg here = c.pred("setp.lt.s32", key, lastEnd);
    Code.Label next = c.label();
    Masking.Terms[] terms = new Masking.Terms[EACH];
    @Nullable Reg[] shown = new @Nullable Reg[EACH];
    for (int i = 0; i < EACH; i++) {
      terms[i] = maskings[i].terms(seen[i]);
      shown[i] = maskings[i].shown(terms[i], key);
    }
    if (f.rules.visible() == null) {
      c.op("bar.sync", 0);
    } else {
      c.goUnless(c.pred("bar.red.or.pred", 0, any(shown, here)), next);
    }
    tile(thread, kBase, f.k, k, ks, key0, lastEnd, dim, f.dim, f.pitch(), kAt);
    tile(thread, vBase, f.v, v, vs, key0, lastEnd, valueDim, f.valueDim, f.valueDim, vAt);
    c.op("bar.sync", 0);
    Reg[] scores = scores(lane, warp, qAt, kAt);
    Reg[] weights = new Reg[EACH];
    for (int i = 0; i < EACH; i++) {
      Reg s = c.f32("mul.rn.f32", scores[i], factor);
      maskings[i].change(s, terms[i], key);
      maskings[i].apply(s, seen[i], key, shown[i]);
      c.op("selp.f32", s, s, Float.NEGATIVE_INFINITY, here);
      weights[i] = soften(s, max[i], sum[i], out[i]);
    }
    sumValues(lane, vAt, weights, out);
    c.place(next);
    c.op("add.s32", key0, key0, KEYS);
    c.go(loop);
    c.place(after);

    SplitResult result =
        new SplitResult(
            c,
            f,
            rules,
            new SplitResult.Place(to, valueDim, queries, rows, warpRow, pair, firstHead));
    if (f.parts) {
      result.merge(scratch, tickets, ticketAt, part, row0, max, sum, out);
    } else {
      for (int i = 0; i < EACH; i++) {
        result.store(c.b32("add.s32", warpRow, i), max[i], sum[i], out[i]);
      }
    }
    return c;
  }

  /** {@return whether one of the warp's rows sees this lane's key} */
  private Reg any(@Nullable Reg[] shown, Reg here) {
    Reg some = null;
    for (Reg one : shown) {
      if (one != null) {
        some = some == null ? one : c.pred("or.pred", some, one);
      }
    }
    return some == null ? here : c.pred("and.pred", some, here);
  }

  private Reg offset(Reg base, DType type, Reg index, Reg step) {
    Reg elements = c.b64("mul.lo.s64", c.b64("cvt.u64.u32", index), step);
    return Emit.address(c, base, elements, type.bytes());
  }

  /** What is done with one position of a tile. */
  private interface Position {
    void at(Reg index);
  }

  private void each(Reg thread, int total, Position body) {
    Reg at = c.b32("mov.u32", thread);
    Emit.each(c, at, THREADS, total, () -> body.at(at));
  }

  /** Writes an element in f32 to shared memory; zero outside, where nothing is read. */
  private void put(Reg place, Reg inside, DType type, Reg safe, Reg from) {
    Reg at = c.b64("selp.b64", from, safe, inside);
    Reg x = Element.load(c, ".global", type, Code.at(at, 0));
    Reg y = c.f32("selp.f32", x, 0f, inside);
    c.op("st.shared.f32", Code.at(place, 0), y);
  }

  private void tile(
      Reg thread,
      Reg base,
      DType type,
      Reg safe,
      Reg[] steps,
      Reg key0,
      Reg end,
      Reg columns,
      int width,
      int pitch,
      Reg to) {
    each(
        thread,
        KEYS * width,
        at -> {
          Reg j = c.b32("div.u32", at, width);
          Reg d = c.b32("rem.u32", at, width);
          Reg key = c.b32("add.s32", key0, j);
          Reg inside =
              c.pred(
                  "and.pred", c.pred("setp.lt.s32", key, end), c.pred("setp.lt.s32", d, columns));
          Reg from = offset(offset(base, type, key, steps[2]), type, d, steps[3]);
          Reg place = c.b32("mad.lo.s32", j, pitch, d);
          put(c.b32("mad.lo.s32", place, 4, to), inside, type, safe, from);
        });
  }

  /** {@return for each of the warp's rows the product with this lane's key} */
  private Reg[] scores(Reg lane, Reg warp, Reg qAt, Reg kAt) {
    Reg[] s = new Reg[EACH];
    for (int i = 0; i < EACH; i++) {
      s[i] = c.f32("mov.f32", 0f);
    }
    Reg query = c.b32("mad.lo.s32", warp, 4 * EACH * f.dim, qAt);
    Reg key = c.b32("mad.lo.s32", lane, 4 * f.pitch(), kAt);
    Reg d = c.b32("mov.u32", 0);
    Emit.each(
        c,
        d,
        4,
        f.dim,
        () -> {
          Reg qHere = c.b32("mad.lo.s32", d, 4, query);
          Reg kHere = c.b32("mad.lo.s32", d, 4, key);
          for (int u = 0; u < 4; u++) {
            Reg x = c.f32("ld.shared.f32", Code.at(kHere, 4 * u));
            for (int i = 0; i < EACH; i++) {
              Reg y = c.f32("ld.shared.f32", Code.at(qHere, 4L * (i * f.dim + u)));
              c.op("fma.rn.f32", s[i], x, y, s[i]);
            }
          }
        });
    return s;
  }

  /** {@return the weight of this lane's key; what was summed before is scaled} */
  private Reg soften(Reg s, Reg max, Reg sum, Reg[] out) {
    Reg most = Emit.warp(c, s, (a, b) -> c.f32("max.f32", a, b));
    most = c.f32("max.f32", most, max);
    Reg none = c.pred("setp.eq.f32", most, Float.NEGATIVE_INFINITY);
    Reg safe = c.f32("selp.f32", 0f, most, none);
    Reg factor = c.f32("ex2.approx.ftz.f32", c.f32("sub.rn.f32", max, safe));
    Reg p = c.f32("ex2.approx.ftz.f32", c.f32("sub.rn.f32", s, safe));
    // A seen key never has weight 0, so that a NaN in its value shows; a hidden one has.
    Reg seen = c.pred("setp.neu.f32", s, Float.NEGATIVE_INFINITY);
    Reg least = c.f32("max.NaN.f32", p, Float.MIN_NORMAL);
    p = c.f32("selp.f32", least, 0f, seen);
    Reg part = Emit.warp(c, p, (a, b) -> c.f32("add.rn.f32", a, b));
    c.op("fma.rn.f32", sum, sum, factor, part);
    c.op("mov.f32", max, most);
    for (Reg x : out) {
      c.op("mul.rn.f32", x, x, factor);
    }
    return p;
  }

  private void sumValues(Reg lane, Reg vAt, Reg[] weights, Reg[][] out) {
    Reg value = c.b32("mad.lo.s32", lane, 4, vAt);
    Reg j = c.b32("mov.u32", 0);
    Emit.each(
        c,
        j,
        1,
        KEYS,
        () -> {
          Reg here = c.b32("mad.lo.s32", j, 4 * f.valueDim, value);
          Reg[] p = new Reg[EACH];
          Reg[] counts = new Reg[EACH];
          for (int i = 0; i < EACH; i++) {
            p[i] = c.f32("shfl.sync.idx.b32", weights[i], j, 31, "0xffffffff");
            counts[i] = c.pred("setp.neu.f32", p[i], 0f);
          }
          for (int d = 0; d < out[0].length; d++) {
            Reg x = c.f32("ld.shared.f32", Code.at(here, 128 * d));
            for (int i = 0; i < EACH; i++) {
              Reg sum = out[i][d];
              Reg weight = p[i];
              c.where(counts[i], () -> c.op("fma.rn.f32", sum, weight, x, sum));
            }
          }
        });
  }
}
