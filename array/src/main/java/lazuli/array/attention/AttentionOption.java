package lazuli.array.attention;

import lazuli.array.op.Node;

/**
 * One option of {@code sdpa}. Each may be given once; together they are checked by {@link
 * AttentionOptions#of}.
 */
public sealed interface AttentionOption {
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
  record Mask(Node values) implements AttentionOption {}

  /**
   * The kernel that must run.
   *
   * @param name {@code reference}, {@code naive}, {@code flash} or {@code split}
   */
  record ForcedKernel(String name) implements AttentionOption {}
}
