package lazuli.array.cpu.attention;

import java.util.List;
import lazuli.array.backend.View;
import lazuli.array.cpu.Species;
import org.jspecify.annotations.Nullable;

/**
 * How the keys of one decoding step are cut: every key head into splits, by shape only, so that
 * results do not depend on the number of threads.
 */
record SplitPlan(FlashPlan common, int splits, int keysPerSplit, float[] partials) {
  /** The most queries of a head that this formulation serves well. */
  static final int MOST_QUERIES = 8;

  private static final int TASKS = 64;
  private static final int LEAST_KEYS = 256;
  private static final int MOST_SCORES = 1 << 16;

  static SplitPlan of(Geometry g, Rules rules, List<View> inputs, View output, int per) {
    int splits = FlashPlan.ceil(g.keys(), per);
    int width = width(g);
    return new SplitPlan(
        FlashPlan.of(g, rules, inputs, output, 1),
        splits,
        per,
        new float[splits == 1 ? 0 : g.batch() * g.keyHeads() * splits * g.rows() * (width + 2)]);
  }

  Geometry geometry() {
    return common.geometry();
  }

  Operand q() {
    return common.q();
  }

  KeyRows k() {
    return common.k();
  }

  KeyRows v() {
    return common.v();
  }

  @Nullable Operand mask() {
    return common.mask();
  }

  /** Keys of one split: enough splits to share out, none so short that merging shows. */
  static int keysPerSplit(Geometry g) {
    int heads = Math.max(1, g.batch() * g.keyHeads());
    int wanted = FlashPlan.ceil(TASKS, heads);
    int per = Math.max(LEAST_KEYS, FlashPlan.ceil(g.keys(), wanted));
    int most = Math.max(LEAST_KEYS, MOST_SCORES / Math.max(1, g.rows()));
    return FlashPlan.ceil(Math.min(per, most), SplitTask.TILE) * SplitTask.TILE;
  }

  /** Dv rounded up to whole paired vectors. */
  static int width(Geometry g) {
    int pair = 2 * Species.LANES;
    return FlashPlan.ceil(g.valueDim(), pair) * pair;
  }

  int tasks() {
    return geometry().batch() * geometry().keyHeads() * splits;
  }

  /** Where the partial result of one row begins: sum of weights, maximum, weighted values. */
  int partial(int headIndex, int split, int row) {
    int each = width(geometry()) + 2;
    return ((headIndex * splits + split) * geometry().rows() + row) * each;
  }
}
