package lazuli.array.cpu.attention;

import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import lazuli.array.attention.term.Program;
import lazuli.array.attention.term.Tiles;
import lazuli.array.cpu.Exponential;
import lazuli.array.cpu.Memory;
import lazuli.array.cpu.Species;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/**
 * One task of {@link GradientKernel}: one key head with the queries of its group. Scores lie
 * transposed, keys as rows and 64 queries as lanes, as in {@link FlashTask}.
 *
 * <p>With s = scale q kᵀ, p = exp(f(s) - lse) and the result o: dv = pᵀ do, dp = do vᵀ, ds = p (dp
 * - do o + dlse) f'(s), dq = scale ds k, dk = scale dsᵀ q.
 */
final class GradientTask {
  /** Keys of a tile. */
  static final int TILE = 128;

  private static final int QUERIES = FlashTask.QUERIES;
  private static final int ROWS = Microkernels.ROWS;
  private static final VectorSpecies<Float> S = Species.F32;
  private static final int L = Species.LANES;

  private final FlashPlan plan;
  private final Geometry g;
  private final @Nullable TermLanes change;
  private final @Nullable TermLanes slope;
  private final Operand state;
  private final Operand d;
  private final int b;
  private final int keyHead;
  private final int start;
  private final int keys;
  private final int dim;
  private final int width;
  private final long toQ;
  private final long toK;
  private final long toV;

  private final float[] k;
  private final float[] kt;
  private final float[] vt;
  private final float[] v;
  private final float[] dk;
  private final float[] dv;
  private final float[] dq;
  private final float[] q;
  private final float[] qt;
  private final float[] o;
  private final float[] ot;
  private final float[] s;
  private final float[] f;
  private final float[] dp;
  private final float[] row;
  private final float[] bias = new float[TILE + L];
  private final float[] lse = new float[QUERIES];
  private final float[] delta = new float[QUERIES];

  GradientTask(
      FlashPlan plan,
      @Nullable Program slope,
      List<TableData> tables,
      Operand state,
      Operand d,
      long to,
      int task) {
    this.plan = plan;
    this.state = state;
    this.d = d;
    g = plan.geometry();
    b = task / g.keyHeads();
    keyHead = task % g.keyHeads();
    start = plan.extent().start(b);
    keys = plan.extent().keys(b);
    change = plan.scores(b);
    TermLanes derivative = null;
    if (slope != null) {
      derivative = new TermLanes(slope, tables);
      derivative.batch(b, g.queries(), keys);
    }
    this.slope = derivative;
    dim = FlashPlan.ceil(Math.max(1, g.dim()), L) * L;
    width = FlashPlan.ceil(Math.max(1, g.valueDim()), L) * L;
    long sizeQ = (long) g.batch() * g.heads() * g.queries() * g.dim();
    long sizeK = (long) g.batch() * g.keyHeads() * g.keys() * g.dim();
    toQ = to + 4L * ((long) b * g.heads() + (long) keyHead * g.group()) * g.queries() * g.dim();
    toK = to + 4 * (sizeQ + (long) task * g.keys() * g.dim());
    toV = to + 4 * (sizeQ + sizeK + (long) task * g.keys() * g.valueDim());
    k = new float[TILE * dim];
    kt = new float[TILE * dim];
    v = new float[TILE * width];
    vt = new float[TILE * width];
    dk = new float[TILE * dim];
    dv = new float[TILE * width];
    // Rows of a block are whole microkernel rows.
    dq = new float[Math.multiplyExact(plan.blocks() * QUERIES, dim)];
    q = new float[QUERIES * dim];
    qt = new float[QUERIES * dim];
    o = new float[QUERIES * width];
    ot = new float[QUERIES * width];
    s = new float[TILE * QUERIES];
    f = new float[change == null ? 0 : TILE * QUERIES];
    dp = new float[TILE * QUERIES];
    row = new float[TILE * QUERIES];
  }

  void run() {
    zero(toK, (long) g.keys() * g.dim());
    zero(toV, (long) g.keys() * g.valueDim());
    for (int j0 = 0; j0 < keys; j0 += TILE) {
      tile(j0, Math.min(TILE, keys - j0));
    }
    for (int block = 0; block < plan.blocks(); block++) {
      for (int i = 0; i < plan.rowsOf(block); i++) {
        int at = (block * QUERIES + i) * dim;
        OnlineSoftmax.scale(dq, at, dim, (float) g.scale());
        long to = toQ + 4L * (plan.firstRow(block) + i) * g.dim();
        RowStore.row(dq, at, g.dim(), DType.F32, to);
      }
    }
  }

  private static void zero(long at, long floats) {
    Memory.ALL.asSlice(at, 4 * floats).fill((byte) 0);
  }

  private void tile(int j0, int count) {
    load(plan.k(), j0, count, g.dim(), dim, k, kt);
    load(plan.v(), j0, count, g.valueDim(), width, v, vt);
    Arrays.fill(dk, 0f);
    Arrays.fill(dv, 0f);
    for (int block = 0; block < plan.blocks(); block++) {
      block(block, j0, count);
    }
    for (int j = 0; j < count; j++) {
      long slot = start + j0 + j;
      OnlineSoftmax.scale(dk, j * dim, dim, (float) g.scale());
      RowStore.row(dk, j * dim, g.dim(), DType.F32, toK + 4 * slot * g.dim());
      RowStore.row(dv, j * width, g.valueDim(), DType.F32, toV + 4 * slot * g.valueDim());
    }
  }

  /**
   * Reads rows of keys or values, and packs them by 8. Rows with an infinity or NaN count as zeros:
   * where they are attended the result is NaN already, elsewhere nothing of them may leak.
   */
  private void load(
      KeyRows x, int j0, int count, int columns, int ld, float[] rows, float[] packed) {
    Arrays.fill(rows, 0f);
    x.load(b, keyHead, start + j0, count, columns, rows, 0, ld, row);
    for (int j = 0; j < count; j++) {
      float sum = 0;
      for (int c = 0; c < columns; c++) {
        sum += rows[j * ld + c] * 0f;
      }
      if (sum != 0f) {
        Arrays.fill(rows, j * ld, (j + 1) * ld, 0f);
      }
    }
    for (int j = 0; j < TILE; j += ROWS) {
      for (int c = 0; c < ld; c++) {
        for (int r = 0; r < ROWS; r++) {
          packed[j * ld + c * ROWS + r] = rows[(j + r) * ld + c];
        }
      }
    }
  }

  private void block(int block, int j0, int count) {
    int rows = plan.rowsOf(block);
    MaskRow mask = plan.rows() == null ? null : plan.rows().row(b, keyHead, block);
    int most = 0;
    for (int i = 0; i < rows; i++) {
      most = Math.max(most, g.visible(query(block, i), keys));
    }
    int end = Math.min(count, most - j0);
    if (end <= 0 || mask != null && mask.first(j0, j0 + end, -1L) == j0 + end) {
      return;
    }
    queries(block, rows);
    for (int j = 0; j < end; j += ROWS) {
      Microkernels.multiply(
          QUERIES, dim, kt, j * dim, ROWS, qt, 0, QUERIES, s, j * QUERIES, QUERIES, false);
      Microkernels.multiply(
          QUERIES, width, vt, j * width, ROWS, ot, 0, QUERIES, dp, j * QUERIES, QUERIES, false);
    }
    if (change != null) {
      change(block, rows, j0, end);
    }
    hide(block, rows, mask, j0, end);
    weights(end);
    // p and ds now; both are needed with queries as rows as well.
    transpose(s, end);
    product(row, end, o, width, dv);
    transpose(dp, end);
    product(row, end, q, dim, dk);
    for (int i = 0; i < rows; i += ROWS) {
      int at = (block * QUERIES + i) * dim;
      Microkernels.multiply(dim, end, dp, i, QUERIES, k, 0, dim, dq, at, dim, true);
    }
  }

  private int head(int block, int i) {
    return keyHead * g.group() + (plan.firstRow(block) + i) / g.queries();
  }

  private int query(int block, int i) {
    return (plan.firstRow(block) + i) % g.queries();
  }

  /** Reads a block's queries, the gradient of its results, and what belongs to each row. */
  private void queries(int block, int rows) {
    Arrays.fill(q, 0f);
    Arrays.fill(o, 0f);
    Arrays.fill(lse, Float.POSITIVE_INFINITY);
    Arrays.fill(delta, 0f);
    float scale = (float) g.scale();
    int columns = g.valueDim() + 1;
    for (int i = 0; i < rows; i++) {
      int h = head(block, i);
      int t = query(block, i);
      TileLoad.row(DType.F32, state.at(b, h, t), state.column(), columns, row, 0);
      TileLoad.row(DType.F32, d.at(b, h, t), d.column(), columns, row, columns);
      float sum = row[columns - 1];
      if (sum == Float.NEGATIVE_INFINITY) {
        continue;
      }
      lse[i] = sum;
      float dot = 0;
      for (int c = 0; c < columns - 1; c++) {
        dot += row[c] * row[columns + c];
        o[i * width + c] = row[columns + c];
      }
      delta[i] = dot - row[2 * columns - 1];
      Operand x = plan.q();
      TileLoad.row(x.dtype(), x.at(b, h, t), x.column(), g.dim(), q, i * dim);
    }
    for (int i = 0; i < QUERIES; i++) {
      for (int c = 0; c < dim; c++) {
        qt[c * QUERIES + i] = q[i * dim + c] * scale;
      }
      for (int c = 0; c < width; c++) {
        ot[c * QUERIES + i] = o[i * width + c];
      }
    }
  }

  /** Changes the scores, and multiplies what comes back by the change's derivative. */
  private void change(int block, int rows, int j0, int end) {
    TermLanes to = java.util.Objects.requireNonNull(change);
    TermLanes back = java.util.Objects.requireNonNull(slope);
    for (TermLanes lanes : new TermLanes[] {to, back}) {
      for (int i = 0; i < QUERIES; i++) {
        lanes.heads()[i] = head(block, i < rows ? i : 0);
        lanes.queries()[i] = query(block, i < rows ? i : 0);
      }
      lanes.repeat(QUERIES);
    }
    System.arraycopy(s, 0, f, 0, end * QUERIES);
    int each = TermLanes.CHUNK / QUERIES;
    for (int j = 0; j < end; j += each) {
      for (int i = 0; i < each; i++) {
        Arrays.fill(to.keys(), i * QUERIES, (i + 1) * QUERIES, j0 + j + i);
        Arrays.fill(back.keys(), i * QUERIES, (i + 1) * QUERIES, j0 + j + i);
      }
      int n = Math.min(TermLanes.CHUNK, (end - j) * QUERIES);
      to.change(s, j * QUERIES, n);
      back.change(f, j * QUERIES, n);
    }
  }

  /** Adds the mask array, and masks what positions, the array and the expression hide. */
  private void hide(int block, int rows, @Nullable MaskRow mask, int j0, int end) {
    Operand array = plan.mask();
    for (int i = 0; i < rows; i++) {
      int visible = Math.min(end, g.visible(query(block, i), keys) - j0);
      for (int j = Math.max(0, visible); j < end; j++) {
        s[j * QUERIES + i] = Float.NEGATIVE_INFINITY;
      }
      if (array != null) {
        long at = array.at(b, head(block, i), query(block, i)) + (start + j0) * array.column();
        TileLoad.row(array.dtype(), at, array.column(), end, bias, 0);
        for (int j = 0; j < visible; j++) {
          float x = s[j * QUERIES + i] + bias[j];
          s[j * QUERIES + i] = BiasTile.masks(bias[j]) ? Float.NEGATIVE_INFINITY : x;
        }
      }
    }
    for (int j = 0; mask != null && j < end; j++) {
      int stretch = (j0 + j) / MaskRow.KEYS;
      if (mask.kind(stretch) == Tiles.EMPTY) {
        Arrays.fill(s, j * QUERIES, (j + 1) * QUERIES, Float.NEGATIVE_INFINITY);
      } else if (mask.kind(stretch) == Tiles.PARTIAL) {
        long[] words = mask.bits(stretch);
        for (int lane = 0; lane < QUERIES; lane += L) {
          OnlineSoftmax.hide(s, lane, QUERIES, j, j + 1, words, (j0 + j) % MaskRow.KEYS, lane);
        }
      }
    }
  }

  /** s becomes p, dp becomes ds. */
  private void weights(int end) {
    for (int lane = 0; lane < QUERIES; lane += L) {
      FloatVector sum = FloatVector.fromArray(S, lse, lane);
      FloatVector less = FloatVector.fromArray(S, delta, lane);
      for (int j = 0; j < end; j++) {
        int at = j * QUERIES + lane;
        FloatVector x = Exponential.of(FloatVector.fromArray(S, s, at).sub(sum));
        FloatVector y = FloatVector.fromArray(S, dp, at).sub(less).mul(x);
        if (slope != null) {
          y = y.mul(FloatVector.fromArray(S, f, at));
          // Where a weight is 0 the score may be infinite, and so the derivative unknown.
          y = y.blend(0f, x.eq(0f));
        }
        x.intoArray(s, at);
        y.intoArray(dp, at);
      }
    }
  }

  /** Writes [keys][queries] as [queries][keys]. */
  private void transpose(float[] x, int end) {
    for (int j = 0; j < TILE; j++) {
      for (int i = 0; i < QUERIES; i++) {
        row[i * TILE + j] = j < end ? x[j * QUERIES + i] : 0f;
      }
    }
  }

  private static void product(float[] left, int end, float[] right, int ld, float[] to) {
    for (int j = 0; j < end; j += ROWS) {
      Microkernels.multiply(ld, QUERIES, left, j, TILE, right, 0, ld, to, j * ld, ld, true);
    }
  }
}
