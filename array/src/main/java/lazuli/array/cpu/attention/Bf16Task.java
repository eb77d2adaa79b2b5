package lazuli.array.cpu.attention;

import java.util.Arrays;
import lazuli.array.attention.TileProbe;
import lazuli.array.attention.TileTrace;
import lazuli.array.attention.term.Tiles;
import lazuli.array.cpu.Bf16Tile;
import lazuli.array.cpu.Memory;
import lazuli.array.cpu.Scratch;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.cpu.code.Bf16Code;
import lazuli.array.cpu.code.Bf16Product;
import org.jspecify.annotations.Nullable;

/**
 * One task of {@link FlashKernel} on bf16 operands: the same blocks and tiles as {@link FlashTask},
 * with both products by machine code. Scores are f32 sums of exact products; weights are rounded to
 * bf16 for the second product; results are rounded once.
 *
 * <p>Queries are rows here: masks are read as they lie, and each row stops at its own limit. A
 * block that sees few keys takes them in one go from the first one on: its rows have one maximum,
 * and nothing is scaled again.
 */
final class Bf16Task {
  private static final int QUERIES = FlashTask.QUERIES;
  private static final int PANEL = Bf16Product.COLUMNS;
  private static final int ROWS = Bf16Scores.ROWS;
  private static final int GROUPS = QUERIES / ROWS;
  private static final int PAIR_ROW = Bf16Scores.PAIR_ROW;
  private static final long C_PANEL = Bf16Scores.C_PANEL;
  // Keys of one product: their values stay in the first-level cache for all rows of a block.
  private static final int DEPTH = 256;
  private static final float LN_2 = 0.693147180559945f;

  private final FlashPlan plan;
  private final Bf16Product product;
  private final Geometry g;
  private final int b;
  private final int keyHead;
  private final int firstBlock;
  private final int blocks;
  private final int tile;
  private final int dim;
  private final int width;
  private final int keys;
  private final @Nullable MaskRow[] masks;
  private final boolean[] bands;
  private final int[] visible;
  private final boolean[] started;
  private final float[] max;
  private final Bf16Panels panels;
  private final Bf16Scores scores;
  private final long q;
  private final long o;
  private final long line;

  private Bf16Task(FlashPlan plan, Bf16Code code, int task) {
    this.plan = plan;
    product = code.product();
    g = plan.geometry();
    int keyHeads = g.batch() * g.keyHeads();
    int run = task / keyHeads;
    if (plan.longestLast()) {
      run = plan.tasksPerKeyHead() - 1 - run;
    }
    b = task % keyHeads / g.keyHeads();
    keyHead = task % g.keyHeads();
    firstBlock = run * plan.blocksPerTask();
    blocks = Math.min(plan.blocksPerTask(), plan.blocks() - firstBlock);
    keys = plan.extent().keys(b);
    masks = new MaskRow[plan.rows() == null ? 0 : blocks];
    bands = new boolean[blocks];
    tile = plan.tileKeys();
    dim = Bf16Panels.dim(g);
    width = Bf16Panels.width(g);
    visible = new int[blocks * QUERIES];
    started = new boolean[blocks * GROUPS];
    int most = Math.max(tile, plan.bandKeys());
    panels = new Bf16Panels(plan, b, keyHead, most / PANEL);
    scores = new Bf16Scores(plan, code.weights(), b, keyHead, blocks, most);
    Scratch scratch = Scratch.current();
    max = scratch.floats(Slot.ATTENTION_7, blocks * QUERIES);
    q = scratch.bytes(Slot.ATTENTION_0, 2L * blocks * QUERIES * dim);
    o = scratch.bytes(Slot.ATTENTION_1, 4L * blocks * QUERIES * width);
    line = scratch.bytes(Slot.ROW2, 2L * width);
  }

  static void run(FlashPlan plan, Bf16Code code, int task) {
    new Bf16Task(plan, code, task).run();
  }

  private void run() {
    int most = 0;
    for (int block = 0; block < blocks; block++) {
      int sees = queries(block);
      if (plan.rows() != null) {
        MaskRow row = plan.rows().row(b, keyHead, firstBlock + block);
        masks[block] = row;
        int from = row.first() / PANEL * PANEL;
        bands[block] = Math.min(row.last(), sees) - from <= plan.bandKeys();
      }
      most = bands[block] ? most : Math.max(most, sees);
    }
    for (int j0 = 0; j0 < most; j0 += tile) {
      for (int block = 0; block < blocks; block++) {
        if (!bands[block]) {
          tile(block, j0, Math.min(tile, most - j0));
        }
      }
    }
    for (int block = 0; block < blocks; block++) {
      MaskRow row = bands[block] ? masks[block] : null;
      if (row != null) {
        attend(block, row.first() / PANEL * PANEL, Math.min(row.last(), keys));
      }
    }
    for (int block = 0; block < blocks; block++) {
      store(block);
    }
  }

  /** Copies a block's queries; returns the most keys that one of them sees. */
  private int queries(int block) {
    Operand x = plan.q();
    int first = plan.firstRow(firstBlock + block);
    int count = plan.rowsOf(firstBlock + block);
    int lane = block * QUERIES;
    Arrays.fill(max, lane, lane + QUERIES, OnlineSoftmax.START);
    int most = 0;
    for (int i = 0; i < count; i++) {
      int t = (first + i) % g.queries();
      long to = q + 2L * (lane + i) * dim;
      Bf16Tile.row(x.at(b, head(first + i), t), x.column(), g.dim(), to, dim);
      visible[lane + i] = g.visible(t, keys);
      most = Math.max(most, visible[lane + i]);
    }
    int padded = FlashPlan.ceil(count, ROWS) * ROWS;
    Bf16Tile.zero(q + 2L * (lane + count) * dim, 2L * (padded - count) * dim);
    return most;
  }

  private int head(int row) {
    return keyHead * g.group() + row / g.queries();
  }

  /** A block against a tile of keys from j0 on. */
  private void tile(int block, int j0, int tileKeys) {
    int count = plan.rowsOf(firstBlock + block);
    int hi = 0;
    for (int i = 0; i < count; i++) {
      hi = Math.max(hi, visible[block * QUERIES + i]);
    }
    int lo = j0;
    hi = Math.min(hi, j0 + tileKeys);
    MaskRow row = masks.length == 0 ? null : masks[block];
    if (row != null) {
      while (lo < hi && row.kind(lo / PANEL) == Tiles.EMPTY) {
        lo += PANEL;
      }
      hi = Math.min(hi, row.last());
    }
    if (lo >= hi) {
      return;
    }
    TileProbe probe = plan.probe();
    if (probe == null) {
      attend(block, lo, hi);
    } else {
      watched(probe, block, j0, j0 + tileKeys, lo, hi);
    }
  }

  /** A block against the keys from a multiple of 64 on; whether any row sees one. */
  private boolean attend(int block, int lo, int hi) {
    MaskRow row = masks.length == 0 ? null : masks[block];
    int lane = block * QUERIES;
    if (!scores.limits(firstBlock + block, row, visible, lane, lo, hi)) {
      return false;
    }
    int count = plan.rowsOf(firstBlock + block);
    int groups = FlashPlan.ceil(count, ROWS);
    int from = Integer.MAX_VALUE;
    int end = 0;
    for (int n = 0; n < groups; n++) {
      from = Math.min(from, scores.groupFrom(n));
      end = Math.max(end, scores.groupEnd(n));
    }
    panels.read(lo + from, Math.min(lo + end, hi));
    for (int panel = from / PANEL; panel * PANEL < end; panel++) {
      scores(block, groups, lo, panel);
    }
    for (int i = 0; i < count; i++) {
      float factor = scores.softmax(firstBlock + block, i, max, lane + i);
      if (factor != 1f && started[block * GROUPS + i / ROWS]) {
        RowSoftmax.rescale(results(block) + (long) i * PAIR_ROW, C_PANEL, width, factor);
      }
    }
    scores.pad(count);
    for (int j = from; j < end; ) {
      int until = Math.min(Math.min(j + DEPTH, end), panels.together(lo + j) - lo);
      values(block, groups, lo, j, until);
      j = until;
    }
    for (Bf16Panels.BadRow bad : panels.bad()) {
      if (bad.key() >= lo && bad.key() < hi) {
        addBad(block, count, bad.key() - lo, bad.values());
      }
    }
    return true;
  }

  /** The scores of a panel of keys, for the groups of rows between those that see any. */
  private void scores(int block, int groups, int lo, int panel) {
    int first = 0;
    int last = groups;
    while (first < last && !scores.sees(first, panel)) {
      first++;
    }
    while (last > first && !scores.sees(last - 1, panel)) {
      last--;
    }
    if (first < last) {
      product.multiply(
          false,
          (last - first) * ROWS,
          dim / 2,
          q + 2L * (block * QUERIES + first * ROWS) * dim,
          2L * dim,
          panels.keys(lo + panel * PANEL),
          scores.scores(first, panel),
          PAIR_ROW);
    }
  }

  /** Adds some values with their weights: one product for neighbouring groups with like limits. */
  private void values(int block, int groups, int lo, int j, int until) {
    for (int n = 0; n < groups; ) {
      int first = n++;
      int from = Math.max(j, scores.groupFrom(first));
      int end = Math.min(until, scores.groupEnd(first));
      boolean more = started[block * GROUPS + first];
      if (from >= end) {
        continue;
      }
      while (n < groups
          && Math.max(j, scores.groupFrom(n)) == from
          && Math.min(until, scores.groupEnd(n)) == end
          && started[block * GROUPS + n] == more) {
        n++;
      }
      for (int d = 0; d < width; d += PANEL) {
        product.multiply(
            more,
            (n - first) * ROWS,
            (end - from) / 2,
            scores.weights(first * ROWS, from),
            scores.weightsRow(),
            panels.values(lo + from, d),
            results(block) + d / PANEL * C_PANEL + (long) first * ROWS * PAIR_ROW,
            PAIR_ROW);
      }
      Arrays.fill(started, block * GROUPS + first, block * GROUPS + n, true);
    }
  }

  /** Adds a row with infinities or NaN to the results of the queries that attend it. */
  private void addBad(int block, int count, int key, float[] values) {
    for (int i = 0; i < count; i++) {
      if (scores.sees(i, key, scores.score(i, key))) {
        float weight = scores.weight(i, key);
        long to = results(block) + (long) i * PAIR_ROW;
        for (int d = 0; d < g.valueDim(); d++) {
          long at = column(to, d);
          Memory.putFloat(at, Memory.getFloat(at) + weight * values[d]);
        }
      }
    }
  }

  /** The same as {@link #attend}, with what it did to the watched row written down. */
  private void watched(TileProbe probe, int block, int j0, int tileEnd, int lo, int hi) {
    long began = System.nanoTime();
    int i = plan.watched(b, keyHead, firstBlock + block);
    int row = block * QUERIES + Math.max(0, i);
    float before = max[row];
    if (!attend(block, lo, hi)) {
      return;
    }
    float by = scores.by();
    boolean[] seen = new boolean[tileEnd - j0];
    float[] all = new float[tileEnd - j0];
    float[] rounded = new float[tileEnd - j0];
    Arrays.fill(all, Float.NaN);
    boolean any = false;
    for (int j = 0; i >= 0 && j < hi - lo; j++) {
      // The scores are still there, masked ones as -infinity; exponents are to base 2.
      float x = scores.score(i, j);
      if (scores.sees(i, j, x)) {
        seen[lo - j0 + j] = true;
        all[lo - j0 + j] = x * by * LN_2;
        rounded[lo - j0 + j] = scores.weight(i, j);
        any = true;
      }
    }
    if (any) {
      float[] sums = new float[g.valueDim()];
      for (int d = 0; d < sums.length; d++) {
        sums[d] = Memory.getFloat(column(results(block) + (long) i * PAIR_ROW, d));
      }
      float factor = RowSoftmax.factor(before, max[row]);
      probe.add(
          new TileTrace.Frame(
              j0, tileEnd, seen, all, rounded, factor, max[row] * LN_2, scores.sum(row), sums));
    }
    int first = plan.firstRow(firstBlock + block);
    int count = plan.rowsOf(firstBlock + block);
    probe.visited(b, keyHead, first, count, j0, tileEnd, began);
  }

  /** The address of a column in a row of results: in each group the even ones come first. */
  private static long column(long row, int d) {
    int group = Bf16Tile.GROUP;
    int in = d % group / 2 + d % 2 * (group / 2);
    return row + d / PANEL * C_PANEL + 4L * (d % PANEL / group * group + in);
  }

  private long results(int block) {
    return o + 4L * block * QUERIES * width;
  }

  private void store(int block) {
    int first = plan.firstRow(firstBlock + block);
    int count = plan.rowsOf(firstBlock + block);
    for (int i = 0; i < count; i++) {
      store(block, i, head(first + i), (first + i) % g.queries());
    }
  }

  private void store(int block, int i, int head, int query) {
    int columns = Bf16Tile.groups(g.valueDim());
    // Maxima are to base 2 here; what leaves is natural.
    float top = max[block * QUERIES + i] * LN_2;
    float total = scores.sum(block * QUERIES + i);
    boolean nothing = total == 0f;
    float by = 1;
    float[] sinks = plan.sinks();
    if (sinks != null) {
      by = OnlineSoftmax.sinkFactor(top, total, sinks[head]);
      float joined = OnlineSoftmax.sinkSum(top, total, sinks[head]);
      top = OnlineSoftmax.sinkMax(top, total, sinks[head]);
      total = joined;
    }
    long to = plan.outputRow(b, head, query);
    if (nothing) {
      Bf16Tile.zero(to, (long) plan.outputType().bytes() * g.valueDim());
    } else if (plan.state()) {
      long from = results(block) + (long) i * PAIR_ROW;
      for (int d = 0; d < g.valueDim(); d++) {
        float x = Memory.getFloat(column(from, d));
        Memory.putFloat(to + 4L * d, x * (by / total));
      }
    } else {
      long from = results(block) + (long) i * PAIR_ROW;
      boolean direct = columns == g.valueDim();
      Bf16Tile.result(from, C_PANEL, by / total, columns, direct ? to : line);
      if (!direct) {
        Memory.copy(line, to, 2L * g.valueDim());
      }
    }
    if (plan.state()) {
      Memory.putFloat(to + 4L * g.valueDim(), OnlineSoftmax.logSumExp(top, total));
    }
  }
}
