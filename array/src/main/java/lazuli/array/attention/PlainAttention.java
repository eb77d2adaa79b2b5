package lazuli.array.attention;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.attention.term.Kind;
import lazuli.array.attention.term.Term;
import lazuli.array.op.Binary;
import lazuli.array.op.Build;
import lazuli.array.op.Joining;
import lazuli.array.op.Movements;
import lazuli.array.op.Node;
import lazuli.array.op.Picking;
import lazuli.array.op.Reduction;
import lazuli.array.op.Unary;
import lazuli.array.type.DType;
import lazuli.array.type.Promotion;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Attention in core operations, as one writes it by hand: scores in the result's dtype, softmax and
 * weights times values in f32 when that is a half type, each a whole array. Grouped heads are a
 * dimension of their own, [B, Hkv, group, Tq, Tk], so that keys broadcast over it.
 */
final class PlainAttention {
  private final AttentionShape s;
  private final DType type;
  private final double scale;
  private final Modification m;
  private final List<Node> inputs;

  PlainAttention(AttentionShape s, DType type, double scale, Modification m, List<Node> inputs) {
    this.s = s;
    this.type = type;
    this.scale = scale;
    this.m = m;
    this.inputs = inputs;
  }

  /** The scores after all changes, and what the softmax makes of them. */
  private record Softmax(Node exponentials, Node sum, Node max, @Nullable Node seen) {}

  /** The keys, [B, Hkv, Tk, D], also where they lie as codes. */
  Node keys() {
    return inOrder(numbers(inputs.get(1), m.extras().scalesAt(), s.dim()));
  }

  /** The values, [B, Hkv, Tk, Dv], also where they lie as codes. */
  Node values() {
    return inOrder(numbers(inputs.get(2), m.extras().scalesAt() + 1, s.valueDim()));
  }

  /** Pages put one behind the other. */
  private Node inOrder(Node x) {
    if (!m.extras().paged()) {
      return x;
    }
    Node pages = Picking.take(x, inputs.get(m.extras().pagesAt()), 0);
    long[] dims = x.aval().shape().dims();
    return Movements.reshape(
        Movements.transpose(pages, 0, 2, 1, 3, 4), s.batch(), dims[1], s.keys(), dims[3]);
  }

  private Node numbers(Node codes, int scalesAt, long dim) {
    KvFormat format = m.extras().format();
    if (format == KvFormat.PLAIN) {
      return codes;
    }
    Node scales = Build.cast(inputs.get(scalesAt), DType.F32);
    long group = format.group((int) dim);
    long[] out = codes.aval().shape().dims();
    out[3] = dim;
    Node grouped;
    if (format == KvFormat.INT4) {
      Node bytes =
          Build.cast(
              Movements.reshape(codes, out[0], out[1], out[2], dim / group, group / 2), DType.I32);
      Node sixteen = Build.fill(DType.I32, Shape.SCALAR, 16L);
      Node low = Build.binary(Binary.REMAINDER, bytes, sixteen);
      Node high = Build.binary(Binary.FLOOR_DIVIDE, bytes, sixteen);
      Node both = Joining.concatenate(-1, List.of(low, high));
      grouped = Build.cast(Build.sub(both, Build.fill(DType.I32, Shape.SCALAR, 8L)), DType.F32);
    } else {
      grouped =
          Movements.reshape(
              Build.cast(codes, DType.F32), out[0], out[1], out[2], dim / group, group);
    }
    return Movements.reshape(Build.mul(grouped, Movements.expandDims(scales, -1)), out);
  }

  /** The result, [B, Hq, Tq, Dv]. */
  Node attend(Node q, Node k, Node v) {
    Shape out = Shape.of(s.batch(), s.heads(), s.queries(), s.valueDim());
    if (s.keys() == 0 || out.size() == 0) {
      return Build.fill(type, out, 0.0);
    }
    Node result = product(softmax(q, k), v);
    return Movements.reshape(Build.promote(result, type, "result"), out.dims());
  }

  /** The result and the log-sum-exp, [B, Hq, Tq, Dv + 1]. */
  Node state(Node q, Node k, Node v) {
    DType wide = Promotion.computed(type);
    Shape out = Shape.of(s.batch(), s.heads(), s.queries(), s.valueDim());
    Shape column = Shape.of(s.batch(), s.heads(), s.queries(), 1);
    if (s.keys() == 0 || s.batch() * s.heads() * s.queries() == 0) {
      Node lse = Build.fill(wide, column, Double.NEGATIVE_INFINITY);
      if (m.extras().sinks()) {
        Node z = Build.promote(inputs.get(m.extras().sinksAt()), wide, "sinks");
        lse = Movements.broadcastTo(Movements.reshape(z, 1, s.heads(), 1, 1), column);
      }
      return Joining.concatenate(-1, List.of(Build.fill(wide, out, 0.0), lse));
    }
    Softmax x = softmax(q, k);
    Node result = Build.promote(product(x, v), wide, "result");
    Node lse = Build.add(x.max(), Build.unary(Unary.LOG, x.sum()));
    return Joining.concatenate(
        -1, List.of(Movements.reshape(result, out.dims()), Movements.reshape(lse, column.dims())));
  }

  /** The weights, [B, Hq, Tq, Tk], of the attention's own keys, not rounded to its type. */
  Node weights(Node q) {
    Shape out = Shape.of(s.batch(), s.heads(), s.queries(), s.keys());
    return Movements.reshape(weights(softmax(q, keys())), out.dims());
  }

  /** The weights, [B, Hq, Tq, Tk]. */
  Node weights(Node q, Node k) {
    Shape out = Shape.of(s.batch(), s.heads(), s.queries(), s.keys());
    return out.size() == 0
        ? Build.fill(type, out, 0.0)
        : Movements.reshape(Build.promote(weights(softmax(q, k)), type, "weights"), out.dims());
  }

  private static Node weights(Softmax x) {
    Node zero = Build.scalar(x.sum(), 0.0);
    Node one = Build.scalar(x.sum(), 1.0);
    Node nonzero = Build.where(Build.binary(Binary.EQ, x.sum(), zero), one, x.sum());
    return Build.div(x.exponentials(), nonzero);
  }

  private Node product(Softmax x, Node v) {
    Node w = weights(x);
    Node values = Movements.expandDims(Build.promote(v, w.aval().dtype(), "v"), 2);
    return x.seen() == null ? Build.matmul(w, values) : select(w, values, x.seen());
  }

  /** On scores [B, Hkv, group, Tq, Tk], in f32 for half types. */
  private Softmax softmax(Node q, Node k) {
    long batch = q.aval().shape().dim(0);
    long group = s.heads() / s.keyHeads();
    Node rows =
        Movements.reshape(
            Build.promote(q, type, "q"), batch, s.keyHeads(), group, s.queries(), s.dim());
    Node columns = Movements.swapLast(Movements.expandDims(Build.promote(k, type, "k"), 2));
    Node scores = Build.matmul(Build.mul(rows, Build.scalar(rows, scale)), columns);
    return softmax(Build.promote(scores, Promotion.computed(type), "scores"));
  }

  private Softmax softmax(Node scores) {
    DType wide = scores.aval().dtype();
    Node masked = Build.scalar(scores, Double.NEGATIVE_INFINITY);
    Node x = scores;
    Node visible = visible();
    if (m.score() != null) {
      x = Build.promote(node(m.score(), x), wide, "score");
      Node kept = Build.binary(Binary.NE, x, masked);
      visible = visible == null ? kept : Build.binary(Binary.LOGICAL_AND, visible, kept);
    }
    if (mask() != null && mask().aval().dtype() != DType.BOOL) {
      x = Build.add(x, bias(wide));
    }
    if (visible != null) {
      x = Build.where(visible, x, masked);
    }
    Node max = Build.reduce(Reduction.MAX, x, true, -1);
    Node sink = null;
    if (m.extras().sinks()) {
      Node z = Build.promote(inputs.get(m.extras().sinksAt()), wide, "sinks");
      sink = Movements.reshape(z, 1, s.keyHeads(), s.heads() / s.keyHeads(), 1, 1);
      max = Build.binary(Binary.MAXIMUM, max, sink);
    }
    Node zero = Build.scalar(max, 0.0);
    // A row without keys has the maximum -infinity, which must not be subtracted from itself.
    Node start = Build.where(Build.binary(Binary.EQ, max, masked), zero, max);
    Node e = Build.unary(Unary.EXP, Build.sub(x, start));
    Node sum = Build.reduce(Reduction.SUM, e, true, -1);
    if (sink != null) {
      sum = Build.add(sum, Build.unary(Unary.EXP, Build.sub(sink, start)));
    }
    return new Softmax(e, sum, start, visible);
  }

  private @Nullable Node mask() {
    return m.extras().mask() ? inputs.get(m.extras().maskAt()) : null;
  }

  /** The additive mask in the type of the scores; finite values stay finite. */
  private Node bias(DType to) {
    Node x = grouping(java.util.Objects.requireNonNull(mask()));
    if (x.aval().dtype() != DType.F64 || to == DType.F64) {
      return Build.promote(x, to, "mask");
    }
    Node most = Build.scalar(x, Float.MAX_VALUE);
    Node least = Build.scalar(x, -Float.MAX_VALUE);
    Node clamped = Build.binary(Binary.MAXIMUM, Build.binary(Binary.MINIMUM, x, most), least);
    return Build.promote(Build.where(isMasked(x), x, clamped), to, "mask");
  }

  private static Node isMasked(Node bias) {
    return Build.binary(Binary.EQ, bias, Build.scalar(bias, Double.NEGATIVE_INFINITY));
  }

  /** What may be attended, broadcastable to [B, Hkv, group, Tq, Tk]; null when all may. */
  private @Nullable Node visible() {
    List<Node> all = new ArrayList<>();
    if (mask() != null) {
      Node x = grouping(mask());
      all.add(
          x.aval().dtype() == DType.BOOL
              ? x
              : Build.binary(Binary.NE, x, Build.scalar(x, Double.NEGATIVE_INFINITY)));
    }
    if (m.causal() != Causal.NONE) {
      all.add(node(Mask.causal(m.causal()).visible(), null));
    }
    if (m.visible() != null) {
      all.add(node(m.visible(), null));
    }
    Node slots = Build.arange(DType.I64, 0, s.keys(), 1);
    if (m.extras().starts()) {
      all.add(Build.binary(Binary.GE, slots, perBatch(m.extras().startsAt())));
    }
    if (m.extras().lengths()) {
      all.add(Build.binary(Binary.LT, slots, perBatch(m.extras().lengthsAt())));
    }
    return all.stream().reduce((a, b) -> Build.binary(Binary.LOGICAL_AND, a, b)).orElse(null);
  }

  private Node perBatch(int operand) {
    return Movements.reshape(inputs.get(operand), -1, 1, 1, 1, 1);
  }

  /** The number of keys: one, or one for each batch. */
  private Node keyCount() {
    Node all =
        m.extras().lengths()
            ? perBatch(m.extras().lengthsAt())
            : Build.fill(DType.I64, Shape.SCALAR, s.keys());
    return m.extras().starts() ? Build.sub(all, perBatch(m.extras().startsAt())) : all;
  }

  /** A term on whole arrays, broadcastable to [B, Hkv, group, Tq, Tk]. */
  private Node node(Term term, @Nullable Node scores) {
    return switch (term) {
      case Term.Constant(Kind kind, double value) -> Build.fill(type(kind), Shape.SCALAR, value);
      case Term.Use use ->
          switch (use.variable()) {
            case BATCH ->
                Movements.reshape(Build.arange(DType.I64, 0, s.batch(), 1), -1, 1, 1, 1, 1);
            case HEAD ->
                Movements.reshape(
                    Build.arange(DType.I64, 0, s.heads(), 1),
                    1,
                    s.keyHeads(),
                    s.heads() / s.keyHeads(),
                    1,
                    1);
            case QUERY -> Movements.reshape(Build.arange(DType.I64, 0, s.queries(), 1), -1, 1);
            case KEY -> {
              Node slots = Build.arange(DType.I64, 0, s.keys(), 1);
              yield m.extras().starts() ? Build.sub(slots, perBatch(m.extras().startsAt())) : slots;
            }
            case QUERIES -> Build.fill(DType.I64, Shape.SCALAR, s.queries());
            case KEYS -> keyCount();
            case SCORE -> java.util.Objects.requireNonNull(scores);
          };
      case Term.Apply apply -> apply(apply, scores);
      case Term.Lookup lookup -> {
        Node at = Build.fill(DType.I64, Shape.SCALAR, 0L);
        for (int d = 0; d < lookup.dims().size(); d++) {
          long n = lookup.dims().get(d);
          Node index = node(lookup.index().get(d), scores);
          Node most = Build.fill(DType.I64, Shape.SCALAR, n - 1);
          Node least = Build.fill(DType.I64, Shape.SCALAR, 0L);
          index = Build.binary(Binary.MAXIMUM, Build.binary(Binary.MINIMUM, index, most), least);
          at = Build.add(Build.mul(at, Build.fill(DType.I64, Shape.SCALAR, n)), index);
        }
        Node table = inputs.get(m.extras().tablesAt() + lookup.table());
        yield Build.cast(Picking.take(table, at), type(lookup.kind()));
      }
      case Term.Data data -> throw new IllegalStateException("not resolved: " + data);
    };
  }

  private DType type(Kind kind) {
    return switch (kind) {
      case INDEX -> DType.I64;
      case CONDITION -> DType.BOOL;
      case NUMBER -> type == DType.F64 ? DType.F64 : DType.F32;
    };
  }

  private Node apply(Term.Apply x, @Nullable Node scores) {
    List<Node> in = new ArrayList<>();
    for (Term arg : x.args()) {
      Node node = node(arg, scores);
      in.add(
          x.kind() == Kind.NUMBER && arg.kind() == Kind.INDEX
              ? Build.cast(node, type(Kind.NUMBER))
              : node);
    }
    Node a = in.get(0);
    Node b = in.get(Math.min(1, in.size() - 1));
    return switch (x.op()) {
      case ADD -> Build.add(a, b);
      case SUB -> Build.sub(a, b);
      case MUL -> Build.mul(a, b);
      case DIV -> Build.div(a, b);
      case FLOOR_DIV -> Build.binary(Binary.FLOOR_DIVIDE, a, b);
      case FLOOR_MOD -> Build.binary(Binary.REMAINDER, a, b);
      case MIN -> Build.binary(Binary.MINIMUM, a, b);
      case MAX -> Build.binary(Binary.MAXIMUM, a, b);
      case NEG -> Build.unary(Unary.NEG, a);
      case ABS -> Build.unary(Unary.ABS, a);
      case EXP -> Build.unary(Unary.EXP, a);
      case LOG -> Build.unary(Unary.LOG, a);
      case SQRT -> Build.unary(Unary.SQRT, a);
      case TANH -> Build.unary(Unary.TANH, a);
      case LT -> Build.binary(Binary.LT, a, b);
      case LE -> Build.binary(Binary.LE, a, b);
      case EQ -> Build.binary(Binary.EQ, a, b);
      case AND -> Build.binary(Binary.LOGICAL_AND, a, b);
      case OR -> Build.binary(Binary.LOGICAL_OR, a, b);
      case NOT -> Build.unary(Unary.LOGICAL_NOT, a);
      case WHERE -> Build.where(a, b, in.get(2));
    };
  }

  /** Splits a mask's head dimension into key heads and group. */
  private Node grouping(Node x) {
    Shape shape = x.aval().shape();
    if (shape.rank() < 3) {
      return x;
    }
    long batch = shape.rank() == 4 ? shape.dim(0) : 1;
    boolean all = shape.dim(-3) == 1;
    return Movements.reshape(
        x,
        batch,
        all ? 1 : s.keyHeads(),
        all ? 1 : s.heads() / s.keyHeads(),
        shape.dim(-2),
        shape.dim(-1));
  }

  /**
   * Weights times values without reading masked values: a weight of 0 times NaN would be NaN.
   * Infinities and NaN leave the product; where one is attended, the result becomes NaN.
   */
  private Node select(Node w, Node values, Node visible) {
    Node zero = Build.scalar(values, 0.0);
    // x - x is 0 for a number and NaN for an infinity or NaN.
    Node finite = Build.binary(Binary.EQ, Build.sub(values, values), zero);
    Node product = Build.matmul(w, Build.where(finite, values, zero));
    Node seen =
        Build.matmul(
            Build.promote(Movements.broadcastTo(visible, w.aval().shape()), DType.F32, "visible"),
            Build.promote(Build.unary(Unary.LOGICAL_NOT, finite), DType.F32, "not finite"));
    Node nan = Build.scalar(product, Double.NaN);
    Node clean = Build.binary(Binary.EQ, seen, Build.scalar(seen, 0.0));
    return Build.where(clean, product, nan);
  }
}
