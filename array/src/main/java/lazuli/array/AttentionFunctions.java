package lazuli.array;

import lazuli.array.attention.Attention;
import lazuli.array.attention.AttentionOption;
import lazuli.array.attention.Causal;

/** Attention and its options; {@link Lazuli} inherits them. None computes. */
public abstract sealed class AttentionFunctions extends FileFunctions permits IndexFunctions {
  AttentionFunctions() {}

  /**
   * {@return scaled dot-product attention, softmax(scale q kᵀ + mask) v, [B, Hq, Tq, Dv]}
   *
   * <p>Hq must be a multiple of Hkv: consecutive query heads share a key head, which is not copied.
   * A batch of 1 repeats. The dtype is the promotion of q, k and v; types may be mixed and are
   * converted inside the kernel, half types compute in f32 and round once. A query that sees no key
   * gives exactly 0. Masked positions are never read into the sum: NaN there cannot leak; a NaN or
   * infinity at an attended position makes its result NaN or infinite. The result's {@link
   * Array#dispatch} names the kernel that ran and why the others did not. Scratch memory does not
   * grow with Tq times Tk, except for the kernels {@code naive} and {@code reference}.
   *
   * @param q queries, [B, Hq, Tq, D]
   * @param k keys, [B, Hkv, Tk, D]
   * @param v values, [B, Hkv, Tk, Dv]
   * @param options {@link #scale}, {@link #causal} or {@link #causalTopLeft}, {@link #mask}, {@link
   *     #kernel}; each at most once
   * @throws lazuli.array.type.ArrayException if shapes, types or options do not fit
   */
  public static Array sdpa(Array q, Array k, Array v, AttentionOption... options) {
    return new Array(Attention.of(q.node(), k.node(), v.node(), options));
  }

  /**
   * {@return the attention weights, softmax(scale q kᵀ + mask), [B, Hq, Tq, Tk]} in the promoted
   * dtype of q and k
   *
   * <p>For looking at them: evaluation writes all B Hq Tq Tk numbers to memory, and several such
   * arrays on the way, which {@link #sdpa} never does.
   *
   * @param q queries, [B, Hq, Tq, D]
   * @param k keys, [B, Hkv, Tk, D]
   * @param options as for {@link #sdpa}, without {@link #kernel}
   * @throws lazuli.array.type.ArrayException if shapes, types or options do not fit
   */
  public static Array attentionWeights(Array q, Array k, AttentionOption... options) {
    return new Array(Attention.weights(q.node(), k.node(), options));
  }

  /**
   * {@return the option that scores are multiplied by this instead of 1 / sqrt(D)}
   *
   * @param value a finite number
   */
  public static AttentionOption scale(double value) {
    return new AttentionOption.Scale(value);
  }

  /**
   * {@return the option that the last query sees the last key, the one before it all but the last,
   * and so on} With more queries than keys the first queries see none and give 0.
   */
  public static AttentionOption causal() {
    return new AttentionOption.Position(Causal.LOWER_RIGHT);
  }

  /**
   * {@return the option that the first query sees the first key only, the second the first two, and
   * so on} This is what PyTorch's {@code is_causal} means.
   */
  public static AttentionOption causalTopLeft() {
    return new AttentionOption.Position(Causal.TOP_LEFT);
  }

  /**
   * {@return the option of a mask}
   *
   * @param mask broadcastable to [B, Hq, Tq, Tk]: bool (true attends) or any floating type (added
   *     to the scores; -infinity masks). It never changes the result's dtype, and may be combined
   *     with {@link #causal}.
   */
  public static AttentionOption mask(Array mask) {
    return new AttentionOption.Mask(mask.node());
  }

  /**
   * {@return the option that a kernel must run; evaluation fails with its reason if it cannot}
   *
   * @param name {@code reference} (float64), {@code naive} (unfused), {@code flash} (tiled), {@code
   *     split} (few queries)
   */
  public static AttentionOption kernel(String name) {
    return new AttentionOption.ForcedKernel(name);
  }
}
