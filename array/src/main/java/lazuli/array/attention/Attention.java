package lazuli.array.attention;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.attention.term.Kind;
import lazuli.array.attention.term.Term;
import lazuli.array.attention.term.TermOp;
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
 * attended makes its result NaN or infinite. An additive mask value of -infinity masks. The order
 * is scale, score change, additive mask, then what is hidden.
 *
 * @param scale what scores are multiplied by
 * @param causal which keys a query sees by position
 * @param visible what else hides keys, on operand tables, or null
 * @param score how scores are changed, on operand tables, or null
 * @param extras the operands besides q, k and v
 * @param state whether the result is [B, Hq, Tq, Dv + 1] in f32 (f64 for f64), whose last column is
 *     the log-sum-exp of the scores
 * @param words the masks and score changes in words; empty when there are none
 * @param forced the kernel that must run, or null
 * @param fused whether a fused kernel must run
 * @param tile the tile that the kernel must use, or null
 */
public record Attention(
    double scale,
    Causal causal,
    @Nullable Term visible,
    @Nullable Term score,
    Extras extras,
    boolean state,
    String words,
    @Nullable String forced,
    boolean fused,
    @Nullable Tile tile)
    implements Composite {

  /**
   * {@return an attention without expressions}
   *
   * @param scale what scores are multiplied by
   * @param causal which keys a query sees by position
   * @param masked whether there is a mask array
   */
  public static Attention plain(double scale, Causal causal, boolean masked) {
    Extras extras = new Extras(masked, false, false, false, false, KvFormat.PLAIN, 0);
    return new Attention(scale, causal, null, null, extras, false, "", null, false, null);
  }

  /**
   * {@return what it has beyond scale, causal limit and mask array, in words; empty for nothing} A
   * kernel that knows only these must refuse the rest.
   */
  public String beyondPlain() {
    List<String> all = new ArrayList<>();
    if (visible != null || score != null) {
      all.add(words);
    }
    List<String> names = extras.names();
    all.addAll(names.subList(extras.mask() ? 4 : 3, names.size()));
    if (state) {
      all.add("log-sum-exp");
    }
    if (tile != null) {
      all.add("tile " + tile);
    }
    return String.join(", ", all);
  }

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
    return of("sdpa", false, q, k, v, options);
  }

  /**
   * {@return the graph node of one attention with its log-sum-exp in a last column} Computes
   * nothing.
   *
   * @param q [B, Hq, Tq, D]
   * @param k [B, Hkv, Tk, D]
   * @param v [B, Hkv, Tk, Dv]
   * @param options each at most once
   * @throws ArrayException if shapes, types or options do not fit
   */
  public static Node state(Node q, Node k, Node v, AttentionOption... options) {
    return of("attention", true, q, k, v, options);
  }

  private static Node of(
      String name, boolean state, Node q, Node k, Node v, AttentionOption... options) {
    AttentionOptions all = AttentionOptions.of(name, options);
    KvFormat format = all.format();
    Aval qa = q.aval();
    Extras lie = new Extras(false, false, false, false, false, format, 0);
    Node pages = all.pages();
    Aval table = pages == null ? null : Modification.pages(name, pages).aval();
    Aval ka = lie.meant(k.aval(), table);
    Aval va = lie.meant(v.aval(), table);
    AttentionShape shape = AttentionShape.check(name, qa, ka, va);
    DType type = type(List.of(qa, ka, va), format);
    floating(name, type, "q " + qa + ", k " + ka + ", v " + va, "v");
    List<Node> inputs = new ArrayList<>();
    inputs.add(lifted(q, type, "q"));
    inputs.add(format == KvFormat.PLAIN ? lifted(k, type, "k") : k);
    inputs.add(format == KvFormat.PLAIN ? lifted(v, type, "v") : v);
    Modification m = Modification.of(name, all, shape, inputs);
    Attention op =
        new Attention(
            scale(all, shape),
            m.causal(),
            m.visible(),
            m.score(),
            m.extras(),
            state,
            m.label(),
            all.kernel(),
            all.fused(),
            all.tile());
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
    if (all.kernel() != null || all.fused()) {
      throw new ArrayException(
          "attentionWeights was given "
              + (all.fused() ? "require(FUSED)" : "kernel(\"" + all.kernel() + "\")"),
          "scale(x), masks, score changes, sinks(z), keyStarts(s), keyLengths(n)",
          "remove it: weights are computed by core operations");
    }
    Aval qa = q.aval();
    Aval ka = k.aval();
    AttentionShape shape = AttentionShape.check("attentionWeights", qa, ka, null);
    DType type = Promotion.of(qa.dtype(), ka.dtype());
    floating("attentionWeights", type, "q " + qa + ", k " + ka, "k");
    List<Node> inputs = new ArrayList<>(List.of(q, k, k));
    Modification m = Modification.of("attentionWeights", all, shape, inputs);
    return new PlainAttention(shape, type, scale(all, shape), m, inputs).weights(q, k);
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

  /** {@return whether there is a mask array} */
  public boolean masked() {
    return extras.mask();
  }

  @Override
  public String label() {
    return state ? "attention" : "sdpa";
  }

  @Override
  public List<String> operands() {
    return extras.names();
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    AttentionShape s = shape(inputs);
    DType type = type(inputs, extras.format());
    return new Aval(
        Shape.of(s.batch(), s.heads(), s.queries(), s.valueDim() + (state ? 1 : 0)),
        state && type != DType.F64 ? DType.F32 : type,
        inputs.getFirst().device());
  }

  /**
   * {@return the promotion of q, k and v; the type of q where those are codes}
   *
   * @param inputs q, k, v and perhaps more
   * @param format how k and v lie in memory
   */
  public static DType type(List<Aval> inputs, KvFormat format) {
    DType q = inputs.get(0).dtype();
    return format == KvFormat.PLAIN
        ? Promotion.of(Promotion.of(q, inputs.get(1).dtype()), inputs.get(2).dtype())
        : q;
  }

  /**
   * {@return the sizes}
   *
   * @param inputs what is known of the operands
   */
  public AttentionShape shape(List<Aval> inputs) {
    return AttentionShape.of(inputs, extras);
  }

  /**
   * {@return the tiles of masks and causal limit together, or null when only positions hide keys}
   *
   * @param s the sizes
   * @param tile queries and keys of a tile
   */
  public @Nullable BlockMask tiles(AttentionShape s, int tile) {
    Term all = visible;
    if (all == null) {
      return null;
    }
    if (causal != Causal.NONE) {
      all = Term.of(TermOp.AND, Kind.CONDITION, Mask.causal(causal).visible(), all);
    }
    return BlockMask.of(all, s.queries(), s.keys(), tile);
  }

  @Override
  public Work work(List<Aval> inputs, Aval output) {
    AttentionShape s = shape(inputs);
    BlockMask tiles = tiles(s, 64);
    double seen = tiles == null ? causal.pairs(s.queries(), s.keys()) : tiles.pairs();
    double pairs = s.batch() * s.heads() * seen;
    double bytes = output.bytes();
    for (Aval in : inputs) {
      bytes += in.bytes();
    }
    return Work.of(2 * pairs * (s.dim() + s.valueDim()), bytes);
  }

  /** The same in core operations. */
  PlainAttention plain(List<Node> inputs) {
    List<Aval> avals = new ArrayList<>();
    for (Node in : inputs) {
      avals.add(in.aval());
    }
    Modification m = new Modification(causal, visible, score, extras, words);
    return new PlainAttention(shape(avals), type(avals, extras.format()), scale, m, inputs);
  }

  @Override
  public @Nullable Node gradient(int operand, List<Node> inputs, Node output, Node d) {
    return AttentionGradient.of(this, operand, inputs, output, d);
  }

  @Override
  public Node define(List<Node> inputs) {
    PlainAttention plain = plain(inputs);
    return state
        ? plain.state(inputs.get(0), plain.keys(), plain.values())
        : plain.attend(inputs.get(0), plain.keys(), plain.values());
  }
}
