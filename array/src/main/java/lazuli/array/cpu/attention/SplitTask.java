package lazuli.array.cpu.attention;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import lazuli.array.cpu.Exponential;
import lazuli.array.cpu.LaneSum;
import lazuli.array.cpu.Scratch;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.cpu.Species;
import lazuli.array.type.DType;

/** One task of {@link SplitKernel}: the query rows of a group against one split of its keys. */
final class SplitTask {
  /** Keys that are read together: they stay in the first-level cache for all rows of a group. */
  static final int TILE = 32;

  private static final VectorSpecies<Float> S = Species.F32;
  private static final int L = Species.LANES;
  private static final float MASKED = Float.NEGATIVE_INFINITY;
  // Stands for a masked position among weights, which are never negative.
  private static final float NOT_READ = -1f;
  // Converting a row again for a second query is cheaper than writing it out.
  private static final int MOST_ROWS_DIRECT = 2;

  /** Where rows of keys or values are read. */
  private enum Source {
    ARRAY,
    F32_MEMORY,
    BF16_MEMORY
  }

  private final SplitPlan plan;
  private final Geometry g;
  private final int b;
  private final int keyHead;
  private final int split;
  private final int first;
  private final int keys;
  private final int dim;
  private final int width;
  private final Source keySource;
  private final Source valueSource;
  private final float[] q;
  private final float[] s;
  private final float[] o;
  private final float[] rows;
  private final float[] part;
  private final float[] stats;

  private SplitTask(SplitPlan plan, int task) {
    this.plan = plan;
    g = plan.geometry();
    split = task % plan.splits();
    int head = task / plan.splits();
    b = head / g.keyHeads();
    keyHead = head % g.keyHeads();
    first = split * plan.keysPerSplit();
    keys = Math.min(plan.keysPerSplit(), g.keys() - first);
    dim = FlashPlan.ceil(g.dim(), 2 * L) * 2 * L;
    width = SplitPlan.width(g);
    keySource = source(plan.k(), g.dim());
    valueSource = source(plan.v(), g.valueDim());
    Scratch scratch = Scratch.current();
    q = scratch.floats(Slot.ATTENTION_0, (g.rows() + 1) * dim);
    s = scratch.floats(Slot.ATTENTION_1, g.rows() * plan.keysPerSplit());
    o = scratch.floats(Slot.ATTENTION_2, (g.rows() + 1) * width);
    rows = scratch.floats(Slot.ATTENTION_3, TILE * Math.max(dim, width));
    part = scratch.floats(Slot.ATTENTION_4, Math.max(TILE, plan.keysPerSplit()));
    stats = scratch.floats(Slot.ATTENTION_5, 2 * g.rows());
  }

  static void run(SplitPlan plan, int task) {
    new SplitTask(plan, task).run();
  }

  private Source source(Operand x, int columns) {
    if (x.dense() && x.dtype() == DType.F32 && columns % L == 0) {
      return Source.F32_MEMORY;
    }
    boolean pairs = x.dense() && x.dtype() == DType.BF16 && columns % (2 * L) == 0;
    return pairs && g.rows() <= MOST_ROWS_DIRECT ? Source.BF16_MEMORY : Source.ARRAY;
  }

  private void run() {
    for (int r = 0; r < g.rows(); r++) {
      loadQuery(r);
    }
    for (int j = 0; j < keys; j += TILE) {
      scores(j, Math.min(TILE, keys - j));
    }
    for (int r = 0; r < g.rows(); r++) {
      softmax(r);
    }
    Arrays.fill(o, 0, g.rows() * width, 0f);
    for (int j = 0; j < keys; j += TILE) {
      values(j, Math.min(TILE, keys - j));
    }
    for (int r = 0; r < g.rows(); r++) {
      finish(r);
    }
  }

  private int head(int row) {
    return keyHead * g.group() + row / g.queries();
  }

  /** The keys of this split that a row sees by position. */
  private int visible(int row) {
    return Math.clamp((long) g.visible(row % g.queries()) - first, 0, keys);
  }

  private void loadQuery(int r) {
    Operand x = plan.q();
    int at = r * dim;
    int temporary = g.rows() * dim;
    int to = keySource == Source.BF16_MEMORY ? temporary : at;
    long from = x.at(b, head(r), r % g.queries());
    TileLoad.row(x.dtype(), from, x.column(), g.dim(), q, to);
    float scale = (float) g.scale();
    for (int d = 0; d < g.dim(); d++) {
      q[to + d] *= scale;
    }
    Arrays.fill(q, to + g.dim(), to + dim, 0f);
    if (keySource == Source.BF16_MEMORY) {
      Decode.pair(q, temporary, dim, q, at);
    }
  }

  private void scores(int j0, int count) {
    Operand k = plan.k();
    long at = k.at(b, keyHead, first + j0);
    if (keySource == Source.ARRAY) {
      load(k, at, count, g.dim(), dim);
    }
    for (int r = 0; r < g.rows(); r++) {
      int n = Math.min(count, visible(r) - j0);
      if (n <= 0) {
        continue;
      }
      int so = r * plan.keysPerSplit() + j0;
      switch (keySource) {
        case ARRAY -> Decode.scores(rows, 0, dim, n, dim, q, r * dim, s, so);
        case F32_MEMORY -> Decode.scoresF32(at, k.row(), n, g.dim(), q, r * dim, s, so);
        case BF16_MEMORY -> Decode.scoresBf16(at, k.row(), n, g.dim(), q, r * dim, s, so);
      }
    }
  }

  private void load(Operand x, long at, int count, int columns, int ld) {
    TileLoad.rows(x, at, count, columns, rows, 0, ld, part);
    if (ld > columns) {
      for (int j = 0; j < count; j++) {
        Arrays.fill(rows, j * ld + columns, (j + 1) * ld, 0f);
      }
    }
  }

  /** Turns a row's scores into weights; masked positions are marked, not weighed. */
  private void softmax(int r) {
    int at = r * plan.keysPerSplit();
    int n = visible(r);
    int padded = FlashPlan.ceil(n, L) * L;
    Arrays.fill(s, at + n, at + padded, MASKED);
    Operand mask = plan.mask();
    if (mask != null && n > 0) {
      long row = mask.at(b, head(r), r % g.queries()) + first * mask.column();
      TileLoad.row(mask.dtype(), row, mask.column(), n, part, 0);
      Arrays.fill(part, n, padded, MASKED);
      bias(s, at, part, padded);
    }
    float max = maximum(s, at, padded);
    stats[2 * r + 1] = max;
    stats[2 * r] = weights(s, at, padded, max);
  }

  private static void bias(float[] s, int at, float[] bias, int n) {
    for (int j = 0; j < n; j += L) {
      FloatVector x = FloatVector.fromArray(S, bias, j);
      FloatVector.fromArray(S, s, at + j)
          .add(x)
          .blend(MASKED, x.compare(VectorOperators.EQ, MASKED))
          .intoArray(s, at + j);
    }
  }

  private static float maximum(float[] s, int at, int n) {
    FloatVector m = FloatVector.broadcast(S, OnlineSoftmax.START);
    for (int j = 0; j < n; j += L) {
      FloatVector x = FloatVector.fromArray(S, s, at + j);
      m = m.blend(x, x.compare(VectorOperators.GT, m));
    }
    return m.reduceLanes(VectorOperators.MAX);
  }

  private static float weights(float[] s, int at, int n, float max) {
    FloatVector sum = FloatVector.zero(S);
    for (int j = 0; j < n; j += L) {
      FloatVector x = FloatVector.fromArray(S, s, at + j);
      VectorMask<Float> masked = x.compare(VectorOperators.EQ, MASKED);
      FloatVector w = Exponential.of(x.sub(max));
      sum = sum.add(w);
      w.blend(NOT_READ, masked).intoArray(s, at + j);
    }
    return LaneSum.of(sum);
  }

  private void values(int j0, int count) {
    Operand v = plan.v();
    long at = v.at(b, keyHead, first + j0);
    if (valueSource == Source.ARRAY) {
      load(v, at, count, g.valueDim(), width);
    }
    for (int r = 0; r < g.rows(); r++) {
      int so = r * plan.keysPerSplit() + j0;
      int n = Math.min(count, visible(r) - j0);
      if (plan.mask() == null) {
        if (n > 0) {
          values(at, 0, n, r, so);
        }
        continue;
      }
      for (int from = 0; from < n; ) {
        if (s[so + from] < 0) {
          from++;
          continue;
        }
        int to = from + 1;
        while (to < n && !(s[so + to] < 0)) {
          to++;
        }
        values(at, from, to, r, so);
        from = to;
      }
    }
  }

  /** Adds the values of a run of attended keys. */
  private void values(long at, int from, int to, int r, int so) {
    int n = to - from;
    int oo = r * width;
    long step = plan.v().row();
    long run = at + from * step;
    switch (valueSource) {
      case ARRAY -> Decode.values(rows, from * width, width, n, width, s, so + from, o, oo);
      case F32_MEMORY -> Decode.valuesF32(run, step, n, g.valueDim(), s, so + from, o, oo);
      case BF16_MEMORY -> Decode.valuesBf16(run, step, n, g.valueDim(), s, so + from, o, oo);
    }
  }

  private void finish(int r) {
    int at = r * width;
    if (valueSource == Source.BF16_MEMORY) {
      int temporary = g.rows() * width;
      System.arraycopy(o, at, o, temporary, width);
      Decode.unpair(o, temporary, width, o, at);
    }
    if (plan.splits() == 1) {
      store(plan, b, keyHead, r, stats[2 * r], o, at);
      return;
    }
    int to = plan.partial(b * g.keyHeads() + keyHead, split, r);
    plan.partials()[to] = stats[2 * r];
    plan.partials()[to + 1] = stats[2 * r + 1];
    System.arraycopy(o, at, plan.partials(), to + 2, width);
  }

  private static void store(
      SplitPlan plan, int b, int keyHead, int r, float sum, float[] o, int at) {
    int width = SplitPlan.width(plan.geometry());
    if (sum == 0f) {
      Arrays.fill(o, at, at + width, 0f);
    } else {
      OnlineSoftmax.divide(o, at, width, sum);
    }
    long to = plan.outputRow(b, keyHead, r);
    RowStore.row(o, at, plan.geometry().valueDim(), plan.outputType(), to);
  }

  /** Joins the splits of one key head in their order, by log-sum-exp. */
  static void merge(SplitPlan plan, int headIndex) {
    Geometry g = plan.geometry();
    int width = SplitPlan.width(g);
    float[] p = plan.partials();
    for (int r = 0; r < g.rows(); r++) {
      float max = OnlineSoftmax.START;
      for (int i = 0; i < plan.splits(); i++) {
        max = Math.max(max, p[plan.partial(headIndex, i, r) + 1]);
      }
      int to = plan.partial(headIndex, 0, r);
      float sum = 0;
      for (int i = 0; i < plan.splits(); i++) {
        int from = plan.partial(headIndex, i, r);
        float factor = p[from] == 0f ? 0f : Exponential.of(p[from + 1] - max);
        sum += p[from] * factor;
        OnlineSoftmax.scale(p, from + 2, width, factor);
        if (i > 0) {
          add(p, to + 2, from + 2, width);
        }
      }
      store(plan, headIndex / g.keyHeads(), headIndex % g.keyHeads(), r, sum, p, to + 2);
    }
  }

  private static void add(float[] p, int to, int from, int width) {
    for (int i = 0; i < width; i += L) {
      FloatVector.fromArray(S, p, to + i)
          .add(FloatVector.fromArray(S, p, from + i))
          .intoArray(p, to + i);
    }
  }
}
