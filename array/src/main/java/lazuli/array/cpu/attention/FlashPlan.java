package lazuli.array.cpu.attention;

import java.util.List;
import lazuli.array.attention.Causal;
import lazuli.array.attention.TileProbe;
import lazuli.array.backend.View;
import lazuli.array.cpu.Species;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/**
 * How the query rows of one attention are cut, and its operands. A block is 64 rows; a task is a
 * run of blocks that read the same keys. Long sequences give each head its own blocks, so that
 * causal limits are tight; short ones let a block span the heads of a group.
 */
final class FlashPlan {
  private static final int MOST_BLOCKS = 8;
  // Keys and values of a band in bf16, and the keys whose scores and weights also fit beside them
  // in a second-level cache.
  private static final int BAND_BYTES = 512 << 10;

  private static final int MOST_BAND = 1280;

  private final Geometry geometry;
  private final Rules rules;
  private final Operand q;
  private final KeyRows k;
  private final KeyRows v;
  private final @Nullable Operand mask;
  private final float @Nullable [] sinks;
  private final List<TableData> tables;
  private final Extent extent;
  private final @Nullable MaskRows rows;
  private final DType outputType;
  private final long output;
  private final int blocks;
  private final int blocksPerTask;
  private final @Nullable TileProbe probe = TileProbe.current();
  private final int tileKeys;
  private final int bandKeys;

  private FlashPlan(
      Geometry g, Rules rules, List<View> inputs, View output, int threads, Tiling tiling) {
    geometry = g;
    this.rules = rules;
    q = Operand.of(inputs.get(0));
    k = rules.rows(inputs, 1);
    v = rules.rows(inputs, 2);
    mask = rules.mask(inputs);
    sinks = rules.sinks(inputs);
    tables = rules.tables(inputs);
    extent = Extent.of(g, rules.extras(), inputs);
    outputType = output.dtype();
    this.output = Operand.of(output).base();
    blocks = blocks(g);
    // Grouping blocks changes no result, so it may depend on the number of threads.
    int per = Math.max(1, (int) ((long) g.batch() * g.keyHeads() * blocks / (4L * threads)));
    int fits = Math.max(1, 128 * MOST_BLOCKS / Math.max(128, g.dim() + g.valueDim()));
    blocksPerTask =
        Math.min(
            tiling.blocks(Math.min(per, fits), blocks * g.batch() * g.keyHeads(), threads), blocks);
    int own = tiling.keys(FlashTask.tileKeys(g));
    tileKeys = probe == null ? own : probe.tileKeys(own);
    rows =
        rules.visible() == null ? null : new MaskRows(rules.visible(), tables, this, rules.kept());
    bandKeys = probe == null ? bandKeys(g, rules, tiling) : 0;
  }

  static FlashPlan of(Geometry g, Rules rules, List<View> inputs, View output, int threads) {
    return new FlashPlan(g, rules, inputs, output, threads, Tiling.DEFAULT);
  }

  static FlashPlan of(
      Geometry g, Rules rules, List<View> inputs, View output, int threads, Tiling tiling) {
    return new FlashPlan(g, rules, inputs, output, threads, tiling);
  }

  Geometry geometry() {
    return geometry;
  }

  Operand q() {
    return q;
  }

  KeyRows k() {
    return k;
  }

  KeyRows v() {
    return v;
  }

  @Nullable Operand mask() {
    return mask;
  }

  /** One logit for each query head, or null. */
  float @Nullable [] sinks() {
    return sinks;
  }

  Extent extent() {
    return extent;
  }

  /** The mask expression, or null. */
  @Nullable MaskRows rows() {
    return rows;
  }

  DType outputType() {
    return outputType;
  }

  /** Who watches this launch, or null. */
  @Nullable TileProbe probe() {
    return probe;
  }

  /** Keys of a tile in this launch. */
  int tileKeys() {
    return tileKeys;
  }

  /**
   * How many keys a block may see from its first to its last one, to take them in one go; 0 when
   * tiles are watched or asked for.
   */
  int bandKeys() {
    return bandKeys;
  }

  /** The same for launches that nobody watches. */
  static int bandKeys(Geometry g, Rules rules, Tiling tiling) {
    if (rules.visible() == null || rules.extras().mask() || tiling.asked()) {
      return 0;
    }
    int wide = Math.max(1, g.dim() + g.valueDim());
    return Math.clamp(BAND_BYTES / (2 * wide), 256, MOST_BAND) / MaskRow.KEYS * MaskRow.KEYS;
  }

  /** The row of a block that is watched, or -1. */
  int watched(int b, int keyHead, int block) {
    TileProbe watch = probe;
    if (watch == null) {
      return -1;
    }
    int first = firstRow(block);
    for (int i = 0; i < rowsOf(block); i++) {
      int head = keyHead * geometry.group() + (first + i) / geometry.queries();
      if (watch.watches(b, head, (first + i) % geometry.queries())) {
        return i;
      }
    }
    return -1;
  }

  int blocks() {
    return blocks;
  }

  int blocksPerTask() {
    return blocksPerTask;
  }

  /** Whether anything may hide a key that lies before a row's limit, or rows differ in limits. */
  boolean hides() {
    return mask != null || rows != null || rules.score() != null || longestLast();
  }

  /** A runner of the score change, or null. */
  @Nullable TermLanes scores(int b) {
    return rules.scores(tables, b, geometry.queries(), extent.keys(b));
  }

  /** Elements of a result row. */
  int columns() {
    return geometry.valueDim() + (rules.state() ? 1 : 0);
  }

  boolean state() {
    return rules.state();
  }

  /** The address of a result row. */
  long outputRow(int b, int head, int query) {
    long row = ((long) b * geometry.heads() + head) * geometry.queries() + query;
    return output + row * columns() * outputType.bytes();
  }

  boolean spans() {
    return spans(geometry);
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
    double pairs = g.rows() == 0 ? 0 : g.causal().pairs(g.queries(), g.keys()) * g.group();
    return executed(g, pairs);
  }

  /** The same where so many query-key pairs of a key head are seen. */
  static double executed(Geometry g, double pairs) {
    int lanes = Species.LANES;
    int rows = ceil(g.rows(), lanes) * lanes;
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
