package lazuli.gpu.kernels;

import lazuli.array.type.DType;
import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.Conversion;
import lazuli.gpu.ptx.Element;
import lazuli.gpu.ptx.Kind;
import lazuli.gpu.ptx.Reg;
import org.jspecify.annotations.Nullable;

/**
 * What hides a key from a query: the end of the keys, the query's position, a mask. Scores are in
 * units of log 2; a hidden one is -infinity.
 */
final class Masking {
  static final float LOG2_E = 1.4426950408889634f;

  private final Code c;
  private final boolean causal;
  private final @Nullable DType mask;
  private final Reg keys;
  private final Reg shift;
  private final Reg base;
  private final Reg rowStep;
  private final Reg keyStep;

  /**
   * Describes the mask of one head.
   *
   * @param causal whether keys beyond the query's position are hidden
   * @param mask the type of the mask, or null for none
   * @param keys how many keys there are
   * @param shift a query at t sees the keys up to t + shift
   * @param base address of the mask's first element for this batch and head
   */
  Masking(
      Code c,
      boolean causal,
      @Nullable DType mask,
      Reg keys,
      Reg shift,
      Reg base,
      Reg rowStep,
      Reg keyStep) {
    this.c = c;
    this.causal = causal;
    this.mask = mask;
    this.keys = keys;
    this.shift = shift;
    this.base = base;
    this.rowStep = rowStep;
    this.keyStep = keyStep;
  }

  /** A query, as far as masks care. */
  record Row(Reg end, Reg line, Reg inside) {}

  /** {@return what is the same for all keys of a query} */
  Row row(Reg t, Reg queries) {
    Reg end = keys;
    if (causal) {
      // One past the last visible key, at most all of them.
      end = c.b32("min.s32", keys, c.b32("add.s32", c.b32("add.s32", t, shift), 1));
    }
    Reg inside = c.pred("setp.lt.s32", t, queries);
    Reg line = base;
    if (mask != null) {
      Reg offset = c.b64("mul.lo.s64", c.b64("cvt.s64.s32", t), rowStep);
      line = Emit.address(c, base, offset, mask.bytes());
    }
    return new Row(end, line, inside);
  }

  /** Replaces a score by what the query sees of it. */
  void apply(Reg score, Row row, Reg key) {
    Reg seen = c.pred("setp.lt.s32", key, row.end);
    if (mask == null) {
      hide(score, seen);
      return;
    }
    Reg readable = c.pred("and.pred", seen, row.inside);
    Reg offset = c.b64("mul.lo.s64", c.b64("cvt.s64.s32", key), keyStep);
    // Outside, the first element stands in: it is there, and its value does not count.
    offset = c.b64("selp.b64", offset, 0, readable);
    Reg line = c.b64("selp.b64", row.line, base, row.inside);
    Reg at = Emit.address(c, line, offset, mask.bytes());
    Reg value = Element.load(c, ".global", mask, Code.at(at, 0));
    if (mask == DType.BOOL) {
      hide(score, c.pred("and.pred", seen, c.pred("setp.ne.s32", value, 0)));
      return;
    }
    Reg bias = bias(value);
    // Minus infinity hides, whatever the score is.
    Reg open = c.pred("setp.neu.f32", bias, Float.NEGATIVE_INFINITY);
    // The most negative finite bias is one still when it is in units of log 2.
    Reg scaled = c.f32("mul.rn.f32", bias, LOG2_E);
    c.op("add.rn.f32", score, score, c.f32("max.NaN.f32", scaled, -Float.MAX_VALUE));
    hide(score, c.pred("and.pred", seen, open));
  }

  private Reg bias(Reg value) {
    if (value.kind() != Kind.F64) {
      return value;
    }
    // A finite f64 beyond f32 is a bias and no mask: the most negative f32 stands for it.
    Reg near = Conversion.cast(c, DType.F64, DType.F32, value);
    Reg finite = c.pred("setp.lt.f64", c.f64("abs.f64", value), Double.POSITIVE_INFINITY);
    Reg bounded = c.f32("max.f32", c.f32("min.f32", near, Float.MAX_VALUE), -Float.MAX_VALUE);
    return c.f32("selp.f32", bounded, near, finite);
  }

  private void hide(Reg score, Reg seen) {
    c.op("selp.f32", score, score, Float.NEGATIVE_INFINITY, seen);
  }

  /** {@return one past the last key that any of these queries may see} */
  Reg last(Reg lastQuery) {
    if (!causal) {
      return keys;
    }
    Reg end = c.b32("add.s32", c.b32("add.s32", lastQuery, shift), 1);
    return c.b32("max.s32", c.b32("min.s32", keys, end), 0);
  }
}
