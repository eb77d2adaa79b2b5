package lazuli.array.cpu.attention;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import lazuli.array.attention.KvFormat;
import lazuli.array.attention.term.Tiles;
import lazuli.array.cpu.Exponential;
import lazuli.array.cpu.LaneSum;
import lazuli.array.cpu.Memory;
import lazuli.array.cpu.Scratch;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.cpu.Species;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

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
    BF16_MEMORY,
    I8_MEMORY
  }

  private final SplitPlan plan;
  private final Geometry g;
  private final int b;
  private final int keyHead;
  private final int split;
  private final int start;
  private final int allKeys;
  private final int first;
  private final int keys;
  private final @Nullable MaskRow[] masks;
  private final @Nullable TermLanes change;
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
    start = plan.common().extent().start(b);
    allKeys = plan.common().extent().keys(b);
    first = split * plan.keysPerSplit();
    keys = Math.clamp((long) allKeys - first, 0, plan.keysPerSplit());
    masks = new MaskRow[plan.common().rows() == null ? 0 : plan.common().blocks()];
    change = plan.common().scores(b);
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

  private Source source(KeyRows rowsOf, int columns) {
    Operand x = rowsOf.codes();
    if (rowsOf.pages() != null && (start != 0 || rowsOf.pages().size() % TILE != 0)) {
      // A tile may lie in two pages.
      return Source.ARRAY;
    }
    if (rowsOf.format() == KvFormat.INT8) {
      boolean whole = x.dense() && columns % L == 0 && TileLoad.readsBytes();
      return whole && g.rows() <= MOST_ROWS_DIRECT ? Source.I8_MEMORY : Source.ARRAY;
    }
    if (x.dense() && x.dtype() == DType.F32 && columns % L == 0) {
      return Source.F32_MEMORY;
    }
    boolean pairs = x.dense() && x.dtype() == DType.BF16 && columns % (2 * L) == 0;
    return pairs && g.rows() <= MOST_ROWS_DIRECT ? Source.BF16_MEMORY : Source.ARRAY;
  }

  private void run() {
    MaskRows rowsOfMask = plan.common().rows();
    for (int block = 0; rowsOfMask != null && block < masks.length; block++) {
      masks[block] = rowsOfMask.row(b, keyHead, block);
    }
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
    return Math.clamp((long) g.visible(row % g.queries(), allKeys) - first, 0, keys);
  }

  /** Whether the expression hides some keys, from j on in this split, from all rows. */
  private boolean hidden(int j, int count) {
    if (masks.length == 0) {
      return false;
    }
    for (MaskRow row : masks) {
      if (row != null
          && row.first(first + j, Math.min(row.keys(), first + j + count), -1L)
              < Math.min(row.keys(), first + j + count)) {
        return false;
      }
    }
    return true;
  }

  private void loadQuery(int r) {
    Operand x = plan.q();
    int at = r * dim;
    int temporary = g.rows() * dim;
    int to = keySource == Source.BF16_MEMORY ? temporary : at;
    long from = x.at(b, head(r), r % g.queries());
    if (keySource == Source.BF16_MEMORY && x.dense() && x.dtype() == DType.BF16) {
      Decode.pairBf16(from, g.dim(), (float) g.scale(), q, at);
      return;
    }
    if (keySource == Source.BF16_MEMORY && x.dense() && x.dtype() == DType.F32) {
      Decode.pairF32(from, g.dim(), (float) g.scale(), q, at);
      return;
    }
    TileLoad.row(x.dtype(), from, x.column(), g.dim(), q, to);
    Arrays.fill(q, to + g.dim(), to + dim, 0f);
    OnlineSoftmax.scale(q, to, dim, (float) g.scale());
    if (keySource == Source.BF16_MEMORY) {
      Decode.pair(q, temporary, dim, q, at);
    }
  }

  private void scores(int j0, int count) {
    if (hidden(j0, count)) {
      return;
    }
    Operand k = plan.k().codes();
    long at = plan.k().at(b, keyHead, start + first + j0);
    if (keySource == Source.ARRAY) {
      load(plan.k(), j0, count, g.dim(), dim);
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
        case I8_MEMORY -> {
          Decode.scoresI8(at, k.row(), n, g.dim(), q, r * dim, s, so);
          for (int j = 0; j < n; j++) {
            s[so + j] *= plan.k().scale(b, keyHead, start + first + j0 + j);
          }
        }
      }
    }
  }

  private void load(KeyRows x, int j0, int count, int columns, int ld) {
    x.load(b, keyHead, start + first + j0, count, columns, rows, 0, ld, part);
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
    if (change != null && n > 0) {
      change(r, at, n);
      Arrays.fill(s, at + n, at + padded, MASKED);
    }
    Operand mask = plan.mask();
    if (mask != null && n > 0) {
      long row = mask.at(b, head(r), r % g.queries()) + (start + first) * mask.column();
      TileLoad.row(mask.dtype(), row, mask.column(), n, part, 0);
      Arrays.fill(part, n, padded, MASKED);
      bias(s, at, part, padded);
    }
    if (masks.length > 0) {
      hide(r, at, n);
    }
    float max = maximum(s, at, padded);
    stats[2 * r + 1] = max;
    stats[2 * r] = weights(s, at, padded, max);
  }

  /** Changes a row's scores, some keys at a time. */
  private void change(int r, int at, int n) {
    TermLanes lanes = java.util.Objects.requireNonNull(change);
    Arrays.fill(lanes.heads(), head(r));
    Arrays.fill(lanes.queries(), r % g.queries());
    lanes.rows();
    for (int j = 0; j < n; j += TermLanes.CHUNK) {
      int count = FlashPlan.ceil(Math.min(TermLanes.CHUNK, n - j), 8) * 8;
      for (int i = 0; i < count; i++) {
        lanes.keys()[i] = first + j + i;
      }
      lanes.change(s, at + j, count);
    }
  }

  /** Masks what the expression hides from a row. */
  private void hide(int r, int at, int n) {
    MaskRow row = java.util.Objects.requireNonNull(masks[r / FlashTask.QUERIES]);
    int bit = r % FlashTask.QUERIES;
    for (int j = 0; j < n; j++) {
      int key = first + j;
      byte kind = row.kind(key / MaskRow.KEYS);
      if (kind == Tiles.FULL) {
        j += MaskRow.KEYS - 1 - key % MaskRow.KEYS;
      } else if (!row.sees(bit, key)) {
        s[at + j] = MASKED;
      }
    }
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
    if (hidden(j0, count)) {
      return;
    }
    long at = plan.v().at(b, keyHead, start + first + j0);
    if (valueSource == Source.ARRAY) {
      load(plan.v(), j0, count, g.valueDim(), width);
    }
    for (int r = 0; r < g.rows(); r++) {
      int so = r * plan.keysPerSplit() + j0;
      int n = Math.min(count, visible(r) - j0);
      if (plan.mask() == null && masks.length == 0 && change == null) {
        if (n > 0) {
          values(at, j0, 0, n, r, so);
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
        values(at, j0, from, to, r, so);
        from = to;
      }
    }
  }

  /** Adds the values of a run of attended keys. */
  private void values(long at, int j0, int from, int to, int r, int so) {
    int n = to - from;
    int oo = r * width;
    long step = plan.v().codes().row();
    long run = at + from * step;
    switch (valueSource) {
      case ARRAY -> Decode.values(rows, from * width, width, n, width, s, so + from, o, oo);
      case F32_MEMORY -> Decode.valuesF32(run, step, n, g.valueDim(), s, so + from, o, oo);
      case BF16_MEMORY -> Decode.valuesBf16(run, step, n, g.valueDim(), s, so + from, o, oo);
      case I8_MEMORY -> {
        for (int j = 0; j < n; j++) {
          int slot = start + first + j0 + from + j;
          part[j] = s[so + from + j] * plan.v().scale(b, keyHead, slot);
        }
        Decode.valuesI8(run, step, n, g.valueDim(), part, 0, o, oo);
      }
    }
  }

  private void finish(int r) {
    int at = r * width;
    FlashPlan common = plan.common();
    if (valueSource == Source.BF16_MEMORY) {
      boolean plain = plan.splits() == 1 && common.sinks() == null && !common.state();
      if (plain && stats[2 * r] != 0f) {
        long to = common.outputRow(b, head(r), r % g.queries());
        if (common.outputType() == DType.BF16) {
          Decode.storeBf16(o, at, width, stats[2 * r], to);
          return;
        }
        if (common.outputType() == DType.F32) {
          Decode.storeF32(o, at, width, stats[2 * r], to);
          return;
        }
      }
      int temporary = g.rows() * width;
      System.arraycopy(o, at, o, temporary, width);
      Decode.unpair(o, temporary, width, o, at);
    }
    if (plan.splits() == 1) {
      store(plan, b, keyHead, r, stats[2 * r], stats[2 * r + 1], o, at);
      return;
    }
    int to = plan.partial(b * g.keyHeads() + keyHead, split, r);
    plan.partials()[to] = stats[2 * r];
    plan.partials()[to + 1] = stats[2 * r + 1];
    System.arraycopy(o, at, plan.partials(), to + 2, width);
  }

  private static void store(
      SplitPlan plan, int b, int keyHead, int r, float sum, float max, float[] o, int at) {
    FlashPlan common = plan.common();
    Geometry g = plan.geometry();
    int width = SplitPlan.width(g);
    int head = keyHead * g.group() + r / g.queries();
    float total = sum;
    float top = max;
    float[] sinks = common.sinks();
    if (sinks != null) {
      OnlineSoftmax.scale(o, at, width, OnlineSoftmax.sinkFactor(max, sum, sinks[head]));
      total = OnlineSoftmax.sinkSum(max, sum, sinks[head]);
      top = OnlineSoftmax.sinkMax(max, sum, sinks[head]);
    }
    if (sum == 0f) {
      Arrays.fill(o, at, at + width, 0f);
    } else {
      OnlineSoftmax.divide(o, at, width, total);
    }
    long to = common.outputRow(b, head, r % g.queries());
    RowStore.row(o, at, g.valueDim(), common.outputType(), to);
    if (common.state()) {
      Memory.putFloat(to + 4L * g.valueDim(), OnlineSoftmax.logSumExp(top, total));
    }
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
      store(plan, headIndex / g.keyHeads(), headIndex % g.keyHeads(), r, sum, max, p, to + 2);
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
