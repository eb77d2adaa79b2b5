package lazuli.array.cpu.attention;

import java.util.Arrays;
import java.util.Objects;
import lazuli.array.attention.term.Tiles;
import lazuli.array.cpu.Bf16Tile;
import lazuli.array.cpu.Memory;
import lazuli.array.cpu.Scratch;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.cpu.code.Bf16Product;
import lazuli.array.cpu.code.Bf16Weights;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/**
 * The scores of one block of queries against some keys, and the weights that become of them, for
 * {@link Bf16Task}. Places of keys count from the first of these keys.
 *
 * <p>Each row has a first and a last key, and so has each group of 16 rows: what lies outside is
 * neither computed nor read.
 */
final class Bf16Scores {
  /** Rows that share limits in the products. */
  static final int ROWS = Bf16Product.ROWS;

  /** From one row of scores to the next. */
  static final int PAIR_ROW = 4 * Bf16Product.COLUMNS;

  /** From one panel of scores or results to the next. */
  static final long C_PANEL = (long) PAIR_ROW * FlashTask.QUERIES;

  private static final int QUERIES = FlashTask.QUERIES;
  private static final int PANEL = Bf16Product.COLUMNS;
  private static final int GROUP = Bf16Tile.GROUP;
  // Shifts, for a division also looks at the sign.
  private static final int PANEL_BITS = Integer.numberOfTrailingZeros(PANEL);
  private static final int GROUP_BITS = Integer.numberOfTrailingZeros(GROUP);

  private final FlashPlan plan;
  private final Bf16Weights weights;
  private final Geometry g;
  private final int b;
  private final int keyHead;
  private final int start;
  private final int span;
  private final float scale;
  private final @Nullable TermLanes change;
  private final int[] from = new int[QUERIES];
  private final int[] end = new int[QUERIES];
  private final int[] groupFrom = new int[QUERIES / ROWS];
  private final int[] groupEnd = new int[QUERIES / ROWS];
  private final boolean[] hidden = new boolean[QUERIES];
  private final float[] line;
  private final float[] bias;
  private final long s;
  private final long p;
  private final long rows;

  private int first;
  private @Nullable MaskRow row;

  /**
   * Makes room.
   *
   * @param blocks how many blocks' rows have sums
   * @param span the most keys of a call
   */
  Bf16Scores(FlashPlan plan, Bf16Weights weights, int b, int keyHead, int blocks, int span) {
    this.plan = plan;
    this.weights = weights;
    this.b = b;
    this.keyHead = keyHead;
    this.span = span;
    g = plan.geometry();
    start = plan.extent().start(b);
    scale = (float) (g.scale() * RowSoftmax.LOG2_E);
    change = plan.scores(b);
    line = new float[change == null ? 0 : span];
    Scratch scratch = Scratch.current();
    bias = scratch.floats(Slot.ATTENTION_5, plan.mask() == null ? 0 : QUERIES * span);
    s = scratch.bytes(Slot.ATTENTION_2, 4L * QUERIES * span);
    p = scratch.bytes(Slot.ATTENTION_3, 2L * QUERIES * span);
    rows = scratch.bytes(Slot.ROW, (long) blocks * QUERIES * Bf16Weights.BLOCK);
    Bf16Tile.zero(rows, (long) blocks * QUERIES * Bf16Weights.BLOCK);
  }

  /**
   * {@return whether any row sees any key} Finds the limits of all rows.
   *
   * @param block the block
   * @param seen what the mask expression lets it see, or null
   * @param visible how many keys each row sees by position, from a place on
   * @param lane that place
   * @param lo the first key, a multiple of 64
   * @param hi after the last key
   */
  boolean limits(int block, @Nullable MaskRow seen, int[] visible, int lane, int lo, int hi) {
    first = lo;
    row = seen;
    int count = plan.rowsOf(block);
    if (plan.mask() != null) {
      bias(block, count, hi);
    }
    boolean any = false;
    Arrays.fill(groupFrom, hi - lo);
    Arrays.fill(groupEnd, 0);
    for (int i = 0; i < count; i++) {
      int until = Math.min(visible[lane + i], hi);
      from[i] = seen == null ? 0 : Math.max(0, seen.from(i) - lo);
      end[i] = (seen == null ? until : Math.min(until, seen.end(i))) - lo;
      if (end[i] <= from[i] || plan.mask() != null && hidden[i]) {
        from[i] = 0;
        end[i] = 0;
        continue;
      }
      any = true;
      int n = i / ROWS;
      groupFrom[n] = Math.min(groupFrom[n], from[i] / GROUP * GROUP);
      groupEnd[n] = Math.max(groupEnd[n], Bf16Tile.groups(end[i]));
    }
    return any;
  }

  /** Reads a block's rows of the mask and finds those that hide every key. */
  private void bias(int block, int count, int hi) {
    Operand mask = Objects.requireNonNull(plan.mask());
    for (int i = 0; i < count; i++) {
      int at = plan.firstRow(block) + i;
      long row = mask.at(b, head(at), at % g.queries()) + (start + first) * mask.column();
      TileLoad.row(mask.dtype(), row, mask.column(), hi - first, bias, i * span);
      hidden[i] = BiasTile.allMasked(bias, i * span, hi - first);
    }
  }

  private int head(int at) {
    return keyHead * g.group() + at / g.queries();
  }

  /** {@return the first key that one of a group's rows sees, rounded down to 32} */
  int groupFrom(int n) {
    return groupFrom[n];
  }

  /**
   * {@return after the last key that one of a group's rows sees, rounded up; 0 if there is none}
   */
  int groupEnd(int n) {
    return groupEnd[n];
  }

  /** {@return whether a panel of keys holds any that is seen by a row of a group} */
  boolean sees(int n, int panel) {
    int key = panel * PANEL;
    return groupFrom[n] < key + PANEL
        && groupEnd[n] > key
        && (row == null || row.kind((first + key) / PANEL) != Tiles.EMPTY);
  }

  /** {@return whether a row sees a key} Valid when weights have been made. */
  boolean sees(int i, int key, float score) {
    return key >= from[i] && key < end[i] && score != Float.NEGATIVE_INFINITY;
  }

  /** {@return the score of a row and a key, to base 2} Valid when weights have been made. */
  float score(int i, int key) {
    return Memory.getFloat(s + i * (long) PAIR_ROW + key / PANEL * C_PANEL + 4L * (key % PANEL));
  }

  /** {@return what scores are multiplied by when weights are made of them} */
  float by() {
    return plan.mask() != null ? 1 : change != null ? RowSoftmax.LOG2_E : scale <= 0 ? 1 : scale;
  }

  /** {@return the weight of a row and a key} */
  float weight(int i, int key) {
    return Float.intBitsToFloat(Memory.getShort(weights(i, key)) << 16);
  }

  /** {@return where the scores of a group lie in a panel} */
  long scores(int n, int panel) {
    return s + panel * C_PANEL + (long) n * ROWS * PAIR_ROW;
  }

  /** {@return where the weights of a row begin with a key} */
  long weights(int i, int key) {
    return p + 2L * i * span + 2L * key;
  }

  /** {@return from one row of weights to the next} */
  long weightsRow() {
    return 2L * span;
  }

  /** Makes the weights of the rows that a block's last group lacks 0. */
  void pad(int count) {
    int n = count / ROWS;
    for (int i = count; i % ROWS != 0; i++) {
      zero(i, groupFrom[n], groupEnd[n]);
    }
  }

  private void zero(int i, int from, int end) {
    if (end > from) {
      Bf16Tile.zero(weights(i, from), 2L * (end - from));
    }
  }

  /**
   * {@return the factor for what was summed before} Turns a row's scores into weights, zeros where
   * its group reads and it sees nothing.
   *
   * @param block the block
   * @param i the row
   * @param max the maxima of all rows
   * @param lane the row's place among them, and among the sums
   */
  float softmax(int block, int i, float[] max, int lane) {
    int n = i / ROWS;
    int until = end[i];
    if (until == 0) {
      zero(i, groupFrom[n], groupEnd[n]);
      return 1f;
    }
    int begin = from[i] & -GROUP;
    int stop = until + GROUP - 1 & -GROUP;
    long at = s + (long) i * PAIR_ROW;
    float by = scale;
    if (change != null) {
      change(change, block, i, begin, until, at);
      by = RowSoftmax.LOG2_E;
    }
    if (plan.mask() != null) {
      RowSoftmax.bias(at, C_PANEL, begin, until, by, bias, i * span);
      by = 1;
    } else if (by <= 0) {
      RowSoftmax.scale(at, C_PANEL, begin, until, by);
      by = 1;
    }
    if (until < stop) {
      RowSoftmax.limit(at, C_PANEL, until, stop);
    }
    if (begin < from[i]) {
      RowSoftmax.before(at, C_PANEL, begin, from[i]);
    }
    if (row != null && row.holes()) {
      hide(row, i, begin, stop, at);
    }
    float before = max[lane];
    float now = Math.max(before, RowSoftmax.maximum(at, C_PANEL, begin, stop) * by);
    float factor = RowSoftmax.factor(before, now);
    long exchange = rows + (long) lane * Bf16Weights.BLOCK;
    Memory.putFloat(exchange, by);
    Memory.putFloat(exchange + 4, -now);
    Memory.putFloat(exchange + 8, factor);
    weights.row(
        (begin & PANEL - 1) != 0,
        at + (begin >>> PANEL_BITS) * C_PANEL + 4L * (begin & PANEL - 1),
        stop - begin >>> GROUP_BITS,
        C_PANEL,
        weights(i, begin),
        exchange);
    max[lane] = now;
    if (groupFrom[n] < begin) {
      Bf16Tile.zero(weights(i, groupFrom[n]), 2L * (begin - groupFrom[n]));
    }
    if (stop < groupEnd[n]) {
      Bf16Tile.zero(weights(i, stop), 2L * (groupEnd[n] - stop));
    }
    return factor;
  }

  /** {@return the sum of a row's weights so far} It is kept in 16 parts. */
  float sum(int lane) {
    return RowSoftmax.sum(rows + (long) lane * Bf16Weights.BLOCK + 64);
  }

  /** Masks what the expression hides from a row between the keys that it sees. */
  private void hide(MaskRow seen, int i, int begin, int stop, long at) {
    for (int j = begin; j < stop; ) {
      int until = Math.min(stop, (j / PANEL + 1) * PANEL);
      long word = seen.word((first + j) / PANEL, i) >>> j % PANEL;
      if (word != -1L >>> j % PANEL) {
        RowSoftmax.hide(at + j / PANEL * C_PANEL + 4L * (j % PANEL), until - j, word);
      }
      j = until;
    }
  }

  /** Changes the scores of a row, which are scaled first. */
  private void change(TermLanes lanes, int block, int i, int begin, int until, long at) {
    int position = plan.firstRow(block) + i;
    Arrays.fill(lanes.heads(), head(position));
    Arrays.fill(lanes.queries(), position % g.queries());
    lanes.rows();
    float natural = (float) g.scale();
    int padded = FlashPlan.ceil(until, 8) * 8;
    for (int j = begin; j < padded; j += GROUP) {
      int n = Math.min(GROUP, padded - j);
      TileLoad.row(DType.F32, at + j / PANEL * C_PANEL + 4L * (j % PANEL), 4, n, line, j);
    }
    for (int j = begin; j < padded; j++) {
      line[j] *= natural;
    }
    for (int j = begin; j < padded; j += TermLanes.CHUNK) {
      int n = Math.min(TermLanes.CHUNK, padded - j);
      for (int k = 0; k < n; k++) {
        lanes.keys()[k] = first + j + k;
      }
      lanes.change(line, j, n);
    }
    for (int j = begin; j < padded; j += GROUP) {
      int n = Math.min(GROUP, padded - j);
      RowStore.row(line, j, n, DType.F32, at + j / PANEL * C_PANEL + 4L * (j % PANEL));
    }
  }
}
