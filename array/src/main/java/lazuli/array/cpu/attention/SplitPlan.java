package lazuli.array.cpu.attention;

import java.util.List;
import lazuli.array.backend.View;
import lazuli.array.cpu.Species;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/**
 * How the keys of one decoding step are cut: every key head into splits, by shape only, so that
 * results do not depend on the number of threads.
 */
record SplitPlan(
    Geometry geometry,
    Operand q,
    Operand k,
    Operand v,
    @Nullable Operand mask,
    DType outputType,
    long output,
    int splits,
    int keysPerSplit,
    float[] partials) {
  /** The most queries of a head that this formulation serves well. */
  static final int MOST_QUERIES = 8;

  private static final int TASKS = 64;
  private static final int LEAST_KEYS = 256;
  private static final int MOST_SCORES = 1 << 16;

  static SplitPlan of(Geometry g, List<View> inputs, View output) {
    int per = keysPerSplit(g);
    int splits = FlashPlan.ceil(g.keys(), per);
    int width = width(g);
    return new SplitPlan(
        g,
        Operand.of(inputs.get(0)),
        Operand.of(inputs.get(1)),
        Operand.of(inputs.get(2)),
        inputs.size() > 3 ? Operand.of(inputs.get(3)) : null,
        output.dtype(),
        Operand.of(output).base(),
        splits,
        per,
        new float[splits == 1 ? 0 : g.batch() * g.keyHeads() * splits * g.rows() * (width + 2)]);
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
    return geometry.batch() * geometry.keyHeads() * splits;
  }

  /** Where the partial result of one row begins: sum of weights, maximum, weighted values. */
  int partial(int headIndex, int split, int row) {
    int each = width(geometry) + 2;
    return ((headIndex * splits + split) * geometry.rows() + row) * each;
  }

  /** The address of a result row. */
  long outputRow(int b, int keyHead, int row) {
    Geometry g = geometry;
    long head = (long) b * g.heads() + (long) keyHead * g.group() + row / g.queries();
    long element = (head * g.queries() + row % g.queries()) * g.valueDim();
    return output + element * outputType.bytes();
  }
}
