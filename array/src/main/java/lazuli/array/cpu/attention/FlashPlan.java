package lazuli.array.cpu.attention;

import java.util.List;
import lazuli.array.attention.Causal;
import lazuli.array.backend.View;
import lazuli.array.cpu.Species;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/**
 * How the query rows of one attention are cut. A block is 64 rows; a task is a run of blocks that
 * read the same keys. Long sequences give each head its own blocks, so that causal limits are
 * tight; short ones let a block span the heads of a group.
 */
record FlashPlan(
    Geometry geometry,
    Operand q,
    Operand k,
    Operand v,
    @Nullable Operand mask,
    DType outputType,
    long output,
    int blocks,
    int blocksPerTask) {
  private static final int MOST_BLOCKS = 8;

  static FlashPlan of(Geometry g, List<View> inputs, View output, int threads) {
    int blocks = blocks(g);
    // Grouping blocks changes no result, so it may depend on the number of threads.
    int per = Math.max(1, (int) ((long) g.batch() * g.keyHeads() * blocks / (4L * threads)));
    int fits = Math.max(1, 128 * MOST_BLOCKS / Math.max(128, g.dim() + g.valueDim()));
    return new FlashPlan(
        g,
        Operand.of(inputs.get(0)),
        Operand.of(inputs.get(1)),
        Operand.of(inputs.get(2)),
        inputs.size() > 3 ? Operand.of(inputs.get(3)) : null,
        output.dtype(),
        Operand.of(output).base(),
        blocks,
        Math.min(Math.min(per, fits), blocks));
  }

  private static boolean spans(Geometry g) {
    return g.queries() < FlashTask.QUERIES;
  }

  /** Blocks that read one key head. */
  static int blocks(Geometry g) {
    return spans(g)
        ? ceil(g.rows(), FlashTask.QUERIES)
        : g.group() * ceil(g.queries(), FlashTask.QUERIES);
  }

  int tasks() {
    return geometry.batch() * geometry.keyHeads() * tasksPerKeyHead();
  }

  int tasksPerKeyHead() {
    return ceil(blocks, blocksPerTask);
  }

  /** First row of a block, counted over the group's heads. */
  int firstRow(int block) {
    if (spans(geometry)) {
      return block * FlashTask.QUERIES;
    }
    int perHead = ceil(geometry.queries(), FlashTask.QUERIES);
    return block / perHead * geometry.queries() + block % perHead * FlashTask.QUERIES;
  }

  /** Rows of a block. */
  int rowsOf(int block) {
    int first = firstRow(block);
    int end =
        spans(geometry) ? geometry.rows() : (first / geometry.queries() + 1) * geometry.queries();
    return Math.min(FlashTask.QUERIES, end - first);
  }

  /** Later queries of a causal attention see more keys: start with the longest. */
  boolean longestLast() {
    return geometry.causal() != Causal.NONE;
  }

  /** Floating-point operations with the padding of lanes, rows and columns to whole vectors. */
  static double executed(Geometry g) {
    int lanes = Species.LANES;
    int rows = ceil(g.rows(), lanes) * lanes;
    double pairs = g.rows() == 0 ? 0 : g.causal().pairs(g.queries(), g.keys()) * g.group();
    double padded = g.rows() == 0 ? 0 : pairs * rows / g.rows();
    if (g.causal() != Causal.NONE) {
      // A limit is rounded up to the rows of a microkernel.
      padded += (double) rows * Microkernels.ROWS;
    }
    int width = ceil(g.valueDim(), lanes) * lanes;
    return 2.0 * g.batch() * g.keyHeads() * padded * (g.dim() + width);
  }

  /** Bytes that reach the cores: keys and values once for each run of blocks. */
  static double traffic(Geometry g, double bytes) {
    double again = Math.max(0, ceil(blocks(g), MOST_BLOCKS) - 1);
    double keys = 4.0 * g.batch() * g.keyHeads() * g.keys() * (g.dim() + g.valueDim());
    return bytes + again * keys;
  }

  static int ceil(int a, int b) {
    return (a + b - 1) / b;
  }
}
