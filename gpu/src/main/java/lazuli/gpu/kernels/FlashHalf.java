package lazuli.gpu.kernels;

import java.util.List;
import lazuli.array.type.DType;
import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.Kind;
import lazuli.gpu.ptx.Reg;
import org.jspecify.annotations.Nullable;

/**
 * Attention on tensor cores with the softmax computed as the keys go by (Milakov and Gimelshein,
 * "Online normalizer calculation for softmax", 2018; Dao, "FlashAttention-2", 2023). Four warps
 * hold 16 queries each; tiles of 64 keys come by cp.async while the tile before is computed.
 *
 * <p>A hidden key has weight 0, and 0 times a NaN or an infinity in its value would still be NaN.
 * So the kernel runs as if all values were finite, looks at its results, and where one is not, does
 * the block again with such values taken out of the product and added to the queries that see them.
 */
public final class FlashHalf {
  static final int QUERIES = 64;
  static final int KEYS = 64;
  static final int THREADS = 128;

  private static final int PAD = 8;

  private final Code c;
  private final Form f;
  private final String half;
  private final int pitchK;
  private final int pitchV;
  private final Reg[][] out;
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
   */
  record Form(
      DType type, int dim, int valueDim, boolean vectors, boolean causal, @Nullable DType mask) {
    /** Three blocks have 168 registers a thread, two have 255: what each needs to spill nothing. */
    int blocks() {
      return Math.max(dim, valueDim) <= 32 || !causal && mask == null && dim <= 64 ? 3 : 2;
    }

    int shared() {
      int rowK = (dim + PAD) * 2;
      int rowV = (valueDim + PAD) * 2;
      return QUERIES * rowK + 2 * KEYS * (rowK + rowV);
    }
  }

  /** {@return the forms that ship, for checks of the text} */
  public static List<Code> texts(DType type, int dim) {
    return List.of(
        code(new Form(type, dim, dim, true, false, null)),
        code(new Form(type, dim, dim, true, true, null)),
        code(new Form(type, dim, dim, false, true, DType.BOOL)),
        code(new Form(type, dim, dim, true, false, DType.F32)));
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
    out = new Reg[f.valueDim / 8][4];
  }

  private Code write() {
    Reg q = c.param(Kind.B64);
    Reg k = c.param(Kind.B64);
    Reg v = c.param(Kind.B64);
    Reg mask = c.param(Kind.B64);
    Reg to = c.param(Kind.B64);
    Reg queries = c.param(Kind.B32);
    Reg keys = c.param(Kind.B32);
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
    Masking masking = new Masking(c, f.causal, f.mask, keys, shift, maskBase, ms[2], ms[3]);

    Reg memory = c.b32("mov.u32", "dynamic");
    Reg qAt = memory;
    Reg kAt = c.b32("add.s32", memory, QUERIES * pitchK);
    Reg vAt = c.b32("add.s32", kAt, 2 * KEYS * pitchK);
    MatMulHalf.Load load = f.vectors ? MatMulHalf.Load.VECTORS : MatMulHalf.Load.ELEMENTS;
    Reg zero = c.b32("mov.u32", 0);
    Tile qTile = tile(q, qs, query0, queries, dim, QUERIES, f.dim, pitchK, load, thread);
    Tile kTile = tile(k, ks, null, keys, dim, KEYS, f.dim, pitchK, load, thread);
    Tile vTile = tile(v, vs, null, keys, valueDim, KEYS, f.valueDim, pitchV, load, thread);

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
    Masking.Row[] rows = {masking.row(t0, queries), masking.row(t1, queries)};
    Reg lastQuery =
        c.b32("min.s32", c.b32("add.s32", query0, QUERIES - 1), c.b32("sub.s32", queries, 1));
    Reg end = masking.last(lastQuery);
    Reg firstEnd = masking.last(query0);
    Reg scale2 = c.f32("mul.rn.f32", scale, Masking.LOG2_E);

    for (Reg[] plane : out) {
      for (int i = 0; i < 4; i++) {
        plane[i] = c.reg(Kind.F32);
      }
    }
    for (int i = 0; i < 2; i++) {
      max[i] = c.reg(Kind.F32);
      sum[i] = c.reg(Kind.F32);
    }
    boolean hides = f.causal || f.mask != null;
    Reg again = c.b32("mov.u32", 0);
    Code.Label start = c.label();
    c.place(start);
    for (Reg[] plane : out) {
      for (Reg x : plane) {
        c.op("mov.f32", x, 0f);
      }
    }
    for (int i = 0; i < 2; i++) {
      c.op("mov.f32", max[i], Float.NEGATIVE_INFINITY);
      c.op("mov.f32", sum[i], 0f);
    }
    Reg key = c.b32("mov.u32", 0);
    Reg stage = c.b32("mov.u32", 0);
    Code.Label done = c.label();
    c.goWhere(c.pred("setp.le.s32", end, 0), done);
    kTile.load(zero, zero, kAt);
    vTile.load(zero, zero, vAt);
    c.op("cp.async.commit_group");
    Reg kFirst = kAt;
    Reg vFirst = vAt;
    Reg kLanes = kLane;
    Reg vLanes = vLane;
    Emit.each(
        c,
        key,
        KEYS,
        end,
        () -> {
          Reg other = c.b32("xor.b32", stage, 1);
          Reg next = c.b32("add.s32", key, KEYS);
          Code.Label loaded = c.label();
          c.goWhere(c.pred("setp.ge.s32", next, end), loaded);
          kTile.load(next, zero, c.b32("mad.lo.s32", other, KEYS * pitchK, kFirst));
          vTile.load(next, zero, c.b32("mad.lo.s32", other, KEYS * pitchV, vFirst));
          c.place(loaded);
          c.op("cp.async.commit_group");
          c.op("cp.async.wait_group", 1);
          c.op("bar.sync", 0);
          Reg[][] s = scores(a, c.b32("mad.lo.s32", stage, KEYS * pitchK, kLanes), scale2);
          Code.Label open = c.label();
          if (f.mask == null) {
            // A tile that every query sees whole needs no look at single keys.
            c.goWhere(c.pred("setp.le.s32", next, firstEnd), open);
          }
          for (int j = 0; j < s.length; j++) {
            for (int i = 0; i < 4; i++) {
              Reg column = c.b32("add.s32", c.b32("mad.lo.s32", member, 2, key), j * 8 + i % 2);
              masking.apply(s[j][i], rows[i / 2], column);
            }
          }
          c.place(open);
          Reg[][] seen = new Reg[KEYS / 16][];
          if (hides) {
            for (int i = 0; i < seen.length; i++) {
              seen[i] = attended(s[2 * i], s[2 * i + 1]);
            }
          }
          soften(s);
          accumulate(s, seen, c.b32("mad.lo.s32", stage, KEYS * pitchV, vLanes), again);
          c.op("bar.sync", 0);
          c.op("mov.u32", stage, other);
        });
    c.place(done);
    if (hides) {
      Reg finite = c.f32("mov.f32", 0f);
      for (Reg[] plane : out) {
        for (Reg x : plane) {
          c.op("fma.rn.f32", finite, x, 0f, finite);
        }
      }
      Reg bad = c.pred("setp.nan.f32", finite, finite);
      Reg any = c.pred("bar.red.or.pred", 0, bad);
      Reg repeat = c.pred("and.pred", any, c.pred("setp.eq.s32", again, 0));
      Code.Label fine = c.label();
      c.goUnless(repeat, fine);
      c.op("mov.u32", again, 1);
      c.go(start);
      c.place(fine);
    }
    store(to, batch, head, heads, queries, valueDim, new Reg[] {t0, t1}, member);
    return c;
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

  /** {@return the scores of 16 queries and 64 keys, in units of log 2} */
  private Reg[][] scores(Reg[][] a, Reg kAt, Reg scale2) {
    Reg[][] s = new Reg[KEYS / 8][4];
    for (Reg[] tile : s) {
      for (int i = 0; i < 4; i++) {
        tile[i] = c.f32("mov.f32", 0f);
      }
    }
    for (int d = 0; d < a.length; d++) {
      for (int j = 0; j < KEYS / 16; j++) {
        Reg[] b = Warps.ldmatrix(c, "", kAt, j * 16 * pitchK + d * 32);
        Warps.mma(c, half, s[2 * j], a[d], b[0], b[1]);
        Warps.mma(c, half, s[2 * j + 1], a[d], b[2], b[3]);
      }
    }
    for (Reg[] tile : s) {
      for (Reg x : tile) {
        c.op("mul.rn.f32", x, x, scale2);
      }
    }
    return s;
  }

  /** Turns scores into weights; what was summed before is scaled to the new maximum. */
  private void soften(Reg[][] s) {
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

  private Reg pack(Reg low, Reg high) {
    return c.b32("cvt.rn." + half + "x2.f32", high, low);
  }

  /** {@return a fragment with 1 where a key is seen, 0 where it is hidden} */
  private Reg[] attended(Reg[] left, Reg[] right) {
    Reg[] ones = new Reg[8];
    for (int i = 0; i < 8; i++) {
      Reg score = i < 4 ? left[i] : right[i - 4];
      Reg open = c.pred("setp.neu.f32", score, Float.NEGATIVE_INFINITY);
      ones[i] = c.f32("selp.f32", 1f, 0f, open);
    }
    return new Reg[] {
      pack(ones[0], ones[1]), pack(ones[2], ones[3]), pack(ones[4], ones[5]), pack(ones[6], ones[7])
    };
  }

  private void accumulate(Reg[][] s, Reg[][] seen, Reg vAt, Reg again) {
    Reg careful = c.pred("setp.ne.s32", again, 0);
    for (int j = 0; j < KEYS / 16; j++) {
      Reg[] l = s[2 * j];
      Reg[] r = s[2 * j + 1];
      Reg[] p = {pack(l[0], l[1]), pack(l[2], l[3]), pack(r[0], r[1]), pack(r[2], r[3])};
      for (int d = 0; d < out.length / 2; d++) {
        Reg[] b = Warps.ldmatrix(c, ".trans", vAt, j * 16 * pitchV + d * 32);
        if (seen[j] != null) {
          Code.Label usual = c.label();
          c.goUnless(careful, usual);
          for (int i = 0; i < 2; i++) {
            special(out[2 * d + i], seen[j], b, 2 * i);
          }
          c.place(usual);
        }
        Warps.mma(c, half, out[2 * d], p, b[0], b[1]);
        Warps.mma(c, half, out[2 * d + 1], p, b[2], b[3]);
      }
    }
  }

  /**
   * Takes NaN and infinities out of two registers of values; the queries that see them get them.
   */
  private void special(Reg[] sums, Reg[] seen, Reg[] b, int first) {
    int exponent = f.type == DType.BF16 ? 0x7f80 : 0x7c00;
    int one = f.type == DType.BF16 ? 0x3f80 : 0x3c00;
    Reg[][] marks = new Reg[3][2]; // NaN, infinity, minus infinity
    for (int i = 0; i < 2; i++) {
      Reg bits = b[first + i];
      Reg[] kept = new Reg[2];
      Reg[][] found = new Reg[3][2];
      for (int h = 0; h < 2; h++) {
        Reg x = h == 0 ? c.b32("and.b32", bits, 0xffff) : c.b32("shr.u32", bits, 16);
        Reg size = c.b32("and.b32", x, 0x7fff);
        Reg infinite = c.pred("setp.eq.s32", size, exponent);
        Reg negative = c.pred("setp.ge.s32", x, 0x8000);
        Reg plus = c.pred("and.pred", infinite, c.pred("not.pred", negative));
        Reg minus = c.pred("and.pred", infinite, negative);
        found[0][h] = c.b32("selp.b32", one, 0, c.pred("setp.gt.s32", size, exponent));
        found[1][h] = c.b32("selp.b32", one, 0, plus);
        found[2][h] = c.b32("selp.b32", one, 0, minus);
        kept[h] = c.b32("selp.b32", 0, x, c.pred("setp.ge.s32", size, exponent));
      }
      for (int kind = 0; kind < 3; kind++) {
        marks[kind][i] = c.b32("or.b32", found[kind][0], c.b32("shl.b32", found[kind][1], 16));
      }
      c.op("or.b32", bits, kept[0], c.b32("shl.b32", kept[1], 16));
    }
    float[] becomes = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
    for (int kind = 0; kind < 3; kind++) {
      Reg[] count = new Reg[4];
      for (int i = 0; i < 4; i++) {
        count[i] = c.f32("mov.f32", 0f);
      }
      Warps.mma(c, half, count, seen, marks[kind][0], marks[kind][1]);
      for (int i = 0; i < 4; i++) {
        Reg some = c.pred("setp.gt.f32", count[i], 0f);
        Reg extra = c.f32("selp.f32", becomes[kind], 0f, some);
        c.op("add.rn.f32", sums[i], sums[i], extra);
      }
    }
  }

  private void store(
      Reg to, Reg batch, Reg head, Reg heads, Reg queries, Reg valueDim, Reg[] t, Reg member) {
    for (int r = 0; r < 2; r++) {
      Reg total = quad(sum[r], "add.rn.f32");
      // No key was seen: exactly 0.
      Reg empty = c.pred("setp.eq.f32", total, 0f);
      Reg factor = c.f32("rcp.rn.f32", c.f32("selp.f32", 1f, total, empty));
      Reg inside = c.pred("setp.lt.s32", t[r], queries);
      Reg index = c.b32("mad.lo.s32", batch, heads, head);
      Reg line = c.b64("mad.wide.u32", index, queries, c.b64("cvt.u64.u32", t[r]));
      line = c.b64("mul.lo.s64", line, c.b64("cvt.u64.u32", valueDim));
      Reg row = Emit.address(c, to, line, 2);
      for (int d = 0; d < out.length; d++) {
        for (int i = 0; i < 2; i++) {
          Reg column = c.b32("mad.lo.s32", member, 2, c.b32("mov.u32", d * 8 + i));
          Reg fits = c.pred("and.pred", inside, c.pred("setp.lt.s32", column, valueDim));
          Reg y = c.f32("mul.rn.f32", out[d][2 * r + i], factor);
          Reg bits = c.b16("cvt.rn." + half + ".f32", y);
          Reg at = Emit.address(c, row, column, 2);
          c.where(fits, () -> c.op("st.global.b16", Code.at(at, 0), bits));
        }
      }
    }
  }
}
