package lazuli.array.attention;

import java.util.List;
import java.util.Locale;
import lazuli.array.profile.Dispatch;

/**
 * What the tiled kernel did: the steps of the online softmax of one query, and the tiles of all
 * queries in the order in which they were computed. Taken by the kernel itself while it ran, not
 * computed again.
 *
 * @param shape the sizes of the attention
 * @param batch the batch that was watched
 * @param head the query head that was watched
 * @param query the query that was watched
 * @param tileKeys keys of a tile in this run
 * @param usualTileKeys keys of a tile when nothing is traced
 * @param frames the tiles that the query met, in order; none when it sees no key
 * @param visits the tiles of all queries, in order of their start; at most {@link #MOST_VISITS}
 * @param out the query's result, in f32, as the kernel wrote it
 * @param logSumExp the logarithm of the sum of exp(score), -infinity when it sees no key
 * @param dispatch which kernel ran and why
 */
public record TileTrace(
    AttentionShape shape,
    long batch,
    long head,
    long query,
    int tileKeys,
    int usualTileKeys,
    List<Frame> frames,
    List<Visit> visits,
    float[] out,
    double logSumExp,
    Dispatch dispatch) {
  /** How many visits are kept. */
  public static final int MOST_VISITS = 1 << 16;

  /** Copies everything. */
  public TileTrace {
    frames = List.copyOf(frames);
    visits = List.copyOf(visits);
    out = out.clone();
  }

  /** {@return a copy of the result, [Dv]} */
  @Override
  public float[] out() {
    return out.clone();
  }

  /**
   * One tile of keys and the watched query.
   *
   * @param from the first key
   * @param to after the last key
   * @param seen whether the query sees each key
   * @param scores of each key: scaled, changed, with its additive mask; NaN where it is not seen
   * @param weights exp(score - max) of each key; 0 where it is not seen
   * @param factor what earlier sums and results were multiplied by; 0 in the first frame
   * @param max the largest score so far; -infinity when none was seen
   * @param sum the sum of weights so far, relative to max
   * @param accumulated the sum of weighted values so far, relative to max, [Dv]
   */
  public record Frame(
      int from,
      int to,
      boolean[] seen,
      float[] scores,
      float[] weights,
      float factor,
      float max,
      float sum,
      float[] accumulated) {
    /** Copies the arrays. */
    public Frame {
      seen = seen.clone();
      scores = scores.clone();
      weights = weights.clone();
      accumulated = accumulated.clone();
    }

    /** {@return a copy, one for each key} */
    @Override
    public boolean[] seen() {
      return seen.clone();
    }

    /** {@return a copy, one for each key} */
    @Override
    public float[] scores() {
      return scores.clone();
    }

    /** {@return a copy, one for each key} */
    @Override
    public float[] weights() {
      return weights.clone();
    }

    /** {@return a copy, [Dv]} */
    @Override
    public float[] accumulated() {
      return accumulated.clone();
    }
  }

  /**
   * A block of query rows and a tile of keys, computed once.
   *
   * @param batch the batch
   * @param keyHead the key head
   * @param firstRow the first query row, counted over the query heads of the key head
   * @param rows query rows
   * @param from the first key of the tile
   * @param to after its last key
   * @param start when it began, in nanoseconds after the first
   * @param nanos how long it took, watching included
   * @param thread which thread did it, counted from 0 in the order of their first visit
   */
  public record Visit(
      int batch,
      int keyHead,
      int firstRow,
      int rows,
      int from,
      int to,
      long start,
      long nanos,
      int thread) {}

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append("query ").append(query).append(" of head ").append(head);
    text.append(" in tiles of ").append(tileKeys).append(" keys");
    for (Frame f : frames) {
      text.append(
          String.format(
              Locale.ROOT,
              "%nkeys %d-%d  m %.6g  factor %.4g  l %.6g",
              f.from(),
              f.to() - 1,
              f.max(),
              f.factor(),
              f.sum()));
    }
    return text.toString();
  }
}
