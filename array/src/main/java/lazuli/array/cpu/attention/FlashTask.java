package lazuli.array.cpu.attention;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import lazuli.array.cpu.Scratch;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.cpu.Species;

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
  private final int[] visible;
  private final boolean[] started;
  private final long[] maskRows;

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
    tile = tileKeys(g);
    width = FlashPlan.ceil(g.valueDim(), L) * L;
    visible = new int[blocks * QUERIES];
    started = new boolean[blocks];
    maskRows = new long[plan.mask() == null ? 0 : blocks * QUERIES];
    Scratch scratch = Scratch.current();
    q = scratch.floats(Slot.ATTENTION_0, blocks * g.dim() * QUERIES);
    o = scratch.floats(Slot.ATTENTION_1, blocks * QUERIES * width);
    s = scratch.floats(Slot.ATTENTION_2, tile * QUERIES);
    kt = scratch.floats(Slot.ATTENTION_3, tile * g.dim());
    vt = scratch.floats(Slot.ATTENTION_4, tile * width);
    bias = scratch.floats(Slot.ATTENTION_5, plan.mask() == null ? 0 : tile * QUERIES);
    strip = scratch.floats(Slot.ATTENTION_6, STRIP * Math.max(tile, g.dim()));
    max = scratch.floats(Slot.ATTENTION_7, blocks * QUERIES);
    sum = scratch.floats(Slot.ATTENTION_8, blocks * QUERIES);
    factor = scratch.floats(Slot.ATTENTION_9, QUERIES);
  }

  static void run(FlashPlan plan, int task) {
    new FlashTask(plan, task).run();
  }

  /**
   * Keys of a tile: fewer for wide heads, so that a task's panels stay in the second-level cache.
   */
  static int tileKeys(Geometry g) {
    int wide = Math.max(g.dim(), g.valueDim());
    return wide <= 128 ? 256 : wide <= 256 ? 128 : 64;
  }

  private void run() {
    int most = 0;
    for (int block = 0; block < blocks; block++) {
      most = Math.max(most, packQueries(block));
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
    int rows = plan.rowsOf(firstBlock + block);
    int lane = block * QUERIES;
    int at = lane * g.dim();
    float scale = (float) g.scale();
    Arrays.fill(q, at, at + QUERIES * g.dim(), 0f);
    Arrays.fill(max, lane, lane + QUERIES, OnlineSoftmax.START);
    Arrays.fill(sum, lane, lane + QUERIES, 0f);
    int most = 0;
    for (int i = 0; i < rows; i++) {
      int head = head(first + i);
      int t = (first + i) % g.queries();
      TileLoad.row(x.dtype(), x.at(b, head, t), x.column(), g.dim(), strip, 0);
      for (int d = 0; d < g.dim(); d++) {
        q[at + d * QUERIES + i] = strip[d] * scale;
      }
      visible[lane + i] = g.visible(t);
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
  private void tile(int j0, int keys) {
    boolean read = false;
    for (int block = 0; block < blocks; block++) {
      int end = Math.min(keys, end(block, 0, QUERIES) - j0);
      if (end <= 0) {
        continue;
      }
      BiasTile.Kind kind = bias(block, j0, end);
      if (kind == BiasTile.Kind.ALL_MASKED) {
        continue;
      }
      if (!read) {
        read(j0, keys);
        read = true;
      }
      scores(block, j0, end);
      softmax(block, j0, end, kind);
      values(block, j0, end, kind);
      started[block] = true;
    }
  }

  /** The most keys that a lane of a range sees. */
  private int end(int block, int from, int to) {
    int most = 0;
    for (int i = from; i < to; i++) {
      most = Math.max(most, visible[block * QUERIES + i]);
    }
    return most;
  }

  private int least(int block, int from, int to) {
    int least = Integer.MAX_VALUE;
    for (int i = from; i < to; i++) {
      least = Math.min(least, visible[block * QUERIES + i]);
    }
    return least;
  }

  private int lanes(int block) {
    int rows = plan.rowsOf(firstBlock + block);
    return FlashPlan.ceil(rows, LANES) * LANES;
  }

  private BiasTile.Kind bias(int block, int j0, int end) {
    Operand mask = plan.mask();
    if (mask == null) {
      return BiasTile.Kind.ZERO;
    }
    return BiasTile.load(
        mask,
        maskRows,
        block * QUERIES,
        plan.rowsOf(firstBlock + block),
        j0 * mask.column(),
        end,
        bias,
        QUERIES,
        strip,
        tile);
  }

  /** Reads, converts and packs a tile of keys and values. */
  private void read(int j0, int keys) {
    Operand k = plan.k();
    int dim = g.dim();
    for (int j = 0; j < keys; j += ROWS) {
      int rows = Math.min(ROWS, keys - j);
      TileLoad.rows(k, k.at(b, keyHead, j0 + j), rows, dim, strip, 0, dim, s);
      if (rows < ROWS) {
        Arrays.fill(strip, rows * dim, ROWS * dim, 0f);
      }
      interleave(strip, dim, kt, j * dim);
    }
    Operand v = plan.v();
    TileLoad.rows(v, v.at(b, keyHead, j0), keys, g.valueDim(), vt, 0, width, s);
    if (width > g.valueDim()) {
      for (int j = 0; j < keys; j++) {
        Arrays.fill(vt, j * width + g.valueDim(), (j + 1) * width, 0f);
      }
    }
    if (plan.mask() != null || plan.longestLast()) {
      bad.takeOut(vt, keys, width);
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

  private void scores(int block, int j0, int end) {
    int lanes = lanes(block);
    int dim = g.dim();
    for (int n = 0; n < lanes; n += 2 * L) {
      int w = Math.min(2 * L, lanes - n);
      int keys = Math.min(end, end(block, n, n + w) - j0);
      for (int j = 0; j < keys; j += ROWS) {
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

  private void softmax(int block, int j0, int end, BiasTile.Kind kind) {
    int lanes = lanes(block);
    for (int n = 0; n < lanes; n += LANES) {
      int keys = Math.min(end, end(block, n, n + LANES) - j0);
      if (keys <= 0) {
        Arrays.fill(factor, n, n + LANES, 1f);
        continue;
      }
      int sure = Math.min(keys, Math.max(0, least(block, n, n + LANES) - j0));
      if (sure < keys) {
        for (int i = n; i < n + LANES; i++) {
          limits[i] = Math.clamp(visible[block * QUERIES + i] - j0, 0, keys);
        }
      }
      for (int lane = n; lane < n + LANES; lane += L) {
        switch (kind) {
          case FULL -> OnlineSoftmax.bias(s, lane, QUERIES, keys, bias, lane);
          case PER_KEY -> OnlineSoftmax.keyBias(s, lane, QUERIES, keys, bias, 0);
          default -> {}
        }
        if (sure < keys) {
          OnlineSoftmax.limit(s, lane, QUERIES, sure, keys, limits, lane);
        }
        OnlineSoftmax.step(s, lane, QUERIES, keys, max, sum, block * QUERIES + lane, factor, lane);
      }
    }
  }

  private void values(int block, int j0, int end, BiasTile.Kind kind) {
    int rows = plan.rowsOf(firstBlock + block);
    int at = block * QUERIES * width;
    if (started[block]) {
      OnlineSoftmax.rescale(o, at, width, rows, factor);
    }
    for (int i = 0; i < rows; i += ROWS) {
      int keys = Math.min(end, end(block, i, i + ROWS) - j0);
      if (keys > 0) {
        Microkernels.multiply(
            width, keys, s, i, QUERIES, vt, 0, width, o, at + i * width, width, started[block]);
      }
    }
    for (int n = 0; n < bad.count(); n++) {
      int j = bad.key(n);
      for (int i = 0; j < end && i < rows; i++) {
        if (j0 + j < visible[block * QUERIES + i] && !masked(kind, j, i)) {
          bad.add(n, s[j * QUERIES + i], o, at + i * width);
        }
      }
    }
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
    int rows = plan.rowsOf(firstBlock + block);
    for (int i = 0; i < rows; i++) {
      int at = (block * QUERIES + i) * width;
      float l = sum[block * QUERIES + i];
      if (l == 0f) {
        Arrays.fill(o, at, at + width, 0f);
      } else {
        OnlineSoftmax.divide(o, at, width, l);
      }
      long row = ((long) b * g.heads() + head(first + i)) * g.queries() + (first + i) % g.queries();
      long element = row * g.valueDim();
      RowStore.row(
          o,
          at,
          g.valueDim(),
          plan.outputType(),
          plan.output() + element * plan.outputType().bytes());
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

    void takeOut(float[] tile, int keyCount, int rowWidth) {
      count = 0;
      width = rowWidth;
      if (finite(tile, 0, keyCount * rowWidth)) {
        return;
      }
      keys = new int[keyCount];
      rows = new float[keyCount * rowWidth];
      for (int j = 0; j < keyCount; j++) {
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
