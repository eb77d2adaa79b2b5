package lazuli.array.cpu.attention;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import lazuli.array.attention.TileProbe;
import lazuli.array.attention.TileTrace;
import lazuli.array.attention.term.Tiles;
import lazuli.array.cpu.Bf16Tile;
import lazuli.array.cpu.Memory;
import lazuli.array.cpu.Scratch;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.cpu.code.Bf16Code;
import lazuli.array.cpu.code.Bf16Product;
import lazuli.array.cpu.code.Bf16Weights;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/**
 * One task of {@link FlashKernel} on bf16 operands: the same blocks and tiles as {@link FlashTask},
 * with both products by machine code. Scores are f32 sums of exact products; weights are rounded to
 * bf16 for the second product; results are rounded once.
 *
 * <p>Queries are rows here: masks are read as they lie, and each row stops at its own limit.
 */
final class Bf16Task {
  private static final int QUERIES = FlashTask.QUERIES;
  private static final int PANEL = Bf16Product.COLUMNS;
  private static final int PAIR_ROW = 4 * PANEL;
  private static final long C_PANEL = 4L * PANEL * QUERIES;
  private static final int STRETCHES = 8;
  private static final float LN_2 = 0.693147180559945f;

  /** A value row that holds an infinity or NaN: its key in the tile, and the row. */
  private record BadRow(int key, float[] values) {}

  private final FlashPlan plan;
  private final Bf16Product product;
  private final Bf16Weights weights;
  private final Geometry g;
  private final int b;
  private final int keyHead;
  private final int firstBlock;
  private final int blocks;
  private final int tile;
  private final int dim;
  private final int width;
  private final float scale;

  private final int start;
  private final int keys;
  private final @Nullable MaskRow[] masks;
  private final @Nullable TermLanes change;
  private final float[] line;
  private final long[] @Nullable [] seen = new long[STRETCHES] @Nullable [];
  private final boolean[] hidden = new boolean[QUERIES];

  /** The first key of the tile that the block may see, a multiple of {@link #PANEL}. */
  private int begin;

  private final List<BadRow> bad = new ArrayList<>();
  private final int[] visible;
  private final boolean[] started;
  private final float[] max;
  private final float[] sum;
  private final float[] bias;
  private final long[] rows;
  private final long q;
  private final long o;
  private final long s;
  private final long p;
  private final long kt;
  private final long vt;
  private final long staged;
  private final long exchange;

  private Bf16Task(FlashPlan plan, Bf16Code code, int task) {
    this.plan = plan;
    product = code.product();
    weights = code.weights();
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
    start = plan.extent().start(b);
    keys = plan.extent().keys(b);
    masks = new MaskRow[plan.rows() == null ? 0 : blocks];
    change = plan.scores(b);
    tile = plan.tileKeys();
    dim = Bf16Tile.groups(Math.max(1, g.dim()));
    width = Bf16Tile.panels(g.valueDim()) * PANEL;
    scale = (float) (g.scale() * RowSoftmax.LOG2_E);
    visible = new int[blocks * QUERIES];
    started = new boolean[blocks];
    Scratch scratch = Scratch.current();
    max = scratch.floats(Slot.ATTENTION_7, blocks * QUERIES);
    sum = scratch.floats(Slot.ATTENTION_8, blocks * QUERIES);
    bias = scratch.floats(Slot.ATTENTION_5, plan.mask() == null ? 0 : QUERIES * tile);
    line = new float[change == null ? 0 : tile];
    rows = new long[tile];
    q = scratch.bytes(Slot.ATTENTION_0, 2L * blocks * QUERIES * dim);
    o = scratch.bytes(Slot.ATTENTION_1, 4L * blocks * QUERIES * width);
    s = scratch.bytes(Slot.ATTENTION_2, 4L * QUERIES * tile);
    p = scratch.bytes(Slot.ATTENTION_3, 2L * QUERIES * tile);
    kt = scratch.bytes(Slot.ATTENTION_4, 2L * tile * dim);
    vt = scratch.bytes(Slot.ATTENTION_6, 2L * tile * width);
    staged = scratch.bytes(Slot.ATTENTION_9, 2L * (tile + 1) * Math.max(dim, width));
    exchange = scratch.bytes(Slot.ROW, Bf16Weights.BLOCK);
  }

  static void run(FlashPlan plan, Bf16Code code, int task) {
    new Bf16Task(plan, code, task).run();
  }

  private void run() {
    int most = 0;
    for (int block = 0; block < blocks; block++) {
      most = Math.max(most, queries(block));
      if (plan.rows() != null) {
        masks[block] = plan.rows().row(b, keyHead, firstBlock + block);
      }
    }
    for (int j0 = 0; j0 < most; j0 += tile) {
      tile(j0, Math.min(tile, most - j0));
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
    Arrays.fill(sum, lane, lane + QUERIES, 0f);
    int most = 0;
    for (int i = 0; i < count; i++) {
      int t = (first + i) % g.queries();
      long to = q + 2L * (lane + i) * dim;
      Bf16Tile.row(x.at(b, head(first + i), t), x.column(), g.dim(), to, dim);
      visible[lane + i] = g.visible(t, keys);
      most = Math.max(most, visible[lane + i]);
    }
    int padded = rows(count);
    Bf16Tile.zero(q + 2L * (lane + count) * dim, 2L * (padded - count) * dim);
    return most;
  }

  private int head(int row) {
    return keyHead * g.group() + row / g.queries();
  }

  private static int rows(int count) {
    return FlashPlan.ceil(count, Bf16Product.ROWS) * Bf16Product.ROWS;
  }

  /** All blocks against the keys from j0 on. */
  private void tile(int j0, int tileKeys) {
    boolean read = false;
    for (int block = 0; block < blocks; block++) {
      int count = plan.rowsOf(firstBlock + block);
      int end = 0;
      for (int i = 0; i < count; i++) {
        end = Math.max(end, Math.min(tileKeys, visible[block * QUERIES + i] - j0));
      }
      if (end <= 0
          || !sees(block, j0, end)
          || plan.mask() != null && !bias(block, count, j0, end)) {
        continue;
      }
      if (!read) {
        keys(j0, tileKeys);
        values(j0, tileKeys);
        read = true;
      }
      TileProbe probe = plan.probe();
      if (probe == null) {
        block(block, count, j0, end);
      } else {
        watched(probe, block, count, j0, tileKeys, end);
      }
    }
  }

  /** The same, with what it did to the watched row written down. */
  private void watched(TileProbe probe, int block, int count, int j0, int tileKeys, int end) {
    long began = System.nanoTime();
    int i = plan.watched(b, keyHead, firstBlock + block);
    int row = block * QUERIES + Math.max(0, i);
    float before = max[row];
    block(block, count, j0, end);
    int limit = i < 0 || plan.mask() != null && hidden[i] ? 0 : Math.min(end, visible[row] - j0);
    float by = plan.mask() != null ? 1 : change != null ? RowSoftmax.LOG2_E : scale;
    boolean[] seen = new boolean[tileKeys];
    float[] scores = new float[tileKeys];
    float[] rounded = new float[tileKeys];
    Arrays.fill(scores, Float.NaN);
    boolean any = false;
    for (int j = begin; j < limit; j++) {
      // The scores are still there, masked ones as -infinity; exponents are to base 2.
      float x = Memory.getFloat(s + (long) i * PAIR_ROW + j / PANEL * C_PANEL + 4L * (j % PANEL));
      seen[j] = x != Float.NEGATIVE_INFINITY;
      scores[j] = seen[j] ? x * (by <= 0 ? 1 : by) * LN_2 : Float.NaN;
      rounded[j] = Float.intBitsToFloat(Memory.getShort(p + 2L * i * tile + 2L * j) << 16);
      any |= seen[j];
    }
    if (any) {
      float[] sums = new float[g.valueDim()];
      for (int d = 0; d < sums.length; d++) {
        sums[d] = Memory.getFloat(column(results(block) + (long) i * PAIR_ROW, d));
      }
      float factor = RowSoftmax.factor(before, max[row]);
      float top = max[row] * LN_2;
      probe.add(
          new TileTrace.Frame(
              j0, j0 + tileKeys, seen, scores, rounded, factor, top, sum[row], sums));
    }
    int first = plan.firstRow(firstBlock + block);
    probe.visited(b, keyHead, first, count, j0, j0 + tileKeys, began);
  }

  /** Whether the expression lets a block see any of a tile's keys. */
  private boolean sees(int block, int j0, int end) {
    MaskRow row = plan.rows() == null ? null : masks[block];
    begin = 0;
    if (row == null) {
      return true;
    }
    boolean any = false;
    for (int n = 0; n < FlashPlan.ceil(end, PANEL); n++) {
      byte kind = row.kind(j0 / PANEL + n);
      if (!any && kind != Tiles.EMPTY) {
        begin = n * PANEL;
        any = true;
      }
      seen[n] = kind == Tiles.PARTIAL ? transposed(row.bits(j0 / PANEL + n)) : null;
    }
    return any;
  }

  /** One word of keys for each row, of one word of rows for each key. */
  private static long[] transposed(long[] words) {
    long[] x = words.clone();
    long mask = 0xffffffffL;
    for (int j = 32; j != 0; j >>>= 1, mask ^= mask << j) {
      for (int k = 0; k < 64; k = (k + j + 1) & ~j) {
        long t = ((x[k] >>> j) ^ x[k + j]) & mask;
        x[k] ^= t << j;
        x[k + j] ^= t;
      }
    }
    return x;
  }

  /** Reads a block's rows of the mask; whether they let any key through. */
  private boolean bias(int block, int count, int j0, int end) {
    Operand mask = Objects.requireNonNull(plan.mask());
    boolean any = false;
    for (int i = 0; i < count; i++) {
      int row = plan.firstRow(firstBlock + block) + i;
      long at = mask.at(b, head(row), row % g.queries()) + (start + j0) * mask.column();
      TileLoad.row(mask.dtype(), at, mask.column(), end, bias, i * tile);
      hidden[i] = BiasTile.allMasked(bias, i * tile, end);
      any |= !hidden[i];
    }
    return any;
  }

  private void keys(int j0, int count) {
    Operand k = plan.k().codes();
    boolean direct = k.dense() && g.dim() == dim;
    int padded = Bf16Tile.panels(count) * PANEL;
    long zeros = staged + 2L * tile * dim;
    Bf16Tile.zero(zeros, 2L * dim);
    for (int j = 0; j < padded; j++) {
      if (j >= count) {
        rows[j] = zeros;
      } else if (direct) {
        rows[j] = plan.k().at(b, keyHead, start + j0 + j);
      } else {
        rows[j] = staged + 2L * j * dim;
        Bf16Tile.row(plan.k().at(b, keyHead, start + j0 + j), k.column(), g.dim(), rows[j], dim);
      }
    }
    for (int j = 0; j < padded; j += PANEL) {
      Bf16Tile.columns(rows, j, dim / 2, kt + (long) j * dim * 2);
    }
  }

  private void values(int j0, int count) {
    Operand v = plan.v().codes();
    int columns = Bf16Tile.groups(g.valueDim());
    boolean direct = v.dense() && g.valueDim() == columns;
    int padded = Bf16Tile.groups(count);
    long zeros = staged + 2L * tile * width;
    Bf16Tile.zero(zeros, 2L * columns);
    for (int j = 0; j < padded; j++) {
      if (j >= count) {
        rows[j] = zeros;
      } else if (direct) {
        rows[j] = plan.v().at(b, keyHead, start + j0 + j);
      } else {
        rows[j] = staged + 2L * j * columns;
        Bf16Tile.row(
            plan.v().at(b, keyHead, start + j0 + j), v.column(), g.valueDim(), rows[j], columns);
      }
    }
    long panel = (long) tile / 2 * PAIR_ROW;
    bad.clear();
    for (int j = 0; j < padded; j += 2) {
      long to = vt + (long) j / 2 * PAIR_ROW;
      if (Bf16Tile.rows(rows[j], rows[j + 1], columns, to, panel) != 0) {
        takeOut(j, zeros);
        takeOut(j + 1, zeros);
        Bf16Tile.rows(rows[j], rows[j + 1], columns, to, panel);
      }
    }
  }

  /**
   * Keeps a row apart that holds an infinity or NaN: in the product, a weight of 0 at a masked
   * position would turn it into NaN.
   */
  private void takeOut(int j, long zeros) {
    float[] values = new float[width];
    TileLoad.row(DType.BF16, rows[j], 2, g.valueDim(), values, 0);
    boolean finite = true;
    for (float value : values) {
      finite &= Float.isFinite(value);
    }
    if (!finite) {
      bad.add(new BadRow(j, values));
      rows[j] = zeros;
    }
  }

  private void block(int block, int count, int j0, int end) {
    int down = rows(count);
    long left = q + 2L * block * QUERIES * dim;
    for (int j = begin; j < end; j += PANEL) {
      if (kind(block, j0 + j) == Tiles.EMPTY) {
        continue;
      }
      product.multiply(
          false,
          down,
          dim / 2,
          left,
          2L * dim,
          kt + 2L * j * dim,
          s + j / PANEL * C_PANEL,
          PAIR_ROW);
    }
    int padded = Bf16Tile.groups(end);
    boolean any = false;
    for (int i = 0; i < count; i++) {
      any |= softmax(block, i, j0, end, padded);
    }
    if (!any) {
      return;
    }
    Bf16Tile.zero(p + 2L * count * tile, 2L * (down - count) * tile);
    long panel = (long) tile / 2 * PAIR_ROW;
    for (int d = 0; d < width / PANEL; d++) {
      product.multiply(
          started[block],
          down,
          (padded - begin) / 2,
          p + 2L * begin,
          2L * tile,
          vt + d * panel + (long) begin / 2 * PAIR_ROW,
          results(block) + d * C_PANEL,
          PAIR_ROW);
    }
    started[block] = true;
    for (BadRow row : bad) {
      for (int i = 0; i < count && row.key() < end; i++) {
        addBad(block, i, j0, row);
      }
    }
  }

  /** Adds a row with infinities or NaN to the result of a query that attends it. */
  private void addBad(int block, int i, int j0, BadRow row) {
    int j = row.key();
    if (j < begin) {
      return;
    }
    float score = Memory.getFloat(s + (long) i * PAIR_ROW + j / PANEL * C_PANEL + 4L * (j % PANEL));
    if (j0 + j >= visible[block * QUERIES + i] || score == Float.NEGATIVE_INFINITY) {
      return;
    }
    float weight = Float.intBitsToFloat(Memory.getShort(p + 2L * i * tile + 2L * j) << 16);
    long to = results(block) + (long) i * PAIR_ROW;
    for (int d = 0; d < g.valueDim(); d++) {
      long at = column(to, d);
      Memory.putFloat(at, Memory.getFloat(at) + weight * row.values()[d]);
    }
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

  private byte kind(int block, int key) {
    MaskRow row = plan.rows() == null ? null : masks[block];
    return row == null ? Tiles.FULL : row.kind(key / PANEL);
  }

  /** Weights of one row, zeros where it sees nothing; whether it sees anything. */
  private boolean softmax(int block, int i, int tileStart, int tileEnd, int tilePadded) {
    int lane = block * QUERIES + i;
    // From here on the tile begins at the first key that the block may see.
    int j0 = tileStart + begin;
    int end = tileEnd - begin;
    int padded = tilePadded - begin;
    int count = Math.min(end, visible[lane] - j0);
    long to = p + 2L * i * tile + 2L * begin;
    long row = s + (long) i * PAIR_ROW + begin / PANEL * C_PANEL;
    if (count <= 0 || plan.mask() != null && hidden[i]) {
      Bf16Tile.zero(to, 2L * padded);
      RowSoftmax.limit(row, C_PANEL, 0, Bf16Tile.groups(end));
      return false;
    }
    int groups = Bf16Tile.groups(count);
    float by = scale;
    if (change != null) {
      change(block, i, j0, count, row);
      by = RowSoftmax.LOG2_E;
    }
    if (plan.mask() != null) {
      RowSoftmax.bias(row, C_PANEL, count, by, bias, i * tile + begin);
      by = 1;
    } else if (by <= 0) {
      RowSoftmax.scale(row, C_PANEL, count, by);
      by = 1;
    }
    RowSoftmax.limit(row, C_PANEL, count, groups);
    if (plan.rows() != null) {
      hide(block, i, j0, groups, row);
    }
    float before = max[lane];
    float now =
        Math.max(before, RowSoftmax.maximum(row, C_PANEL, groups, Float.NEGATIVE_INFINITY) * by);
    float factor = RowSoftmax.factor(before, now);
    Memory.putFloat(exchange, by);
    Memory.putFloat(exchange + 4, -now);
    weights.row(row, groups / Bf16Tile.GROUP, C_PANEL, to, exchange);
    float added = RowSoftmax.sum(exchange + 64);
    max[lane] = now;
    sum[lane] = sum[lane] * factor + added;
    if (groups < padded) {
      Bf16Tile.zero(to + 2L * groups, 2L * (padded - groups));
    }
    if (factor != 1f && started[block]) {
      RowSoftmax.rescale(results(block) + (long) i * PAIR_ROW, C_PANEL, width, factor);
    }
    return true;
  }

  /** Masks what the expression hides from a row. */
  private void hide(int block, int i, int j0, int groups, long row) {
    for (int j = 0; j < groups; j += PANEL) {
      byte kind = kind(block, j0 + j);
      if (kind != Tiles.FULL) {
        long[] words = kind == Tiles.EMPTY ? null : seen[(begin + j) / PANEL];
        long word = words == null ? 0 : words[i];
        RowSoftmax.hide(row + j / PANEL * C_PANEL, Math.min(PANEL, groups - j), word);
      }
    }
  }

  /** Changes the scores of a row, which are scaled first. */
  private void change(int block, int i, int j0, int count, long row) {
    TermLanes lanes = Objects.requireNonNull(change);
    int at = plan.firstRow(firstBlock + block) + i;
    Arrays.fill(lanes.heads(), head(at));
    Arrays.fill(lanes.queries(), at % g.queries());
    lanes.rows();
    float natural = (float) g.scale();
    int padded = FlashPlan.ceil(count, 8) * 8;
    for (int j = 0; j < padded; j += PANEL) {
      int n = Math.min(PANEL, padded - j);
      TileLoad.row(DType.F32, row + j / PANEL * C_PANEL, 4, n, line, j);
    }
    for (int j = 0; j < padded; j++) {
      line[j] *= natural;
      lanes.keys()[j] = j0 + j;
    }
    lanes.change(line, 0, padded);
    for (int j = 0; j < padded; j += PANEL) {
      int n = Math.min(PANEL, padded - j);
      RowStore.row(line, j, n, DType.F32, row + j / PANEL * C_PANEL);
    }
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
    float total = started[block] ? sum[block * QUERIES + i] : 0f;
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
      Bf16Tile.result(from, C_PANEL, by / total, columns, direct ? to : staged);
      if (!direct) {
        Memory.copy(staged, to, 2L * g.valueDim());
      }
    }
    if (plan.state()) {
      Memory.putFloat(to + 4L * g.valueDim(), OnlineSoftmax.logSumExp(top, total));
    }
  }
}
