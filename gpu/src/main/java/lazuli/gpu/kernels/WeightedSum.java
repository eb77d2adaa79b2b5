package lazuli.gpu.kernels;

import lazuli.array.type.DType;
import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.Kind;
import lazuli.gpu.ptx.Reg;
import org.jspecify.annotations.Nullable;

/**
 * The sums of a warp's 16 queries over the values, on tensor cores.
 *
 * <p>A hidden key has weight 0, and 0 times a NaN or an infinity in its value would still be NaN.
 * So the products are taken as if all values were finite; where a result is not, the block runs
 * again, carefully: with such values taken out of the product and added to the queries that see
 * them.
 */
final class WeightedSum {
  private final Code c;
  private final DType type;
  private final String half;
  private final int pitch;
  private final int keys;
  final Reg[][] out;

  /**
   * Makes the sums, without values.
   *
   * @param valueDim Dv, padded to 16
   * @param pitch bytes of a row of values in shared memory
   * @param keys of a tile
   */
  WeightedSum(Code c, DType type, int valueDim, int pitch, int keys) {
    this.c = c;
    this.type = type;
    this.pitch = pitch;
    this.keys = keys;
    half = type == DType.BF16 ? "bf16" : "f16";
    out = new Reg[valueDim / 8][4];
    for (Reg[] plane : out) {
      for (int i = 0; i < 4; i++) {
        plane[i] = c.reg(Kind.F32);
      }
    }
  }

  /** Sets all sums to zero. */
  void clear() {
    for (Reg[] plane : out) {
      for (Reg x : plane) {
        c.op("mov.f32", x, 0f);
      }
    }
  }

  /** {@return whether a sum of this lane is NaN or infinite} */
  Reg bad() {
    Reg finite = c.f32("mov.f32", 0f);
    for (Reg[] plane : out) {
      for (Reg x : plane) {
        c.op("fma.rn.f32", finite, x, 0f, finite);
      }
    }
    return c.pred("setp.nan.f32", finite, finite);
  }

  private Reg pack(Reg low, Reg high) {
    return c.b32("cvt.rn." + half + "x2.f32", high, low);
  }

  /** {@return a bit for each of a tile's scores of this lane: whether its key is seen} */
  Reg seen(Reg[][] s) {
    Reg bits = c.b32("mov.u32", 0);
    for (int n = 0; n < 4 * s.length; n++) {
      Reg open = c.pred("setp.neu.f32", s[n / 4][n % 4], Float.NEGATIVE_INFINITY);
      int bit = 1 << n;
      c.where(open, () -> c.op("or.b32", bits, bits, bit));
    }
    return bits;
  }

  /** {@return the fragment of 16 keys with 1 where a key is seen, 0 where it is hidden} */
  private Reg[] attended(Reg seen, int j) {
    int one = type == DType.BF16 ? 0x3f80 : 0x3c00;
    Reg[] fragment = new Reg[4];
    for (int r = 0; r < 4; r++) {
      Reg pair = c.b32("shr.u32", seen, 8 * j + 2 * r);
      Reg low = c.b32("mul.lo.s32", c.b32("and.b32", pair, 1), one);
      Reg high = c.b32("mul.lo.s32", c.b32("and.b32", pair, 2), one << 15);
      fragment[r] = c.b32("or.b32", low, high);
    }
    return fragment;
  }

  /**
   * Adds a tile.
   *
   * @param s its weights
   * @param seen which keys are seen, or null where all are
   * @param vAt the lane's address in the tile of values
   * @param again not 0 where the values are to be looked at
   */
  void add(Reg[][] s, @Nullable Reg seen, Reg vAt, Reg again) {
    Reg careful = c.pred("setp.ne.s32", again, 0);
    for (int j = 0; j < keys / 16; j++) {
      Reg[] l = s[2 * j];
      Reg[] r = s[2 * j + 1];
      Reg[] p = {pack(l[0], l[1]), pack(l[2], l[3]), pack(r[0], r[1]), pack(r[2], r[3])};
      for (int d = 0; d < out.length / 2; d++) {
        Reg[] b = Warps.ldmatrix(c, ".trans", vAt, j * 16 * pitch + d * 32);
        if (seen != null) {
          Code.Label usual = c.label();
          c.goUnless(careful, usual);
          Reg[] fragment = attended(seen, j);
          for (int i = 0; i < 2; i++) {
            special(out[2 * d + i], fragment, b, 2 * i);
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
    int exponent = type == DType.BF16 ? 0x7f80 : 0x7c00;
    int one = type == DType.BF16 ? 0x3f80 : 0x3c00;
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
}
