package lazuli.magics.show;

import lazuli.array.Array;
import lazuli.array.AttentionResult;
import lazuli.array.KvCache;
import lazuli.array.attention.AttentionOption;
import lazuli.array.attention.BlockMask;
import lazuli.array.attention.Mask;
import lazuli.array.attention.TileTrace;
import lazuli.array.type.DType;

/**
 * Attention shown in a cell: {@code Show.mask(causal().and(window(64)), 256, 256)}. Each view is a
 * picture with words, a table, and the table's data; none needs a script or a trusted notebook.
 */
public final class Show {
  private static final int TILE = 64;

  private Show() {}

  /**
   * {@return a mask with tiles of 64 x 64 over it: full, partial and empty ones counted} Up to 2^18
   * positions of the first batch and head are looked at; of larger masks the tiles come from the
   * bounds of the expression.
   *
   * @param mask the mask
   * @param queries Tq
   * @param keys Tk
   */
  public static View mask(Mask mask, long queries, long keys) {
    return MaskView.of(mask, queries, keys, TILE, TILE);
  }

  /**
   * {@return the same with other tiles}
   *
   * @param mask the mask
   * @param queries Tq
   * @param keys Tk
   * @param tileQueries queries of a tile
   * @param tileKeys keys of a tile
   */
  public static View mask(Mask mask, long queries, long keys, int tileQueries, int tileKeys) {
    return MaskView.of(mask, queries, keys, tileQueries, tileKeys);
  }

  /**
   * {@return the tiles of a mask}
   *
   * @param tiles from {@code blockMask(...)}
   */
  public static View mask(BlockMask tiles) {
    return MaskView.of("mask", tiles);
  }

  /**
   * {@return the weights of one head of the first batch, and what each query looks at most;
   * computes them}
   *
   * @param result from {@code attention(q, k, v, ...)}
   * @param head the query head
   * @param tokens one for each key, or none
   */
  public static View weights(AttentionResult result, long head, String... tokens) {
    return WeightsView.of(result, head, tokens);
  }

  /**
   * {@return all heads of the first batch, the most certain first; computes their weights}
   *
   * @param result from {@code attention(q, k, v, ...)}
   * @param tokens one for each key, or none
   */
  public static View heads(AttentionResult result, String... tokens) {
    return HeadsView.of(result, tokens);
  }

  /**
   * {@return the online softmax of one query, step by step: scores, running maximum, factor, sum
   * and results, as the tiled kernel computed them}
   *
   * @param trace from {@code attention(q, k, v, ...).trace(head, query)}
   */
  public static View steps(TileTrace trace) {
    return StepsView.of(trace);
  }

  /**
   * {@return the tiles of a traced run: in which order, by which thread, with how many bytes at
   * once}
   *
   * @param trace from {@code attention(q, k, v, ...).trace(head, query)}
   */
  public static View tiles(TileTrace trace) {
    return TilesView.of(trace);
  }

  /**
   * {@return the bytes that each kernel would move, by tensor; computes q, k and v, attends
   * nothing}
   *
   * @param q queries, [B, Hq, Tq, D]
   * @param k keys, [B, Hkv, Tk, D]
   * @param v values, [B, Hkv, Tk, Dv]
   * @param options as for {@code sdpa}
   */
  public static View traffic(Array q, Array k, Array v, AttentionOption... options) {
    return TrafficView.of(q, k, v, options);
  }

  /**
   * {@return where the tokens of a cache lie, and what its memory costs}
   *
   * @param cache any
   */
  public static View cache(KvCache cache) {
    return CacheView.of(cache);
  }

  /**
   * {@return how a cache grows with its tokens: bytes for multi-head, grouped and multi-query
   * attention and for codes, and what appending copies}
   *
   * @param tokens the most tokens
   * @param heads Hq
   * @param keyHeads Hkv
   * @param dim D, and Dv
   * @param dtype f32, f16 or bf16
   */
  public static View growth(int tokens, int heads, int keyHeads, int dim, DType dtype) {
    return GrowthView.of(tokens, heads, keyHeads, dim, dtype);
  }

  /**
   * {@return the errors of each kernel against float64, in f32, f16 and bf16, and of each head and
   * query; computes them}
   *
   * @param q queries, [B, Hq, Tq, D]
   * @param k keys, [B, Hkv, Tk, D]
   * @param v values, [B, Hkv, Tk, Dv]
   * @param options as for {@code sdpa}
   */
  public static View numerics(Array q, Array k, Array v, AttentionOption... options) {
    return NumericsView.of(q, k, v, options);
  }
}
