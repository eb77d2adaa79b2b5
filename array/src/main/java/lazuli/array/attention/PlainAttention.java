package lazuli.array.attention;

import lazuli.array.op.Binary;
import lazuli.array.op.Build;
import lazuli.array.op.Movements;
import lazuli.array.op.Node;
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
record PlainAttention(
    AttentionShape s, DType type, double scale, Causal causal, @Nullable Node mask) {

  /** The result, [B, Hq, Tq, Dv]. */
  Node attend(Node q, Node k, Node v) {
    Shape out = Shape.of(s.batch(), s.heads(), s.queries(), s.valueDim());
    if (s.keys() == 0 || out.size() == 0) {
      return Build.fill(type, out, 0.0);
    }
    Node w = grouped(q, k);
    Node values = Movements.expandDims(Build.promote(v, w.aval().dtype(), "v"), 2);
    Node result = visible() == null ? Build.matmul(w, values) : select(w, values);
    return Movements.reshape(Build.promote(result, type, "result"), out.dims());
  }

  /** The weights, [B, Hq, Tq, Tk]. */
  Node weights(Node q, Node k) {
    Shape out = Shape.of(s.batch(), s.heads(), s.queries(), s.keys());
    return out.size() == 0
        ? Build.fill(type, out, 0.0)
        : Movements.reshape(Build.promote(grouped(q, k), type, "weights"), out.dims());
  }

  /** The weights, [B, Hkv, group, Tq, Tk], in f32 for half types. */
  private Node grouped(Node q, Node k) {
    long batch = q.aval().shape().dim(0);
    long group = s.heads() / s.keyHeads();
    Node rows =
        Movements.reshape(
            Build.promote(q, type, "q"), batch, s.keyHeads(), group, s.queries(), s.dim());
    Node columns = Movements.swapLast(Movements.expandDims(Build.promote(k, type, "k"), 2));
    Node scores = Build.matmul(Build.mul(rows, Build.scalar(rows, scale)), columns);
    return softmax(Build.promote(scores, Promotion.computed(type), "scores"));
  }

  private Node softmax(Node scores) {
    Node masked = Build.scalar(scores, Double.NEGATIVE_INFINITY);
    Node x = scores;
    if (mask != null && mask.aval().dtype() != DType.BOOL) {
      x = Build.add(x, bias(scores.aval().dtype()));
    }
    Node visible = visible();
    if (visible != null) {
      x = Build.where(visible, x, masked);
    }
    Node max = Build.reduce(Reduction.MAX, x, true, -1);
    Node zero = Build.scalar(max, 0.0);
    // A row without keys has the maximum -infinity, which must not be subtracted from itself.
    Node start = Build.where(Build.binary(Binary.EQ, max, masked), zero, max);
    Node e = Build.unary(Unary.EXP, Build.sub(x, start));
    Node sum = Build.reduce(Reduction.SUM, e, true, -1);
    Node one = Build.scalar(sum, 1.0);
    Node nonzero = Build.where(Build.binary(Binary.EQ, sum, zero), one, sum);
    return Build.div(e, nonzero);
  }

  /** The additive mask in the type of the scores; finite values stay finite. */
  private Node bias(DType to) {
    Node x = grouping(java.util.Objects.requireNonNull(mask));
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
    Node byMask = null;
    if (mask != null) {
      Node m = grouping(mask);
      byMask =
          m.aval().dtype() == DType.BOOL
              ? m
              : Build.binary(Binary.NE, m, Build.scalar(m, Double.NEGATIVE_INFINITY));
    }
    if (causal == Causal.NONE) {
      return byMask;
    }
    long shift = causal == Causal.LOWER_RIGHT ? s.keys() - s.queries() : 0;
    Node t = Build.arange(DType.I64, shift, shift + s.queries(), 1);
    Node j = Build.arange(DType.I64, 0, s.keys(), 1);
    Node byPosition = Build.binary(Binary.GE, Movements.expandDims(t, 1), j);
    return byMask == null ? byPosition : Build.binary(Binary.LOGICAL_AND, byMask, byPosition);
  }

  /** Splits a mask's head dimension into key heads and group. */
  private Node grouping(Node m) {
    Shape shape = m.aval().shape();
    if (shape.rank() < 3) {
      return m;
    }
    long batch = shape.rank() == 4 ? shape.dim(0) : 1;
    boolean all = shape.dim(-3) == 1;
    return Movements.reshape(
        m,
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
  private Node select(Node w, Node values) {
    Node zero = Build.scalar(values, 0.0);
    // x - x is 0 for a number and NaN for an infinity or NaN.
    Node finite = Build.binary(Binary.EQ, Build.sub(values, values), zero);
    Node product = Build.matmul(w, Build.where(finite, values, zero));
    Node visible = java.util.Objects.requireNonNull(visible());
    Node seen =
        Build.matmul(
            Build.promote(Movements.broadcastTo(visible, w.aval().shape()), DType.F32, "visible"),
            Build.promote(Build.unary(Unary.LOGICAL_NOT, finite), DType.F32, "not finite"));
    Node nan = Build.scalar(product, Double.NaN);
    Node clean = Build.binary(Binary.EQ, seen, Build.scalar(seen, 0.0));
    return Build.where(clean, product, nan);
  }
}
