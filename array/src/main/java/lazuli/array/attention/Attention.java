package lazuli.array.attention;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.op.Aval;
import lazuli.array.op.Build;
import lazuli.array.op.Composite;
import lazuli.array.op.Node;
import lazuli.array.profile.Work;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Promotion;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Scaled dot-product attention: softmax(scale q kᵀ + mask) v.
 *
 * <p>One rule on every path. The result's dtype is the promotion of q, k and v; a mask never
 * changes it. A query that sees no key gives exactly 0. A masked position is never read into the
 * sum, so that a NaN or stale value there cannot leak; a NaN or infinity at a position that is
 * attended makes its result NaN or infinite. An additive mask value of -infinity masks.
 *
 * @param scale what scores are multiplied by
 * @param causal which keys a query sees by position
 * @param masked whether there is a fourth operand, the mask
 * @param forced the kernel that must run, or null
 */
public record Attention(double scale, Causal causal, boolean masked, @Nullable String forced)
    implements Composite {

  /**
   * {@return the graph node of one attention} Computes nothing.
   *
   * @param q [B, Hq, Tq, D]
   * @param k [B, Hkv, Tk, D]
   * @param v [B, Hkv, Tk, Dv]
   * @param options each at most once
   * @throws ArrayException if shapes, types or options do not fit; nothing was computed then
   */
  public static Node of(Node q, Node k, Node v, AttentionOption... options) {
    AttentionOptions all = AttentionOptions.of("sdpa", options);
    Aval qa = q.aval();
    Aval ka = k.aval();
    Aval va = v.aval();
    AttentionShape shape = AttentionShape.check("sdpa", qa, ka, va);
    DType type = Promotion.of(Promotion.of(qa.dtype(), ka.dtype()), va.dtype());
    floating("sdpa", type, "q " + qa + ", k " + ka + ", v " + va, "v");
    List<Node> inputs = new ArrayList<>();
    inputs.add(lifted(q, type, "q"));
    inputs.add(lifted(k, type, "k"));
    inputs.add(lifted(v, type, "v"));
    Node mask = all.mask();
    if (mask != null) {
      MaskRules.check("sdpa", mask.aval(), shape);
      inputs.add(mask);
    }
    Attention op = new Attention(scale(all, shape), all.causal(), mask != null, all.kernel());
    return Build.composite(op, inputs.toArray(new Node[0]));
  }

  /**
   * {@return the attention weights [B, Hq, Tq, Tk]}, in the promoted dtype of q and k: the softmax
   * of the scores. Computes nothing by itself, but its evaluation writes all B Hq Tq Tk numbers,
   * which {@code sdpa} never does.
   *
   * @param q [B, Hq, Tq, D]
   * @param k [B, Hkv, Tk, D]
   * @param options as for {@code sdpa}, without a forced kernel
   * @throws ArrayException if shapes, types or options do not fit
   */
  public static Node weights(Node q, Node k, AttentionOption... options) {
    AttentionOptions all = AttentionOptions.of("attentionWeights", options);
    if (all.kernel() != null) {
      throw new ArrayException(
          "attentionWeights was given kernel(\"" + all.kernel() + "\")",
          "scale(x), causal(), causalTopLeft(), mask(m)",
          "remove kernel(...): weights are computed by core operations");
    }
    Aval qa = q.aval();
    Aval ka = k.aval();
    AttentionShape shape = AttentionShape.check("attentionWeights", qa, ka, null);
    DType type = Promotion.of(qa.dtype(), ka.dtype());
    floating("attentionWeights", type, "q " + qa + ", k " + ka, "k");
    Node mask = all.mask();
    if (mask != null) {
      MaskRules.check("attentionWeights", mask.aval(), shape);
    }
    return new PlainAttention(shape, type, scale(all, shape), all.causal(), mask).weights(q, k);
  }

  private static double scale(AttentionOptions options, AttentionShape shape) {
    Double given = options.scale();
    return given != null ? given : 1 / Math.sqrt(Math.max(1, shape.dim()));
  }

  private static void floating(String op, DType type, String given, String last) {
    if (!type.isFloat()) {
      throw new ArrayException(
          op + " was given " + given,
          "a floating type in at least one of q to " + last + ": f16, bf16, f32 or f64",
          "convert one operand, such as q.astype(F32)");
    }
  }

  /** Integers are converted before any kernel; floating types inside it. */
  private static Node lifted(Node x, DType type, String name) {
    return x.aval().dtype().isFloat() ? x : Build.promote(x, type, name);
  }

  @Override
  public String label() {
    return "sdpa";
  }

  @Override
  public List<String> operands() {
    return masked ? List.of("q", "k", "v", "mask") : List.of("q", "k", "v");
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    AttentionShape s = AttentionShape.of(inputs);
    return new Aval(
        Shape.of(s.batch(), s.heads(), s.queries(), s.valueDim()),
        type(inputs),
        inputs.getFirst().device());
  }

  /**
   * {@return the promotion of q, k and v}
   *
   * @param inputs q, k, v and perhaps a mask
   */
  public static DType type(List<Aval> inputs) {
    return Promotion.of(
        Promotion.of(inputs.get(0).dtype(), inputs.get(1).dtype()), inputs.get(2).dtype());
  }

  @Override
  public Work work(List<Aval> inputs, Aval output) {
    AttentionShape s = AttentionShape.of(inputs);
    double pairs = s.batch() * s.heads() * causal.pairs(s.queries(), s.keys());
    double bytes = output.bytes();
    for (Aval in : inputs) {
      bytes += in.bytes();
    }
    return Work.of(2 * pairs * (s.dim() + s.valueDim()), bytes);
  }

  @Override
  public Node define(List<Node> inputs) {
    List<Aval> avals = new ArrayList<>();
    for (Node in : inputs) {
      avals.add(in.aval());
    }
    return new PlainAttention(
            AttentionShape.of(avals), type(avals), scale, causal, masked ? inputs.get(3) : null)
        .attend(inputs.get(0), inputs.get(1), inputs.get(2));
  }
}
