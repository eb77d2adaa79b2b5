package lazuli.array.cpu.attention;

import lazuli.array.attention.AttentionShape;
import lazuli.array.attention.Causal;

/**
 * The sizes of one attention.
 *
 * @param batch B
 * @param heads Hq
 * @param keyHeads Hkv
 * @param queries Tq
 * @param keys Tk
 * @param dim D
 * @param valueDim Dv
 * @param scale what scores are multiplied by
 * @param causal which keys a query sees by position
 */
record Geometry(
    int batch,
    int heads,
    int keyHeads,
    int queries,
    int keys,
    int dim,
    int valueDim,
    double scale,
    Causal causal) {

  static Geometry of(AttentionShape s, double scale, Causal causal) {
    return new Geometry(
        (int) s.batch(),
        (int) s.heads(),
        (int) s.keyHeads(),
        (int) s.queries(),
        (int) s.keys(),
        (int) s.dim(),
        (int) s.valueDim(),
        scale,
        causal);
  }

  /** Query heads that share one key head. */
  int group() {
    return keyHeads == 0 ? 1 : heads / keyHeads;
  }

  /** Query rows that read the same keys: those of all heads of a group. */
  int rows() {
    return group() * queries;
  }

  /** How many of so many keys query t sees by position. */
  int visible(int t, int of) {
    return (int) causal.visible(t, queries, of);
  }

  /** Floating-point operations of the visible part. */
  double flops() {
    return 2.0 * batch * heads * causal.pairs(queries, keys) * (dim + valueDim);
  }
}
