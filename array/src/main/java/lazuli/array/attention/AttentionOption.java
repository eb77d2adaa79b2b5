package lazuli.array.attention;

import lazuli.array.op.Node;

/**
 * One option of {@code sdpa}. Each may be given once; together they are checked by {@link
 * AttentionOptions#of}.
 */
public sealed interface AttentionOption
    permits Mask,
        Score,
        AttentionOption.Scale,
        AttentionOption.Position,
        AttentionOption.MaskArray,
        AttentionOption.Sinks,
        AttentionOption.KeyStarts,
        AttentionOption.KeyLengths,
        AttentionOption.Codes,
        AttentionOption.Pages,
        AttentionOption.ForcedKernel,
        AttentionOption.Tiles,
        AttentionOption.Require {
  /**
   * What scores are multiplied by; 1 / sqrt(D) when not given.
   *
   * @param value a finite number
   */
  record Scale(double value) implements AttentionOption {}

  /**
   * Queries see only keys at or before their own position.
   *
   * @param alignment how positions of queries and keys correspond
   */
  record Position(Causal alignment) implements AttentionOption {}

  /**
   * A mask that broadcasts to [B, Hq, Tq, Tk]: bool (true attends) or any floating type (added to
   * the scores; -infinity masks). It never changes the result's dtype.
   *
   * @param values the mask
   */
  record MaskArray(Node values) implements AttentionOption {}

  /**
   * One more logit for each head, in the denominator only: it takes weight and gives no value.
   *
   * @param logits [Hq], floating
   */
  record Sinks(Node logits) implements AttentionOption {}

  /**
   * The first key of each batch; those before it are never read, and positions count from it.
   *
   * @param starts [B] or [1], integers
   */
  record KeyStarts(Node starts) implements AttentionOption {}

  /**
   * The end of each batch's keys; those from it on are never read.
   *
   * @param lengths [B] or [1], integers
   */
  record KeyLengths(Node lengths) implements AttentionOption {}

  /**
   * Keys and values lie in pages: k is [pages, Hkv, P, D], v is [pages, Hkv, P, Dv].
   *
   * @param table the pages of each batch in order, [B, M], integers; Tk is M P
   */
  record Pages(Node table) implements AttentionOption {}

  /**
   * Keys and values are codes.
   *
   * @param format what they stand for; not plain
   * @param keyScales [B, Hkv, Tk, D / group], floating
   * @param valueScales [B, Hkv, Tk, Dv / group], floating
   */
  record Codes(KvFormat format, Node keyScales, Node valueScales) implements AttentionOption {}

  /**
   * The kernel that must run.
   *
   * @param name {@code reference}, {@code naive}, {@code flash} or {@code split}
   */
  record ForcedKernel(String name) implements AttentionOption {}

  /**
   * The tile that the kernel must use; kernels that cannot are refused.
   *
   * @param size the tile
   */
  record Tiles(Tile size) implements AttentionOption {}

  /**
   * What the chosen kernel must be; evaluation fails with every kernel's reason if there is none.
   *
   * @param what the property
   */
  record Require(Requirement what) implements AttentionOption {}
}
