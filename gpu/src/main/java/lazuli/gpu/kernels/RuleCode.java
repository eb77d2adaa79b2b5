package lazuli.gpu.kernels;

import lazuli.array.attention.term.Term;
import lazuli.array.op.Unary;
import lazuli.array.type.DType;
import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.Element;
import lazuli.gpu.ptx.Kind;
import lazuli.gpu.ptx.Operators;
import lazuli.gpu.ptx.Reg;
import org.jspecify.annotations.Nullable;

/** Writes {@link ScoreRules} into a kernel: parameters, each batch's keys, terms, sinks. */
final class RuleCode {
  private static final float LN2 = 0.6931471805599453f;

  private final Code c;
  private final ScoreRules rules;
  private final @Nullable Reg[] startAt;
  private final @Nullable Reg[] lengthAt;
  private final @Nullable Reg[] sinkAt;
  private final TermCode.Table[] tables;

  /** Declares the parameters, in the order of {@link ScoreRules#arguments}. */
  RuleCode(Code c, ScoreRules rules) {
    this.c = c;
    this.rules = rules;
    startAt = pair(c, rules.starts());
    lengthAt = pair(c, rules.lengths());
    sinkAt = pair(c, rules.sinks() != null);
    tables = TermCode.params(c, rules.tables());
  }

  private static @Nullable Reg[] pair(Code c, boolean there) {
    return there ? new Reg[] {c.param(Kind.B64), c.param(Kind.B64)} : new @Nullable Reg[2];
  }

  ScoreRules rules() {
    return rules;
  }

  /** {@return the mask's writer, or null} */
  @Nullable TermCode visible() {
    return term(rules.visible());
  }

  /** {@return the score change's writer, or null} */
  @Nullable TermCode score() {
    return term(rules.score());
  }

  private @Nullable TermCode term(@Nullable Term term) {
    return term == null ? null : new TermCode(c, term, tables, rules.wide());
  }

  /**
   * The slots of a batch's keys.
   *
   * @param begin the first, or null for 0
   * @param end one past the last
   * @param count how many there are, Tk of the terms
   * @param shift the query at t sees the slots up to t + shift, where there is a causal limit
   */
  record Keys(@Nullable Reg begin, Reg end, Reg count, Reg shift) {
    /** {@return a slot as the position that terms know} */
    Reg position(Code c, Reg slot) {
      return begin == null ? slot : c.b32("sub.s32", slot, begin);
    }
  }

  /** {@return the keys of a batch} Numbers outside the slots are moved to their border. */
  Keys keys(Reg batch, Reg slots, Reg shift) {
    Reg begin = rules.starts() ? number(startAt, batch, slots) : null;
    Reg end = rules.lengths() ? number(lengthAt, batch, slots) : slots;
    if (begin == null && end == slots) {
      return new Keys(null, slots, slots, shift);
    }
    Reg first = begin == null ? c.b32("mov.u32", 0) : begin;
    end = c.b32("max.s32", end, first);
    Reg moved = rules.topLeft() ? first : c.b32("add.s32", shift, c.b32("sub.s32", end, slots));
    return new Keys(begin, end, c.b32("sub.s32", end, first), moved);
  }

  private Reg number(@Nullable Reg[] at, Reg batch, Reg slots) {
    Reg wide = c.b64("ld.global.u64", Code.at(element(at, batch, 8), 0));
    wide = c.b64("max.s64", c.b64("min.s64", wide, c.b64("cvt.u64.u32", slots)), 0);
    return c.b32("cvt.u32.u64", wide);
  }

  private Reg element(@Nullable Reg[] at, Reg index, int bytes) {
    Reg base = at[0];
    Reg step = at[1];
    if (base == null || step == null) {
      throw new IllegalStateException("no such operand");
    }
    return Emit.address(c, base, c.b64("mul.lo.s64", c.b64("cvt.u64.u32", index), step), bytes);
  }

  /** A row at its end: what its sums are multiplied by, and its log-sum-exp. */
  record End(Reg factor, @Nullable Reg logSumExp) {}

  /**
   * {@return what remains to do with a row}
   *
   * @param max of its scores in units of log 2, minus infinity when no key was seen
   * @param sum of its weights
   * @param head for its sink
   */
  End end(Reg max, Reg sum, Reg head) {
    Reg top = max;
    Reg total = sum;
    Reg scaled = null;
    DType type = rules.sinks();
    if (type != null) {
      Reg at = element(sinkAt, head, type.bytes());
      Reg sink = Element.load(c, ".global", type, Code.at(at, 0));
      Reg z = c.f32("mul.rn.f32", asF32(sink), Masking.LOG2_E);
      top = c.f32("max.NaN.f32", max, z);
      Reg none = c.pred("setp.eq.f32", top, Float.NEGATIVE_INFINITY);
      Reg safe = c.f32("selp.f32", 0f, top, none);
      scaled = c.f32("ex2.approx.ftz.f32", c.f32("sub.rn.f32", max, safe));
      Reg share = c.f32("ex2.approx.ftz.f32", c.f32("sub.rn.f32", z, safe));
      total = c.f32("fma.rn.f32", sum, scaled, share);
    }
    // No key was seen: exactly 0.
    Reg empty = c.pred("setp.eq.f32", total, 0f);
    Reg factor = c.f32("rcp.rn.f32", c.f32("selp.f32", 1f, total, empty));
    if (scaled != null) {
      factor = c.f32("mul.rn.f32", factor, scaled);
    }
    Reg lse = null;
    if (rules.state()) {
      Reg log = Operators.apply(c, Unary.LOG, DType.F32, total);
      lse = c.f32("fma.rn.f32", top, LN2, log);
      lse = c.f32("selp.f32", Float.NEGATIVE_INFINITY, lse, empty);
    }
    return new End(factor, lse);
  }

  private Reg asF32(Reg x) {
    return x.kind() == Kind.F64 ? c.f32("cvt.rn.f32.f64", x) : x;
  }
}
