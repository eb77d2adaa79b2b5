package lazuli.array.cpu.attention;

import java.util.Arrays;
import lazuli.array.cpu.Bf16Tile;
import lazuli.array.cpu.Memory;
import lazuli.array.cpu.Scratch;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.cpu.code.Bf16Code;
import lazuli.array.cpu.code.Bf16Product;
import lazuli.array.cpu.code.Bf16Weights;

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
    tile = FlashTask.tileKeys(g);
    dim = Bf16Tile.groups(Math.max(1, g.dim()));
    width = Bf16Tile.panels(g.valueDim()) * PANEL;
    scale = (float) (g.scale() * RowSoftmax.LOG2_E);
    visible = new int[blocks * QUERIES];
    started = new boolean[blocks];
    Scratch scratch = Scratch.current();
    max = scratch.floats(Slot.ATTENTION_7, blocks * QUERIES);
    sum = scratch.floats(Slot.ATTENTION_8, blocks * QUERIES);
    bias = scratch.floats(Slot.ATTENTION_5, plan.mask() == null ? 0 : tile);
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
    if (!new Bf16Task(plan, code, task).run()) {
      // An infinity or NaN among the values: there a weight of 0 must not become NaN.
      FlashTask.run(plan, task);
    }
  }

  private boolean run() {
    int most = 0;
    for (int block = 0; block < blocks; block++) {
      most = Math.max(most, queries(block));
    }
    for (int j0 = 0; j0 < most; j0 += tile) {
      if (!tile(j0, Math.min(tile, most - j0))) {
        return false;
      }
    }
    for (int block = 0; block < blocks; block++) {
      store(block);
    }
    return true;
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
      visible[lane + i] = g.visible(t);
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

  /** All blocks against the keys from j0 on; false when a value is not finite. */
  private boolean tile(int j0, int keys) {
    boolean read = false;
    for (int block = 0; block < blocks; block++) {
      int count = plan.rowsOf(firstBlock + block);
      int end = 0;
      for (int i = 0; i < count; i++) {
        end = Math.max(end, Math.min(keys, visible[block * QUERIES + i] - j0));
      }
      if (end <= 0) {
        continue;
      }
      if (!read) {
        keys(j0, keys);
        if (!values(j0, keys)) {
          return false;
        }
        read = true;
      }
      block(block, count, j0, end);
    }
    return true;
  }

  private void keys(int j0, int keys) {
    Operand k = plan.k();
    boolean direct = k.dense() && g.dim() == dim;
    int padded = Bf16Tile.panels(keys) * PANEL;
    long zeros = staged + 2L * tile * dim;
    Bf16Tile.zero(zeros, 2L * dim);
    for (int j = 0; j < padded; j++) {
      if (j >= keys) {
        rows[j] = zeros;
      } else if (direct) {
        rows[j] = k.at(b, keyHead, j0 + j);
      } else {
        rows[j] = staged + 2L * j * dim;
        Bf16Tile.row(k.at(b, keyHead, j0 + j), k.column(), g.dim(), rows[j], dim);
      }
    }
    for (int j = 0; j < padded; j += PANEL) {
      Bf16Tile.columns(rows, j, dim / 2, kt + (long) j * dim * 2);
    }
  }

  private boolean values(int j0, int keys) {
    Operand v = plan.v();
    int columns = Bf16Tile.groups(g.valueDim());
    boolean direct = v.dense() && g.valueDim() == columns;
    int padded = Bf16Tile.groups(keys);
    long zeros = staged + 2L * tile * width;
    Bf16Tile.zero(zeros, 2L * columns);
    for (int j = 0; j < padded; j++) {
      if (j >= keys) {
        rows[j] = zeros;
      } else if (direct) {
        rows[j] = v.at(b, keyHead, j0 + j);
      } else {
        rows[j] = staged + 2L * j * columns;
        Bf16Tile.row(v.at(b, keyHead, j0 + j), v.column(), g.valueDim(), rows[j], columns);
      }
    }
    long panel = (long) tile / 2 * PAIR_ROW;
    int bad = 0;
    for (int j = 0; j < padded; j += 2) {
      long to = vt + (long) j / 2 * PAIR_ROW;
      bad |= Bf16Tile.rows(rows[j], rows[j + 1], columns, to, panel);
    }
    return bad == 0;
  }

  private void block(int block, int count, int j0, int end) {
    int down = rows(count);
    long left = q + 2L * block * QUERIES * dim;
    for (int j = 0; j < end; j += PANEL) {
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
          padded / 2,
          p,
          2L * tile,
          vt + d * panel,
          results(block) + d * C_PANEL,
          PAIR_ROW);
    }
    started[block] = true;
  }

  private long results(int block) {
    return o + 4L * block * QUERIES * width;
  }

  /** Weights of one row, zeros where it sees nothing; whether it sees anything. */
  private boolean softmax(int block, int i, int j0, int end, int padded) {
    int lane = block * QUERIES + i;
    int keys = Math.min(end, visible[lane] - j0);
    long to = p + 2L * i * tile;
    if (keys <= 0) {
      Bf16Tile.zero(to, 2L * padded);
      return false;
    }
    long row = s + (long) i * PAIR_ROW;
    int groups = Bf16Tile.groups(keys);
    float by = scale;
    if (plan.mask() != null) {
      readBias(block, i, j0, keys);
      RowSoftmax.bias(row, C_PANEL, keys, by, bias, 0);
      by = 1;
    } else if (by <= 0) {
      RowSoftmax.scale(row, C_PANEL, keys, by);
      by = 1;
    }
    RowSoftmax.limit(row, C_PANEL, keys, groups);
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

  private void readBias(int block, int i, int j0, int keys) {
    Operand mask = java.util.Objects.requireNonNull(plan.mask());
    int row = plan.firstRow(firstBlock + block) + i;
    long at = mask.at(b, head(row), row % g.queries()) + j0 * mask.column();
    TileLoad.row(mask.dtype(), at, mask.column(), keys, bias, 0);
  }

  private void store(int block) {
    int first = plan.firstRow(firstBlock + block);
    int count = plan.rowsOf(firstBlock + block);
    int columns = Bf16Tile.groups(g.valueDim());
    for (int i = 0; i < count; i++) {
      float l = sum[block * QUERIES + i];
      long row = ((long) b * g.heads() + head(first + i)) * g.queries() + (first + i) % g.queries();
      long to = plan.output() + 2L * row * g.valueDim();
      if (l == 0f) {
        Bf16Tile.zero(to, 2L * g.valueDim());
        continue;
      }
      long from = results(block) + (long) i * PAIR_ROW;
      boolean direct = columns == g.valueDim();
      Bf16Tile.result(from, C_PANEL, 1 / l, columns, direct ? to : staged);
      if (!direct) {
        Memory.copy(staged, to, 2L * g.valueDim());
      }
    }
  }
}
