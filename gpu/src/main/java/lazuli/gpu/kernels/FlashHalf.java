package lazuli.gpu.kernels;

import lazuli.array.type.DType;
import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.Kind;
import lazuli.gpu.ptx.Reg;
import org.jspecify.annotations.Nullable;

/**
 * Attention on tensor cores with the softmax computed as the keys go by (Milakov and Gimelshein,
 * "Online normalizer calculation for softmax", 2018; Dao, "FlashAttention-2", 2023). Four warps
 * hold 16 queries each; tiles of keys come by cp.async while the tile before is computed. Tiles
 * that a mask term hides are not loaded ({@link MaskTiles} says which).
 */
public final class FlashHalf {
  static final int QUERIES = 64;
  static final int THREADS = 128;

  private static final int PAD = 8;

  private final Code c;
  private final Form f;
  private final String half;
  private final int pitchK;
  private final int pitchV;
  private final int tileKeys;
  private final Reg[] max = new Reg[2];
  private final Reg[] sum = new Reg[2];

  /**
   * One kernel.
   *
   * @param type bf16 or f16
   * @param dim D, padded to 16
   * @param valueDim Dv, padded to 16
   * @param vectors whether q, k and v are loaded 16 bytes at a time
   * @param causal whether position hides keys
   * @param mask the mask's type, or null
   * @param rules what else is done to scores
   */
  record Form(
      DType type,
      int dim,
      int valueDim,
      boolean vectors,
      boolean causal,
      @Nullable DType mask,
      ScoreRules rules) {
    Form(DType type, int dim, int valueDim, boolean vectors, boolean causal, @Nullable DType mask) {
      this(type, dim, valueDim, vectors, causal, mask, ScoreRules.NONE);
    }

    /** {@return whether keys may be hidden one by one} */
    boolean hides() {
      return causal || mask != null || rules.hides();
    }

    /** {@return keys of a tile: what the registers of {@link #blocks} hold without spilling} */
    int keys() {
      return Math.max(dim, valueDim) > 64 && (mask != null || rules.hides()) ? 32 : 64;
    }

    /** Three blocks have 168 registers a thread, two have 255: what each needs to spill nothing. */
    int blocks() {
      int most = Math.max(dim, valueDim);
      return most <= 32 && mask == null && !rules.hides() || !hides() && most <= 64 ? 3 : 2;
    }

    int shared() {
      int rowK = (dim + PAD) * 2;
      int rowV = (valueDim + PAD) * 2;
      return QUERIES * rowK + 2 * keys() * (rowK + rowV);
    }
  }

  static Code code(Form form) {
    return new FlashHalf(form).write();
  }

  private FlashHalf(Form f) {
    this.f = f;
    c = new Code("flash", THREADS, f.blocks());
    half = f.type == DType.BF16 ? "bf16" : "f16";
    pitchK = (f.dim + PAD) * 2;
    pitchV = (f.valueDim + PAD) * 2;
    tileKeys = f.keys();
  }

  private Code write() {
    Reg q = c.param(Kind.B64);
    Reg k = c.param(Kind.B64);
    Reg v = c.param(Kind.B64);
    Reg mask = c.param(Kind.B64);
    Reg to = c.param(Kind.B64);
    Reg queries = c.param(Kind.B32);
    Reg slots = c.param(Kind.B32);
    Reg dim = c.param(Kind.B32);
    Reg valueDim = c.param(Kind.B32);
    Reg heads = c.param(Kind.B32);
    Reg group = c.param(Kind.B32);
    Reg shift = c.param(Kind.B32);
    Reg scale = c.param(Kind.F32);
    Reg[] qs = Walk.stepParams(c, 4);
    Reg[] ks = Walk.stepParams(c, 4);
    Reg[] vs = Walk.stepParams(c, 4);
    Reg[] ms = Walk.stepParams(c, 4);
    RuleCode rules = new RuleCode(c, f.rules);
    MaskTiles.Map tiles = f.rules.visible() == null ? null : MaskTiles.Map.params(c);

    Reg thread = c.b32("mov.u32", "%tid.x");
    Reg lane = c.b32("and.b32", thread, 31);
    Reg warp = c.b32("shr.u32", thread, 5);
    Reg query0 = c.b32("mul.lo.s32", c.b32("mov.u32", "%ctaid.x"), QUERIES);
    Reg head = c.b32("mov.u32", "%ctaid.y");
    Reg batch = c.b32("mov.u32", "%ctaid.z");
    Reg keyHead = c.b32("div.u32", head, group);
    q = head(q, batch, head, qs, 2);
    k = head(k, batch, keyHead, ks, 2);
    v = head(v, batch, keyHead, vs, 2);
    Reg maskBase = f.mask == null ? mask : head(mask, batch, head, ms, f.mask.bytes());
    RuleCode.Keys keys = rules.keys(batch, slots, shift);
    Masking.Place place = new Masking.Place(batch, head, maskBase, ms[2], ms[3]);
    Masking masking = new Masking(c, f.causal, f.mask, rules, keys, queries, place);

    Reg memory = c.b32("mov.u32", "dynamic");
    Reg qAt = memory;
    Reg kAt = c.b32("add.s32", memory, QUERIES * pitchK);
    Reg vAt = c.b32("add.s32", kAt, 2 * tileKeys * pitchK);
    MatMulHalf.Load load = f.vectors ? MatMulHalf.Load.VECTORS : MatMulHalf.Load.ELEMENTS;
    Reg zero = c.b32("mov.u32", 0);
    Tile qTile = tile(q, qs, query0, queries, dim, QUERIES, f.dim, pitchK, load, thread);
    Tile kTile = tile(k, ks, null, keys.end(), dim, tileKeys, f.dim, pitchK, load, thread);
    Tile vTile =
        tile(v, vs, null, keys.end(), valueDim, tileKeys, f.valueDim, pitchV, load, thread);

    qTile.load(null, zero, qAt);
    c.op("cp.async.commit_group");
    c.op("cp.async.wait_group", 0);
    c.op("bar.sync", 0);
    // Fragments of 16 queries, kept in registers.
    Reg row16 = c.b32("and.b32", lane, 15);
    Reg upper = c.b32("shr.u32", lane, 4);
    Reg qLane = c.b32("mul.lo.s32", c.b32("mad.lo.s32", warp, 16, row16), pitchK);
    qLane = c.b32("add.s32", c.b32("mad.lo.s32", upper, 16, qLane), qAt);
    Reg[][] a = new Reg[f.dim / 16][];
    for (int i = 0; i < a.length; i++) {
      a[i] = Warps.ldmatrix(c, "", qLane, i * 32);
    }
    // Lane addresses in a tile of keys, and of values.
    Reg kRow = c.b32("mad.lo.s32", upper, 8, c.b32("and.b32", lane, 7));
    Reg kHalf = c.b32("and.b32", c.b32("shr.u32", lane, 3), 1);
    Reg kLane = c.b32("mul.lo.s32", kRow, pitchK);
    kLane = c.b32("add.s32", c.b32("mad.lo.s32", kHalf, 16, kLane), kAt);
    Reg vLane = c.b32("mul.lo.s32", row16, pitchV);
    vLane = c.b32("add.s32", c.b32("mad.lo.s32", upper, 16, vLane), vAt);

    Reg member = c.b32("and.b32", lane, 3);
    Reg t0 = c.b32("add.s32", query0, c.b32("mad.lo.s32", warp, 16, c.b32("shr.u32", lane, 2)));
    Reg t1 = c.b32("add.s32", t0, 8);
    Masking.Row[] rows = {masking.row(t0), masking.row(t1)};
    Reg lastQuery =
        c.b32("min.s32", c.b32("add.s32", query0, QUERIES - 1), c.b32("sub.s32", queries, 1));
    Reg end = masking.last(lastQuery);
    Reg firstEnd = masking.last(query0);
    Reg factor = masking.factor(scale);

    WeightedSum out = new WeightedSum(c, f.type, f.valueDim, pitchV, tileKeys);
    for (int i = 0; i < 2; i++) {
      max[i] = c.reg(Kind.F32);
      sum[i] = c.reg(Kind.F32);
    }
    Reg again = c.b32("mov.u32", 0);
    Code.Label start = c.label();
    c.place(start);
    out.clear();
    for (int i = 0; i < 2; i++) {
      c.op("mov.f32", max[i], Float.NEGATIVE_INFINITY);
      c.op("mov.f32", sum[i], 0f);
    }
    Reg key = c.b32("mov.u32", 0);
    Reg begin = keys.begin();
    if (begin != null) {
      c.op("and.b32", key, begin, -tileKeys);
    }
    Reg stage = c.b32("mov.u32", 0);
    Reg line = tiles == null ? zero : tiles.line(c, batch, head, query0, slots, tileKeys);
    Reg kind = c.b32("mov.u32", MaskTiles.PARTIAL);
    Code.Label done = c.label();
    if (tiles != null) {
      tiles.advance(c, line, key, end, kind, tileKeys);
    }
    c.goWhere(c.pred("setp.ge.s32", key, end), done);
    kTile.load(key, zero, kAt);
    vTile.load(key, zero, vAt);
    c.op("cp.async.commit_group");
    Reg kFirst = kAt;
    Reg vFirst = vAt;
    Code.Label loop = c.label();
    c.place(loop);
    Reg other = c.b32("xor.b32", stage, 1);
    Reg after = c.b32("add.s32", key, tileKeys);
    Reg next = c.b32("mov.u32", after);
    Reg nextKind = c.b32("mov.u32", MaskTiles.PARTIAL);
    if (tiles != null) {
      tiles.advance(c, line, next, end, nextKind, tileKeys);
    }
    Code.Label loaded = c.label();
    c.goWhere(c.pred("setp.ge.s32", next, end), loaded);
    kTile.load(next, zero, c.b32("mad.lo.s32", other, tileKeys * pitchK, kFirst));
    vTile.load(next, zero, c.b32("mad.lo.s32", other, tileKeys * pitchV, vFirst));
    c.place(loaded);
    c.op("cp.async.commit_group");
    c.op("cp.async.wait_group", 1);
    c.op("bar.sync", 0);
    Reg[][] s = scores(a, c.b32("mad.lo.s32", stage, tileKeys * pitchK, kLane), factor);
    Reg column0 = c.b32("mad.lo.s32", member, 2, key);
    if (f.rules.score() != null) {
      change(masking, rows, s, column0);
    }
    Code.Label open = c.label();
    if (f.mask == null) {
      // A tile that every query sees whole needs no look at single keys.
      Reg whole = c.pred("setp.le.s32", after, firstEnd);
      if (begin != null) {
        whole = c.pred("and.pred", whole, c.pred("setp.ge.s32", key, begin));
      }
      if (tiles != null) {
        whole = c.pred("and.pred", whole, c.pred("setp.eq.s32", kind, MaskTiles.FULL));
      }
      c.goWhere(whole, open);
    }
    hide(masking, rows, s, column0);
    c.place(open);
    Reg seen = null;
    if (f.hides()) {
      Reg bits = c.b32("mov.u32", 0);
      Code.Label usual = c.label();
      c.goWhere(c.pred("setp.eq.s32", again, 0), usual);
      c.op("mov.u32", bits, out.seen(s));
      c.place(usual);
      seen = bits;
    }
    soften(s, out.out);
    out.add(s, seen, c.b32("mad.lo.s32", stage, tileKeys * pitchV, vLane), again);
    c.op("bar.sync", 0);
    c.op("mov.u32", stage, other);
    c.op("mov.u32", key, next);
    c.op("mov.u32", kind, nextKind);
    c.goWhere(c.pred("setp.lt.s32", key, end), loop);
    c.place(done);
    if (f.hides()) {
      Reg any = c.pred("bar.red.or.pred", 0, out.bad());
      Reg repeat = c.pred("and.pred", any, c.pred("setp.eq.s32", again, 0));
      Code.Label fine = c.label();
      c.goUnless(repeat, fine);
      c.op("mov.u32", again, 1);
      c.go(start);
      c.place(fine);
    }
    Reg index = c.b32("mad.lo.s32", batch, heads, head);
    store(rules, out.out, to, index, head, queries, valueDim, new Reg[] {t0, t1}, member);
    return c;
  }

  private Masking.Terms[] terms(Masking masking, Masking.Row[] rows) {
    return new Masking.Terms[] {masking.terms(rows[0]), masking.terms(rows[1])};
  }

  private void change(Masking masking, Masking.Row[] rows, Reg[][] s, Reg column0) {
    Masking.Terms[] terms = terms(masking, rows);
    for (int n = 0; n < 4 * s.length; n++) {
      Reg slot = c.b32("add.s32", column0, n / 4 * 8 + n % 2);
      masking.change(s[n / 4][n % 4], terms[n % 4 / 2], slot);
    }
  }

  private void hide(Masking masking, Masking.Row[] rows, Reg[][] s, Reg column0) {
    Masking.Terms[] terms = terms(masking, rows);
    for (int n = 0; n < 4 * s.length; n++) {
      Reg slot = c.b32("add.s32", column0, n / 4 * 8 + n % 2);
      int r = n % 4 / 2;
      masking.apply(s[n / 4][n % 4], rows[r], slot, masking.shown(terms[r], slot));
    }
  }

  private Reg head(Reg base, Reg batch, Reg head, Reg[] steps, int bytes) {
    Reg offset = c.b64("mul.lo.s64", c.b64("cvt.u64.u32", batch), steps[0]);
    offset = c.b64("mad.lo.s64", c.b64("cvt.u64.u32", head), steps[1], offset);
    return Emit.address(c, base, offset, bytes);
  }

  private Tile tile(
      Reg base,
      Reg[] steps,
      @Nullable Reg row0,
      Reg rows,
      Reg columns,
      int height,
      int width,
      int pitch,
      MatMulHalf.Load load,
      Reg thread) {
    return new Tile(
        c, base, steps[2], steps[3], row0, rows, columns, height, width, pitch, load, thread,
        THREADS);
  }

  /** {@return the scores of 16 queries and a tile of keys} */
  private Reg[][] scores(Reg[][] a, Reg kAt, Reg factor) {
    Reg[][] s = new Reg[tileKeys / 8][4];
    for (Reg[] tile : s) {
      for (int i = 0; i < 4; i++) {
        tile[i] = c.f32("mov.f32", 0f);
      }
    }
    for (int d = 0; d < a.length; d++) {
      for (int j = 0; j < tileKeys / 16; j++) {
        Reg[] b = Warps.ldmatrix(c, "", kAt, j * 16 * pitchK + d * 32);
        Warps.mma(c, half, s[2 * j], a[d], b[0], b[1]);
        Warps.mma(c, half, s[2 * j + 1], a[d], b[2], b[3]);
      }
    }
    for (Reg[] tile : s) {
      for (Reg x : tile) {
        c.op("mul.rn.f32", x, x, factor);
      }
    }
    return s;
  }

  /** Turns scores into weights; what was summed before is scaled to the new maximum. */
  private void soften(Reg[][] s, Reg[][] out) {
    for (int r = 0; r < 2; r++) {
      Reg most = max[r];
      for (Reg[] tile : s) {
        most = c.f32("max.f32", most, c.f32("max.f32", tile[2 * r], tile[2 * r + 1]));
      }
      most = quad(most, "max.f32");
      Reg none = c.pred("setp.eq.f32", most, Float.NEGATIVE_INFINITY);
      Reg safe = c.f32("selp.f32", 0f, most, none);
      Reg factor = c.f32("ex2.approx.ftz.f32", c.f32("sub.rn.f32", max[r], safe));
      c.op("mov.f32", max[r], most);
      Reg part = c.f32("mov.f32", 0f);
      for (Reg[] tile : s) {
        for (int i = 2 * r; i < 2 * r + 2; i++) {
          c.op("sub.rn.f32", tile[i], tile[i], safe);
          c.op("ex2.approx.ftz.f32", tile[i], tile[i]);
          c.op("add.rn.f32", part, part, tile[i]);
        }
      }
      c.op("fma.rn.f32", sum[r], sum[r], factor, part);
      for (Reg[] tile : out) {
        c.op("mul.rn.f32", tile[2 * r], tile[2 * r], factor);
        c.op("mul.rn.f32", tile[2 * r + 1], tile[2 * r + 1], factor);
      }
    }
  }

  /** {@return the value joined over the four lanes that share a query} */
  private Reg quad(Reg x, String op) {
    Reg y = x;
    for (int distance = 1; distance <= 2; distance *= 2) {
      y = c.f32(op, y, c.f32("shfl.sync.bfly.b32", y, distance, 31, "0xffffffff"));
    }
    return y;
  }

  private void store(
      RuleCode rules,
      Reg[][] out,
      Reg to,
      Reg index,
      Reg head,
      Reg queries,
      Reg valueDim,
      Reg[] t,
      Reg member) {
    boolean state = f.rules.state();
    int bytes = state ? 4 : 2;
    Reg width = state ? c.b32("add.s32", valueDim, 1) : valueDim;
    for (int r = 0; r < 2; r++) {
      RuleCode.End end = rules.end(max[r], quad(sum[r], "add.rn.f32"), head);
      Reg inside = c.pred("setp.lt.s32", t[r], queries);
      Reg line = c.b64("mad.wide.u32", index, queries, c.b64("cvt.u64.u32", t[r]));
      line = c.b64("mul.lo.s64", line, c.b64("cvt.u64.u32", width));
      Reg row = Emit.address(c, to, line, bytes);
      for (int d = 0; d < out.length; d++) {
        for (int i = 0; i < 2; i++) {
          Reg column = c.b32("mad.lo.s32", member, 2, c.b32("mov.u32", d * 8 + i));
          Reg fits = c.pred("and.pred", inside, c.pred("setp.lt.s32", column, valueDim));
          Reg y = c.f32("mul.rn.f32", out[d][2 * r + i], end.factor());
          Reg at = Emit.address(c, row, column, bytes);
          if (state) {
            c.where(fits, () -> c.op("st.global.f32", Code.at(at, 0), y));
          } else {
            Reg bits = c.b16("cvt.rn." + half + ".f32", y);
            c.where(fits, () -> c.op("st.global.b16", Code.at(at, 0), bits));
          }
        }
      }
      Reg lse = end.logSumExp();
      if (lse != null) {
        Reg one = c.pred("and.pred", inside, c.pred("setp.eq.s32", member, 0));
        Reg at = Emit.address(c, row, valueDim, bytes);
        c.where(one, () -> c.op("st.global.f32", Code.at(at, 0), lse));
      }
    }
  }
}
