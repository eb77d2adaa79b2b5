package lazuli.gpu.kernels;

import lazuli.array.type.DType;
import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.Conversion;
import lazuli.gpu.ptx.Element;
import lazuli.gpu.ptx.Kind;
import lazuli.gpu.ptx.Reg;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the scores of one head: changed by a term, then biased or hidden by the range of
 * keys, the query's position, a mask term, a mask array. In the end scores are in units of log 2; a
 * hidden one is -infinity.
 */
final class Masking {
  static final float LOG2_E = 1.4426950408889634f;

  private final Code c;
  private final boolean causal;
  private final @Nullable DType mask;
  private final RuleCode.Keys keys;
  private final @Nullable TermCode visible;
  private final @Nullable TermCode score;
  private final Reg queries;
  private final Place place;

  /**
   * Where the head is.
   *
   * @param batch its batch
   * @param head its number
   * @param mask address of the mask's first element for both
   * @param rowStep distance of the mask's rows in elements
   * @param keyStep distance of its columns
   */
  record Place(Reg batch, Reg head, Reg mask, Reg rowStep, Reg keyStep) {}

  /**
   * Describes the scores of one head.
   *
   * @param causal whether keys beyond the query's position are hidden
   * @param mask the type of the mask, or null for none
   * @param rules mask term and score term
   * @param keys the batch's keys
   * @param queries how many queries there are
   */
  Masking(
      Code c,
      boolean causal,
      @Nullable DType mask,
      RuleCode rules,
      RuleCode.Keys keys,
      Reg queries,
      Place place) {
    this.c = c;
    this.causal = causal;
    this.mask = mask;
    this.keys = keys;
    this.queries = queries;
    this.place = place;
    visible = rules.visible();
    score = rules.score();
  }

  /** A query: its number, one past the last key it may see, its line of the mask, if it exists. */
  record Row(Reg query, Reg end, Reg line, Reg inside) {}

  /** {@return what is the same for all keys of a query} */
  Row row(Reg t) {
    Reg end = keys.end();
    if (causal) {
      // One past the last visible key, at most all of them.
      end = c.b32("min.s32", end, c.b32("add.s32", c.b32("add.s32", t, keys.shift()), 1));
    }
    Reg inside = c.pred("setp.lt.s32", t, queries);
    Reg line = place.mask;
    if (mask != null) {
      Reg offset = c.b64("mul.lo.s64", c.b64("cvt.s64.s32", t), place.rowStep);
      line = Emit.address(c, place.mask, offset, mask.bytes());
    }
    return new Row(t, end, line, inside);
  }

  /** The parts of the terms that are the same for a query's keys. */
  record Terms(TermCode.@Nullable Row visible, TermCode.@Nullable Row score) {}

  /** {@return the terms of a query, to be written near their use: they need registers} */
  Terms terms(Row row) {
    return new Terms(terms(visible, row), terms(score, row));
  }

  private TermCode.@Nullable Row terms(@Nullable TermCode term, Row row) {
    return term == null
        ? null
        : term.row(place.batch, place.head, row.query, queries, keys.count());
  }

  /** {@return what products are multiplied by before {@link #change}} */
  Reg factor(Reg scale) {
    return score == null ? c.f32("mul.rn.f32", scale, LOG2_E) : scale;
  }

  /** Changes a score by the score term; from here on it is in units of log 2. */
  void change(Reg s, Terms terms, Reg slot) {
    if (score == null || terms.score == null) {
      return;
    }
    Reg changed = score.at(terms.score, keys.position(c, slot), s);
    c.op("mul.rn.f32", s, changed, LOG2_E);
  }

  /** {@return whether the mask term lets a query see a key; null when there is none} */
  @Nullable Reg shown(Terms terms, Reg slot) {
    return visible == null || terms.visible == null
        ? null
        : visible.at(terms.visible, keys.position(c, slot), null);
  }

  /** {@return whether a key is in its batch's range and not beyond the query's position} */
  Reg reached(Row row, Reg slot) {
    Reg seen = c.pred("setp.lt.s32", slot, row.end);
    Reg begin = keys.begin();
    return begin == null ? seen : c.pred("and.pred", seen, c.pred("setp.ge.s32", slot, begin));
  }

  /**
   * Replaces a score by what the query sees of it.
   *
   * @param shown whether the mask term shows it, or null
   */
  void apply(Reg s, Row row, Reg slot, @Nullable Reg shown) {
    Reg seen = reached(row, slot);
    if (shown != null) {
      seen = c.pred("and.pred", seen, shown);
    }
    if (mask == null) {
      hide(s, seen);
      return;
    }
    Reg readable = c.pred("and.pred", seen, row.inside);
    Reg offset = c.b64("mul.lo.s64", c.b64("cvt.s64.s32", slot), place.keyStep);
    // Outside, the first element stands in: it is there, and its value does not count.
    offset = c.b64("selp.b64", offset, 0, readable);
    Reg line = c.b64("selp.b64", row.line, place.mask, row.inside);
    Reg at = Emit.address(c, line, offset, mask.bytes());
    Reg value = Element.load(c, ".global", mask, Code.at(at, 0));
    if (mask == DType.BOOL) {
      hide(s, c.pred("and.pred", seen, c.pred("setp.ne.s32", value, 0)));
      return;
    }
    Reg bias = bias(value);
    // Minus infinity hides, whatever the score is.
    Reg open = c.pred("setp.neu.f32", bias, Float.NEGATIVE_INFINITY);
    if (score != null) {
      // So does a score that was changed to it.
      open = c.pred("and.pred", open, c.pred("setp.neu.f32", s, Float.NEGATIVE_INFINITY));
    }
    // The most negative finite bias is one still when it is in units of log 2.
    Reg scaled = c.f32("mul.rn.f32", bias, LOG2_E);
    c.op("add.rn.f32", s, s, c.f32("max.NaN.f32", scaled, -Float.MAX_VALUE));
    hide(s, c.pred("and.pred", seen, open));
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

  private void hide(Reg s, Reg seen) {
    c.op("selp.f32", s, s, Float.NEGATIVE_INFINITY, seen);
  }

  /** {@return one past the last key that any of these queries may see} */
  Reg last(Reg lastQuery) {
    if (!causal) {
      return keys.end();
    }
    Reg end = c.b32("add.s32", c.b32("add.s32", lastQuery, keys.shift()), 1);
    return c.b32("max.s32", c.b32("min.s32", keys.end(), end), 0);
  }
}
