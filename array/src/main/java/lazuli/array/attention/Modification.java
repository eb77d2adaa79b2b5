package lazuli.array.attention;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.attention.term.Kind;
import lazuli.array.attention.term.Program;
import lazuli.array.attention.term.Term;
import lazuli.array.attention.term.TermOp;
import lazuli.array.attention.term.Variable;
import lazuli.array.op.Aval;
import lazuli.array.op.Build;
import lazuli.array.op.Node;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/** What happens to scores before the softmax, with its operands appended to q, k and v. */
record Modification(
    Causal causal, @Nullable Term visible, @Nullable Term score, Extras extras, String label) {

  static Modification of(String op, AttentionOptions all, AttentionShape s, List<Node> inputs) {
    Node mask = all.mask();
    if (mask != null) {
      MaskRules.check(op, mask.aval(), s);
      inputs.add(mask);
    }
    Node sinks = all.sinks();
    if (sinks != null) {
      inputs.add(sinks(op, sinks, s));
    }
    Node starts = all.starts();
    if (starts != null) {
      inputs.add(perBatch(op, "keyStarts", starts, s));
    }
    Node lengths = all.lengths();
    if (lengths != null) {
      inputs.add(perBatch(op, "keyLengths", lengths, s));
    }
    Node pages = all.pages();
    if (pages != null) {
      inputs.add(pages(op, pages));
    }
    AttentionOption.Codes codes = all.codes();
    if (codes != null) {
      inputs.add(
          scales(op, "keyScales", codes.keyScales(), inputs.get(1), s.dim(), codes.format()));
      inputs.add(
          scales(
              op, "valueScales", codes.valueScales(), inputs.get(2), s.valueDim(), codes.format()));
    }
    List<Node> tables = new ArrayList<>();
    Causal causal = Causal.NONE;
    Term visible = null;
    Mask given = all.visible();
    if (given != null) {
      List<Term> rest = new ArrayList<>();
      conjuncts(given.visible(), rest);
      causal = causal(rest);
      for (Term term : rest) {
        visible = visible == null ? term : Term.of(TermOp.AND, Kind.CONDITION, visible, term);
      }
      visible = visible == null ? null : visible.resolved(tables);
    }
    Score change = all.score();
    Term score = change == null ? null : change.changed().resolved(tables);
    inside(op, s, visible, given);
    inside(op, s, score, change);
    inputs.addAll(tables);
    Extras extras =
        new Extras(
            mask != null,
            sinks != null,
            starts != null,
            lengths != null,
            pages != null,
            all.format(),
            tables.size());
    return new Modification(causal, visible, score, extras, label(given, change));
  }

  private static String label(@Nullable Mask mask, @Nullable Score score) {
    String masks = mask == null ? "" : mask.label();
    String scores = score == null ? "" : score.label();
    return masks.isEmpty() || scores.isEmpty() ? masks + scores : masks + ", " + scores;
  }

  private static void conjuncts(Term term, List<Term> to) {
    if (term instanceof Term.Apply(TermOp op, Kind kind, List<Term> args) && op == TermOp.AND) {
      args.forEach(arg -> conjuncts(arg, to));
    } else if (!term.equals(new Term.Constant(Kind.CONDITION, 1)) && !to.contains(term)) {
      to.add(term);
    }
  }

  /** Takes a causal limit out of what must all hold: kernels know it as a limit of keys. */
  private static Causal causal(List<Term> all) {
    for (Causal alignment : new Causal[] {Causal.LOWER_RIGHT, Causal.TOP_LEFT}) {
      if (all.remove(Mask.causal(alignment).visible())) {
        return alignment;
      }
    }
    return Causal.NONE;
  }

  private static Node sinks(String op, Node sinks, AttentionShape s) {
    Aval aval = sinks.aval();
    if (!aval.dtype().isFloat() || aval.shape().rank() != 1 || aval.shape().dim(0) != s.heads()) {
      throw new ArrayException(
          op + " was given sinks " + aval + " for " + s.heads() + " query heads",
          "a floating array of shape [Hq] = [" + s.heads() + "]",
          aval.dtype().isFloat()
              ? "one logit for each query head: sinks.reshape(" + s.heads() + ")"
              : "convert it: sinks.astype(F32)");
    }
    return sinks;
  }

  private static Node perBatch(String op, String name, Node x, AttentionShape s) {
    Aval aval = x.aval();
    boolean integer = !aval.dtype().isFloat() && aval.dtype() != DType.BOOL;
    boolean fits =
        aval.shape().rank() == 1 && (aval.shape().dim(0) == s.batch() || aval.shape().dim(0) == 1);
    if (!integer || !fits) {
      throw new ArrayException(
          op + " was given " + name + " " + aval + " for a batch of " + s.batch(),
          "integers of shape [B] = [" + s.batch() + "], or [1] when all are alike",
          integer ? "one number for each batch" : "convert it: " + name + ".astype(I32)");
    }
    return Build.promote(x, DType.I64, name);
  }

  static Node pages(String op, Node table) {
    Aval aval = table.aval();
    DType type = aval.dtype();
    if (type.isFloat() || type == DType.BOOL || aval.shape().rank() != 2) {
      throw new ArrayException(
          op + " was given pages " + aval,
          "integers of shape [B, M]: the pages of each batch in order",
          "let a KvCache.paged make them");
    }
    return Build.promote(table, DType.I64, "pages");
  }

  private static Node scales(
      String op, String name, Node x, Node codes, long dim, KvFormat format) {
    long groups = dim / Math.max(1, format.group((int) dim));
    long[] dims = codes.aval().shape().dims();
    dims[3] = groups;
    Shape fits = Shape.of(dims);
    if (!x.aval().dtype().isFloat() || !x.aval().shape().equals(fits)) {
      throw new ArrayException(
          op + " was given " + name + " " + x.aval() + " for " + format.label() + " codes",
          "a floating array of shape " + fits,
          "let a KvCache make codes and scales");
    }
    return x;
  }

  /** Checks that every table is looked up inside its bounds, wherever the mask is asked. */
  private static void inside(
      String op, AttentionShape s, @Nullable Term term, @Nullable AttentionOption option) {
    if (term == null || s.batch() * s.heads() * s.queries() * s.keys() == 0) {
      return;
    }
    for (Term part : term.parts()) {
      inside(op, s, part, option);
    }
    if (!(term instanceof Term.Lookup lookup)) {
      return;
    }
    for (int d = 0; d < lookup.dims().size(); d++) {
      Program index = new Program(lookup.index().get(d));
      double[] lo = new double[index.size()];
      double[] hi = new double[index.size()];
      range(lo, hi, Variable.BATCH, 0, s.batch() - 1);
      range(lo, hi, Variable.HEAD, 0, s.heads() - 1);
      range(lo, hi, Variable.QUERY, 0, s.queries() - 1);
      range(lo, hi, Variable.KEY, 0, s.keys() - 1);
      range(lo, hi, Variable.QUERIES, s.queries(), s.queries());
      range(lo, hi, Variable.KEYS, s.keys(), s.keys());
      index.bounds(lo, hi, List.of());
      double low = lo[index.result()];
      double high = hi[index.result()];
      boolean data = index.usesTables();
      if (!data && (low < 0 || high >= lookup.dims().get(d))) {
        throw new ArrayException(
            op
                + " was given "
                + option
                + ", which looks up "
                + lookup.index().get(d)
                + " from "
                + (long) low
                + " to "
                + (long) high
                + " in dimension "
                + d
                + " of an array of shape "
                + lookup.dims(),
            "places from 0 to " + (lookup.dims().get(d) - 1),
            "give the array one element for each place, or limit the index: x.max(0).min("
                + (lookup.dims().get(d) - 1)
                + ")");
      }
    }
  }

  private static void range(double[] lo, double[] hi, Variable v, double first, double last) {
    lo[v.ordinal()] = first;
    hi[v.ordinal()] = last;
  }
}
