package lazuli.array;

import lazuli.array.attention.Attention;
import lazuli.array.attention.AttentionOption;
import lazuli.array.attention.BlockMask;
import lazuli.array.attention.Causal;
import lazuli.array.attention.Condition;
import lazuli.array.attention.Mask;
import lazuli.array.attention.MaskFunction;
import lazuli.array.attention.Masks;
import lazuli.array.attention.Requirement;
import lazuli.array.attention.Score;
import lazuli.array.attention.ScoreFunction;
import lazuli.array.attention.Symbol;
import lazuli.array.attention.Tile;
import lazuli.array.attention.Value;

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
   * <p>What hides keys and what changes scores are expressions: {@code causal().and(window(256))},
   * {@code alibi(slopes)}, or a Java function of symbolic indices. The order is scale, score
   * change, additive mask, then what is hidden. Tiles that see nothing are skipped; those that see
   * all are not asked again.
   *
   * @param q queries, [B, Hq, Tq, D]
   * @param k keys, [B, Hkv, Tk, D]
   * @param v values, [B, Hkv, Tk, Dv]
   * @param options {@link #scale}, a {@link Mask} such as {@link #causal}, a {@link Score} such as
   *     {@link #softCap}, {@link #mask(Array)}, {@link #sinks}, {@link #keyLengths}, {@link
   *     #keyStarts}, {@link #kernel}, {@link #require}; each at most once
   * @throws lazuli.array.type.ArrayException if shapes, types or options do not fit
   */
  public static Array sdpa(Array q, Array k, Array v, AttentionOption... options) {
    return new Array(Attention.of(q.node(), k.node(), v.node(), options));
  }

  /**
   * {@return the same attention with its log-sum-exp, and what else may be asked about it}
   *
   * @param q queries, [B, Hq, Tq, D]
   * @param k keys, [B, Hkv, Tk, D]
   * @param v values, [B, Hkv, Tk, Dv]
   * @param options as for {@link #sdpa}
   * @throws lazuli.array.type.ArrayException if shapes, types or options do not fit
   */
  public static AttentionResult attention(Array q, Array k, Array v, AttentionOption... options) {
    return new AttentionResult(q, k, v, options);
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
   * {@return the mask under which the last query sees the last key, the one before it all but the
   * last, and so on} With more queries than keys the first queries see none and give 0.
   */
  public static Mask causal() {
    return Masks.causal(Causal.LOWER_RIGHT);
  }

  /**
   * {@return the mask under which the first query sees the first key only, the second the first
   * two, and so on} This is what PyTorch's {@code is_causal} means.
   */
  public static Mask causalTopLeft() {
    return Masks.causal(Causal.TOP_LEFT);
  }

  /**
   * {@return the mask under which a query sees its own position and {@code size - 1} before it, and
   * all after it: together with {@link #causal} a sliding window} The last query stands beside the
   * last key.
   *
   * @param size positions, 1 or more
   */
  public static Mask window(long size) {
    return Masks.window(size);
  }

  /**
   * {@return the mask under which a query sees {@code left} positions before its own to {@code
   * right} after it} The last query stands beside the last key.
   *
   * @param left positions, 0 or more
   * @param right positions, 0 or more
   */
  public static Mask window(long left, long right) {
    return Masks.window(left, right);
  }

  /**
   * {@return the mask under which every query sees the first keys} For a prefix language model:
   * {@code causal().or(prefix(n))}.
   *
   * @param size how many keys
   */
  public static Mask prefix(long size) {
    return Masks.prefix(size);
  }

  /**
   * {@return the mask under which a query sees every {@code step}-th position, its own among them}
   *
   * @param step the distance, 1 or more
   */
  public static Mask dilated(long step) {
    return Masks.dilated(step);
  }

  /**
   * {@return the mask under which the first positions see all keys and are seen by all queries}
   *
   * @param size how many positions
   */
  public static Mask global(long size) {
    return Masks.global(size);
  }

  /**
   * {@return the mask under which the first positions see and are seen by all, and others see up to
   * {@code reach} positions before and after their own}
   *
   * @param size how many global positions
   * @param reach positions to each side
   */
  public static Mask globalPlusLocal(long size, long reach) {
    return Masks.global(size).or(Masks.window(reach, reach));
  }

  /**
   * {@return the mask under which a query sees a square of keys around its own place in a picture;
   * at the borders the square is moved inside} Positions count the picture's rows, from left to
   * right (neighbourhood attention, Hassani et al., 2023).
   *
   * @param height rows of the picture
   * @param width columns of the picture
   * @param kernel the square's side, odd and no larger than the picture
   */
  public static Mask neighbourhood(long height, long width, long kernel) {
    return Masks.neighbourhood(height, width, kernel);
  }

  /**
   * {@return the mask under which a query sees the keys of its own document} Documents lie one
   * after the other in one sequence; the last query stands beside the last key.
   *
   * @param ids the document of each key, [Tk], or [B, Tk] when batches differ
   * @throws lazuli.array.type.ArrayException if ids has another number of dimensions
   */
  public static Mask documents(Array ids) {
    return Masks.documents(ids.node());
  }

  /**
   * {@return the mask under which a query sees a prefix that all documents share, and its own
   * document}
   *
   * @param size keys of the prefix
   * @param ids the document of each key, [Tk] or [B, Tk]
   */
  public static Mask sharedPrefix(long size, Array ids) {
    return Masks.prefix(size).or(documents(ids));
  }

  /**
   * {@return the mask of a Java function on symbolic indices, which runs once, now} For example
   * {@code mask((b, h, q, k) -> q.aligned().sub(k).mod(3).eq(0))}.
   *
   * @param function the condition under which a query sees a key
   */
  public static Mask mask(MaskFunction function) {
    return Mask.of(function);
  }

  /**
   * {@return the change of scores that a Java function makes, which runs once, now} For example
   * {@code score((s, b, h, q, k) -> s.sub(q.aligned().sub(k).mul(0.1)))}.
   *
   * @param function the new score
   */
  public static Score score(ScoreFunction function) {
    return Score.of(function);
  }

  /**
   * {@return scores that never pass a limit in size: limit tanh(score / limit)}
   *
   * @param limit a finite number above 0
   */
  public static Score softCap(double limit) {
    return Masks.softCap(limit);
  }

  /**
   * {@return scores minus the distance of query and key times the head's slope} (Press et al.,
   * 2022). The last query stands beside the last key.
   *
   * @param slopes [Hq], floating
   * @throws lazuli.array.type.ArrayException if slopes has another number of dimensions
   */
  public static Score alibi(Array slopes) {
    return Masks.alibi(slopes.node());
  }

  /**
   * {@return the slopes that ALiBi prescribes, [heads]: a geometric sequence from 2^(-8 / heads)
   * down to 2^-8, for numbers of heads that are no power of two filled up from the next one}
   *
   * @param heads how many, 1 or more
   */
  public static Array alibiSlopes(int heads) {
    return Lazuli.array(Masks.slopes(heads));
  }

  /**
   * {@return the option of one more logit for each head, in the softmax's denominator only: it
   * takes weight and gives no value}
   *
   * @param logits [Hq], floating
   */
  public static AttentionOption sinks(Array logits) {
    return new AttentionOption.Sinks(logits.node());
  }

  /**
   * {@return the option of the first key slot of each batch: slots before it are never read, and
   * positions count from it} For sequences that are padded on the left.
   *
   * @param starts [B], or [1] for all, integers
   */
  public static AttentionOption keyStarts(Array starts) {
    return new AttentionOption.KeyStarts(starts.node());
  }

  /**
   * {@return the option of the end of each batch's keys: slots from it on are never read, and
   * {@link #causal} puts the last query beside the last key before it} For caches and for sequences
   * that are padded on the right.
   *
   * @param lengths [B], or [1] for all, integers
   */
  public static AttentionOption keyLengths(Array lengths) {
    return new AttentionOption.KeyLengths(lengths.node());
  }

  /**
   * {@return in a mask or score function, an element of an array as a number}
   *
   * @param table the array
   * @param index a place, one symbol for each dimension
   */
  public static Value valueAt(Array table, Symbol... index) {
    return Masks.value(table.node(), index);
  }

  /**
   * {@return in a mask or score function, an element of an array of integers}
   *
   * @param table the array
   * @param index a place, one symbol for each dimension
   */
  public static Symbol indexAt(Array table, Symbol... index) {
    return Masks.index(table.node(), index);
  }

  /**
   * {@return in a mask or score function, whether an element of an array is true}
   *
   * @param table the array, bool
   * @param index a place, one symbol for each dimension
   */
  public static Condition conditionAt(Array table, Symbol... index) {
    return Masks.condition(table.node(), index);
  }

  /**
   * {@return the option of a mask that is an array}
   *
   * @param mask broadcastable to [B, Hq, Tq, Tk]: bool (true attends) or any floating type (added
   *     to the scores; -infinity masks). It never changes the result's dtype, and may be combined
   *     with {@link #causal} and other masks: a key must pass both.
   */
  public static AttentionOption mask(Array mask) {
    return new AttentionOption.MaskArray(mask.node());
  }

  /**
   * {@return the option of the tile that the processor's kernel must use} Kernels that cannot are
   * refused; add {@code require(FUSED)} to make it an error when none can. Without it, the tile is
   * the one that was tuned on this machine ({@code %sdpa tune}), or the default.
   *
   * @param queries query rows that share a tile of keys: 64 to 512 in steps of 64; 1 for {@code
   *     split}
   * @param keys keys of a tile: 32, 64, 128, 256 or 512; for {@code split} 32 to 65536 in steps of
   *     32
   */
  public static AttentionOption tile(int queries, int keys) {
    return new AttentionOption.Tiles(new Tile(queries, keys));
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

  /**
   * {@return the option that the kernel must have a property; evaluation fails with every kernel's
   * reason when none has it}
   *
   * @param what the property, such as {@link Lazuli#FUSED}
   */
  public static AttentionOption require(Requirement what) {
    return new AttentionOption.Require(what);
  }

  /**
   * {@return the tiles of a mask: seen whole, mixed, or skipped} Found from the expression, without
   * writing the mask out.
   *
   * @param mask the mask
   * @param queries Tq
   * @param keys Tk
   */
  public static BlockMask blockMask(Mask mask, long queries, long keys) {
    return BlockMask.of(mask, queries, keys, 64, 64);
  }
}
