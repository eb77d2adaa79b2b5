package lazuli.array.cpu.attention;

import java.util.Arrays;
import java.util.Objects;
import jdk.incubator.vector.FloatVector;
import lazuli.array.attention.TileProbe;
import lazuli.array.attention.TileTrace;
import lazuli.array.attention.term.Tiles;
import lazuli.array.cpu.Memory;
import lazuli.array.cpu.Scratch;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.cpu.Species;
import org.jspecify.annotations.Nullable;

/**
 * One task of {@link FlashKernel}: some blocks of query rows against all keys of one key head.
 *
 * <p>Scores are computed transposed, keys as rows and queries as lanes: maxima and sums are then
 * vertical, and the weights already lie packed for the product with the values.
 */
final class FlashTask {
  /** Query rows of a block. */
  static final int QUERIES = 64;

  private static final int L = Species.LANES;
  private static final int ROWS = Microkernels.ROWS;
  private static final int STRIP = 8;
  private static final int GROUPS = QUERIES / ROWS;
  // Lanes that share one limit of keys: whole vectors and whole rows of the second product.
  private static final int LANES = Math.max(L, ROWS);

  private final FlashPlan plan;
  private final Geometry g;
  private final int b;
  private final int keyHead;
  private final int firstBlock;
  private final int blocks;
  private final int tile;
  private final int width;
  private final int start;
  private final int keys;
  private final int[] visible;
  private final boolean[] started;
  private final long[] maskRows;
  private final @Nullable MaskRow[] rows;
  private final @Nullable TermLanes change;
  // Where the queries of each group of 8 lanes begin and end to see a tile's keys.
  private final int[] from = new int[GROUPS];
  private final int[] end = new int[GROUPS];

  private final float[] q;
  private final float[] o;
  private final float[] s;
  private final float[] kt;
  private final float[] vt;
  private final float[] bias;
  private final float[] strip;
  private final float[] max;
  private final float[] sum;
  private final float[] factor;
  private final float[] limits = new float[QUERIES];
  private final BadRows bad = new BadRows();

  private FlashTask(FlashPlan plan, int task) {
    this.plan = plan;
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
    tile = plan.tileKeys();
    width = FlashPlan.ceil(g.valueDim(), L) * L;
    start = plan.extent().start(b);
    keys = plan.extent().keys(b);
    rows = new MaskRow[plan.rows() == null ? 0 : blocks];
    change = plan.scores(b);
    visible = new int[blocks * QUERIES];
    started = new boolean[blocks];
    maskRows = new long[plan.mask() == null ? 0 : blocks * QUERIES];
    Scratch scratch = Scratch.current();
    q = scratch.floats(Slot.ATTENTION_0, blocks * g.dim() * QUERIES);
    o = scratch.floats(Slot.ATTENTION_1, blocks * QUERIES * width);
    s = scratch.floats(Slot.ATTENTION_2, Math.max(tile, STRIP) * QUERIES);
    kt = scratch.floats(Slot.ATTENTION_3, tile * g.dim());
    vt = scratch.floats(Slot.ATTENTION_4, tile * width);
    bias = scratch.floats(Slot.ATTENTION_5, plan.mask() == null ? 0 : tile * QUERIES);
    strip = scratch.floats(Slot.ATTENTION_6, STRIP * Math.max(Math.max(tile, L), g.dim()));
    max = scratch.floats(Slot.ATTENTION_7, blocks * QUERIES);
    sum = scratch.floats(Slot.ATTENTION_8, blocks * QUERIES);
    factor = scratch.floats(Slot.ATTENTION_9, QUERIES);
  }

  static void run(FlashPlan plan, int task) {
    new FlashTask(plan, task).run();
  }

  /**
   * Keys of a tile unless something else is asked for or tuned: fewer for wide heads, so that a
   * task's panels stay in the second-level cache.
   */
  static int tileKeys(Geometry g) {
    int wide = Math.max(g.dim(), g.valueDim());
    return wide <= 128 ? 256 : wide <= 256 ? 128 : 64;
  }

  private void run() {
    int most = 0;
    for (int block = 0; block < blocks; block++) {
      most = Math.max(most, packQueries(block));
      if (plan.rows() != null) {
        rows[block] = plan.rows().row(b, keyHead, firstBlock + block);
      }
    }
    for (int j0 = 0; j0 < most; j0 += tile) {
      tile(j0, Math.min(tile, most - j0));
    }
    for (int block = 0; block < blocks; block++) {
      store(block);
    }
  }

  /** Scales and transposes a block's queries; returns the most keys that one of them sees. */
  private int packQueries(int block) {
    Operand x = plan.q();
    int first = plan.firstRow(firstBlock + block);
    int count = plan.rowsOf(firstBlock + block);
    int lane = block * QUERIES;
    int at = lane * g.dim();
    float scale = (float) g.scale();
    Arrays.fill(q, at, at + QUERIES * g.dim(), 0f);
    Arrays.fill(max, lane, lane + QUERIES, OnlineSoftmax.START);
    Arrays.fill(sum, lane, lane + QUERIES, 0f);
    int most = 0;
    for (int i = 0; i < count; i++) {
      int head = head(first + i);
      int t = (first + i) % g.queries();
      TileLoad.row(x.dtype(), x.at(b, head, t), x.column(), g.dim(), strip, 0);
      for (int d = 0; d < g.dim(); d++) {
        q[at + d * QUERIES + i] = strip[d] * scale;
      }
      visible[lane + i] = g.visible(t, keys);
      most = Math.max(most, visible[lane + i]);
      if (plan.mask() != null) {
        maskRows[lane + i] = plan.mask().at(b, head, t);
      }
    }
    return most;
  }

  private int head(int row) {
    return keyHead * g.group() + row / g.queries();
  }

  /** All blocks against the keys from j0 on; the tile is read when the first block needs it. */
  private void tile(int j0, int tileKeys) {
    int readFrom = tileKeys;
    int readEnd = 0;
    for (int block = 0; block < blocks; block++) {
      if (reach(block, j0, tileKeys)) {
        readFrom = Math.min(readFrom, from(0, QUERIES));
        readEnd = Math.max(readEnd, end(0, QUERIES));
      }
    }
    boolean read = false;
    for (int block = 0; block < blocks; block++) {
      if (!reach(block, j0, tileKeys)) {
        continue;
      }
      int e = end(0, QUERIES);
      BiasTile.Kind kind = bias(block, j0, e);
      if (kind == BiasTile.Kind.ALL_MASKED) {
        continue;
      }
      if (!read) {
        read(j0, readFrom / ROWS * ROWS, readEnd);
        read = true;
      }
      scores(block);
      if (change != null) {
        change(block, j0);
      }
      TileProbe probe = plan.probe();
      if (probe == null) {
        softmax(block, j0, kind);
        values(block, j0, kind);
      } else {
        watched(probe, block, j0, tileKeys, kind);
      }
      started[block] = true;
    }
  }

  /** The same two steps, with what they did to the watched row written down. */
  private void watched(TileProbe probe, int block, int j0, int tileKeys, BiasTile.Kind kind) {
    long began = System.nanoTime();
    int i = plan.watched(b, keyHead, firstBlock + block);
    boolean[] seen = new boolean[tileKeys];
    float[] scores = new float[tileKeys];
    boolean any = false;
    for (int j = 0; j < tileKeys && i >= 0; j++) {
      float score = s[j * QUERIES + i] + (kind == BiasTile.Kind.ZERO ? 0f : biasAt(kind, j, i));
      seen[j] = looksAt(block, j0, j, i) && !masked(kind, j, i) && score != Float.NEGATIVE_INFINITY;
      scores[j] = seen[j] ? score : Float.NaN;
      any |= seen[j];
    }
    softmax(block, j0, kind);
    values(block, j0, kind);
    if (any) {
      float[] weights = new float[tileKeys];
      for (int j = 0; j < tileKeys; j++) {
        weights[j] = seen[j] ? s[j * QUERIES + i] : 0f;
      }
      int row = block * QUERIES + i;
      float[] sums = Arrays.copyOfRange(o, row * width, row * width + g.valueDim());
      probe.add(
          new TileTrace.Frame(
              j0, j0 + tileKeys, seen, scores, weights, factor[i], max[row], sum[row], sums));
    }
    int first = plan.firstRow(firstBlock + block);
    int count = plan.rowsOf(firstBlock + block);
    probe.visited(b, keyHead, first, count, j0, j0 + tileKeys, began);
  }

  private float biasAt(BiasTile.Kind kind, int j, int i) {
    return bias[kind == BiasTile.Kind.PER_KEY ? j : j * QUERIES + i];
  }

  /** Finds where each group of lanes sees keys of a tile; whether any does. */
  private boolean reach(int block, int j0, int tileKeys) {
    MaskRow row = plan.rows() == null ? null : rows[block];
    int lane = block * QUERIES;
    boolean any = false;
    for (int n = 0; n < GROUPS; n++) {
      int most = 0;
      for (int i = lane + n * ROWS; i < lane + (n + 1) * ROWS; i++) {
        most = Math.max(most, visible[i]);
      }
      int last = Math.min(tileKeys, most - j0);
      from[n] = 0;
      end[n] = Math.max(0, last);
      if (row != null && last > 0) {
        long lanes = 0xffL << (n * ROWS);
        int first = row.first(j0, j0 + last, lanes);
        from[n] = first - j0;
        end[n] = first == j0 + last ? from[n] : row.end(first, j0 + last, lanes) - j0;
      }
      any |= from[n] < end[n];
    }
    return any;
  }

  /** The first key that a lane of a range sees. */
  private int from(int lane, int to) {
    int least = Integer.MAX_VALUE;
    for (int n = lane / ROWS; n < to / ROWS; n++) {
      least = from[n] < end[n] ? Math.min(least, from[n]) : least;
    }
    return least;
  }

  /** After the last key that a lane of a range sees; 0 when there is none. */
  private int end(int lane, int to) {
    int most = 0;
    for (int n = lane / ROWS; n < to / ROWS; n++) {
      most = from[n] < end[n] ? Math.max(most, end[n]) : most;
    }
    return most;
  }

  private int least(int block, int lane, int to) {
    int least = Integer.MAX_VALUE;
    for (int i = lane; i < to; i++) {
      least = Math.min(least, visible[block * QUERIES + i]);
    }
    return least;
  }

  private int lanes(int block) {
    int count = plan.rowsOf(firstBlock + block);
    return FlashPlan.ceil(count, LANES) * LANES;
  }

  private BiasTile.Kind bias(int block, int j0, int e) {
    Operand mask = plan.mask();
    if (mask == null) {
      return BiasTile.Kind.ZERO;
    }
    return BiasTile.load(
        mask,
        maskRows,
        block * QUERIES,
        plan.rowsOf(firstBlock + block),
        (start + j0) * mask.column(),
        e,
        bias,
        QUERIES,
        strip,
        Math.max(tile, L));
  }

  /** Reads, converts and packs a part of a tile of keys and values; first is a multiple of 8. */
  private void read(int j0, int first, int last) {
    int dim = g.dim();
    for (int j = first; j < last; j += ROWS) {
      int count = Math.min(ROWS, last - j);
      plan.k().load(b, keyHead, start + j0 + j, count, dim, strip, 0, dim, s);
      if (count < ROWS) {
        Arrays.fill(strip, count * dim, ROWS * dim, 0f);
      }
      interleave(strip, dim, kt, j * dim);
    }
    int slot = start + j0 + first;
    plan.v().load(b, keyHead, slot, last - first, g.valueDim(), vt, first * width, width, s);
    if (width > g.valueDim()) {
      for (int j = first; j < last; j++) {
        Arrays.fill(vt, j * width + g.valueDim(), (j + 1) * width, 0f);
      }
    }
    if (plan.hides()) {
      bad.takeOut(vt, first, last, width);
    }
  }

  private static void interleave(float[] rows, int dim, float[] to, int o) {
    int r1 = dim;
    int r2 = 2 * dim;
    int r3 = 3 * dim;
    int r4 = 4 * dim;
    int r5 = 5 * dim;
    int r6 = 6 * dim;
    int r7 = 7 * dim;
    for (int d = 0; d < dim; d++, o += ROWS) {
      to[o] = rows[d];
      to[o + 1] = rows[r1 + d];
      to[o + 2] = rows[r2 + d];
      to[o + 3] = rows[r3 + d];
      to[o + 4] = rows[r4 + d];
      to[o + 5] = rows[r5 + d];
      to[o + 6] = rows[r6 + d];
      to[o + 7] = rows[r7 + d];
    }
  }

  private void scores(int block) {
    int lanes = lanes(block);
    int dim = g.dim();
    for (int n = 0; n < lanes; n += 2 * L) {
      int w = Math.min(2 * L, lanes - n);
      int last = end(n, n + w);
      for (int j = last == 0 ? 0 : from(n, n + w) / ROWS * ROWS; j < last; j += ROWS) {
        Microkernels.multiply(
            w,
            dim,
            kt,
            j * dim,
            ROWS,
            q,
            block * QUERIES * dim + n,
            QUERIES,
            s,
            j * QUERIES + n,
            QUERIES,
            false);
      }
    }
  }

  /** Changes the scores of a block, some keys at a time. */
  private void change(int block, int j0) {
    TermLanes lanes = Objects.requireNonNull(change);
    int first = plan.firstRow(firstBlock + block);
    int count = plan.rowsOf(firstBlock + block);
    for (int i = 0; i < QUERIES; i++) {
      int row = first + (i < count ? i : 0);
      lanes.heads()[i] = head(row);
      lanes.queries()[i] = row % g.queries();
    }
    lanes.repeat(QUERIES);
    int last = end(0, QUERIES);
    int each = TermLanes.CHUNK / QUERIES;
    for (int j = from(0, QUERIES) / each * each; j < last; j += each) {
      for (int i = 0; i < each; i++) {
        Arrays.fill(lanes.keys(), i * QUERIES, (i + 1) * QUERIES, j0 + j + i);
      }
      lanes.change(s, j * QUERIES, TermLanes.CHUNK);
    }
  }

  private void softmax(int block, int j0, BiasTile.Kind kind) {
    int lanes = lanes(block);
    for (int n = 0; n < lanes; n += LANES) {
      int last = end(n, n + LANES);
      if (last <= 0) {
        Arrays.fill(factor, n, n + LANES, 1f);
        continue;
      }
      int first = from(n, n + LANES);
      int sure = Math.clamp((long) least(block, n, n + LANES) - j0, first, last);
      if (sure < last) {
        for (int i = n; i < n + LANES; i++) {
          limits[i] = Math.clamp((long) visible[block * QUERIES + i] - j0, 0, last);
        }
      }
      int at = first * QUERIES;
      int count = last - first;
      for (int lane = n; lane < n + LANES; lane += L) {
        switch (kind) {
          case FULL -> OnlineSoftmax.bias(s, at + lane, QUERIES, count, bias, at + lane);
          case PER_KEY -> OnlineSoftmax.keyBias(s, at + lane, QUERIES, count, bias, first);
          default -> {}
        }
        if (sure < last) {
          OnlineSoftmax.limit(s, lane, QUERIES, sure, last, limits, lane);
        }
        if (plan.rows() != null) {
          hide(block, j0, first, last, lane);
        }
        int row = block * QUERIES + lane;
        OnlineSoftmax.step(s, at + lane, QUERIES, count, max, sum, row, factor, lane);
      }
    }
  }

  /** Masks what the expression hides from a vector of lanes. */
  private void hide(int block, int j0, int first, int last, int lane) {
    MaskRow row = Objects.requireNonNull(rows[block]);
    for (int j = first; j < last; ) {
      int stretch = (j0 + j) / MaskRow.KEYS;
      int until = Math.min(last, (stretch + 1) * MaskRow.KEYS - j0);
      if (row.kind(stretch) == Tiles.PARTIAL) {
        int word = (j0 + j) % MaskRow.KEYS;
        OnlineSoftmax.hide(s, lane, QUERIES, j, until, row.bits(stretch), word, lane);
      } else if (row.kind(stretch) == Tiles.EMPTY) {
        OnlineSoftmax.hide(s, lane, QUERIES, j, until);
      }
      j = until;
    }
  }

  private void values(int block, int j0, BiasTile.Kind kind) {
    int count = plan.rowsOf(firstBlock + block);
    int at = block * QUERIES * width;
    if (started[block]) {
      OnlineSoftmax.rescale(o, at, width, count, factor);
    }
    for (int i = 0; i < count; i += ROWS) {
      int first = from[i / ROWS];
      int n = end[i / ROWS] - first;
      if (n > 0) {
        Microkernels.multiply(
            width,
            n,
            s,
            first * QUERIES + i,
            QUERIES,
            vt,
            first * width,
            width,
            o,
            at + i * width,
            width,
            started[block]);
      } else if (!started[block]) {
        Arrays.fill(o, at + i * width, at + (i + ROWS) * width, 0f);
      }
    }
    for (int n = 0; n < bad.count(); n++) {
      int j = bad.key(n);
      for (int i = 0; i < count; i++) {
        if (sees(block, j0, j, i) && !masked(kind, j, i)) {
          bad.add(n, s[j * QUERIES + i], o, at + i * width);
        }
      }
    }
  }

  /** Whether a row sees a key of the tile by position and by the expression. */
  private boolean sees(int block, int j0, int j, int i) {
    return looksAt(block, j0, j, i) && (change == null || s[j * QUERIES + i] != 0f);
  }

  private boolean looksAt(int block, int j0, int j, int i) {
    MaskRow row = plan.rows() == null ? null : rows[block];
    return j0 + j < visible[block * QUERIES + i] && (row == null || row.sees(i, j0 + j));
  }

  private boolean masked(BiasTile.Kind kind, int j, int i) {
    return switch (kind) {
      case ZERO -> false;
      case ALL_MASKED -> true;
      case PER_KEY -> BiasTile.masks(bias[j]);
      case FULL -> BiasTile.masks(bias[j * QUERIES + i]);
    };
  }

  private void store(int block) {
    int first = plan.firstRow(firstBlock + block);
    int count = plan.rowsOf(firstBlock + block);
    for (int i = 0; i < count; i++) {
      int lane = block * QUERIES + i;
      int at = lane * width;
      int head = head(first + i);
      boolean seen = started[block] && sum[lane] != 0f;
      if (!seen) {
        Arrays.fill(o, at, at + width, 0f);
      }
      float top = max[lane];
      float total = seen ? sum[lane] : 0f;
      float[] sinks = plan.sinks();
      if (sinks != null) {
        OnlineSoftmax.scale(o, at, width, OnlineSoftmax.sinkFactor(top, total, sinks[head]));
        float joined = OnlineSoftmax.sinkSum(top, total, sinks[head]);
        top = OnlineSoftmax.sinkMax(top, total, sinks[head]);
        total = joined;
      }
      if (seen) {
        OnlineSoftmax.divide(o, at, width, total);
      }
      long to = plan.outputRow(b, head, (first + i) % g.queries());
      RowStore.row(o, at, g.valueDim(), plan.outputType(), to);
      if (plan.state()) {
        Memory.putFloat(to + 4L * g.valueDim(), OnlineSoftmax.logSumExp(top, total));
      }
    }
  }

  /**
   * Rows of a value tile that hold an infinity or NaN, kept apart from the product: there, a weight
   * of 0 at a masked position would turn them into NaN.
   */
  private static final class BadRows {
    private int[] keys = new int[0];
    private float[] rows = new float[0];
    private int width;
    private int count;

    void takeOut(float[] tile, int first, int last, int rowWidth) {
      count = 0;
      width = rowWidth;
      if (finite(tile, first * rowWidth, (last - first) * rowWidth)) {
        return;
      }
      keys = new int[last - first];
      rows = new float[(last - first) * rowWidth];
      for (int j = first; j < last; j++) {
        if (!finite(tile, j * rowWidth, rowWidth)) {
          System.arraycopy(tile, j * rowWidth, rows, count * rowWidth, rowWidth);
          Arrays.fill(tile, j * rowWidth, (j + 1) * rowWidth, 0f);
          keys[count++] = j;
        }
      }
    }

    private static boolean finite(float[] x, int from, int length) {
      FloatVector zeros = FloatVector.zero(Species.F32);
      for (int i = from; i < from + length; i += L) {
        zeros = FloatVector.fromArray(Species.F32, x, i).fma(FloatVector.zero(Species.F32), zeros);
      }
      return zeros.reduceLanes(jdk.incubator.vector.VectorOperators.ADD) == 0f;
    }

    int count() {
      return count;
    }

    int key(int n) {
      return keys[n];
    }

    void add(int n, float weight, float[] to, int at) {
      for (int d = 0; d < width; d++) {
        to[at + d] += weight * rows[n * width + d];
      }
    }
  }
}
