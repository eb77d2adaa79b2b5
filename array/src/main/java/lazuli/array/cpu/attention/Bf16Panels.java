package lazuli.array.cpu.attention;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lazuli.array.cpu.Bf16Tile;
import lazuli.array.cpu.Scratch;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.cpu.code.Bf16Product;
import lazuli.array.type.DType;

/**
 * The keys and values of one key head, packed for bf16 products by panels of 64 keys. The panels
 * that were packed last are held in a ring, so that what blocks of queries share is packed once.
 */
final class Bf16Panels {
  /** Keys of a panel. */
  static final int KEYS = Bf16Product.COLUMNS;

  private static final int PAIR_ROW = 4 * Bf16Product.COLUMNS;
  private static final long VALUE_BYTES = (long) KEYS / 2 * PAIR_ROW;

  /** A value row that holds an infinity or NaN: its key, and the row. */
  record BadRow(int key, float[] values) {}

  private final Operand k;
  private final Operand v;
  private final FlashPlan plan;
  private final int b;
  private final int keyHead;
  private final int start;
  private final int keys;
  private final int capacity;
  private final int dim;
  private final int columns;
  private final int width;
  private final int[] held;
  private final long[] rows = new long[KEYS];
  private final List<BadRow> bad = new ArrayList<>();
  private final long kt;
  private final long vt;
  private final long staged;
  private final long zeros;

  /**
   * Makes an empty ring.
   *
   * @param capacity how many panels are held
   */
  Bf16Panels(FlashPlan plan, int b, int keyHead, int capacity) {
    this.plan = plan;
    this.b = b;
    this.keyHead = keyHead;
    this.capacity = capacity;
    k = plan.k().codes();
    v = plan.v().codes();
    start = plan.extent().start(b);
    keys = plan.extent().keys(b);
    Geometry g = plan.geometry();
    dim = dim(g);
    columns = Bf16Tile.groups(g.valueDim());
    width = width(g);
    held = new int[capacity];
    Arrays.fill(held, -1);
    Scratch scratch = Scratch.current();
    kt = scratch.bytes(Slot.ATTENTION_4, 2L * capacity * KEYS * dim);
    vt = scratch.bytes(Slot.ATTENTION_6, 2L * capacity * KEYS * width);
    staged = scratch.bytes(Slot.ATTENTION_9, 2L * (KEYS + 1) * Math.max(dim, width));
    zeros = staged + 2L * KEYS * Math.max(dim, width);
  }

  /** D rounded up to what a product takes. */
  static int dim(Geometry g) {
    return Bf16Tile.groups(Math.max(1, g.dim()));
  }

  /** Dv rounded up to whole panels of columns. */
  static int width(Geometry g) {
    return Bf16Tile.panels(g.valueDim()) * Bf16Product.COLUMNS;
  }

  /** Packs the panels of some keys that are not held; there must not be more than fit. */
  void read(int from, int end) {
    for (int panel = from / KEYS; panel * KEYS < end; panel++) {
      int slot = panel % capacity;
      if (held[slot] != panel) {
        int before = held[slot];
        if (before >= 0 && !bad.isEmpty()) {
          bad.removeIf(row -> row.key() / KEYS == before);
        }
        packKeys(panel, slot);
        packValues(panel, slot);
        held[slot] = panel;
      }
    }
  }

  /** {@return where a panel's keys lie} */
  long keys(int key) {
    return kt + 2L * (key / KEYS % capacity) * KEYS * dim;
  }

  /** {@return where the pairs of values begin, of a panel of columns from an even key on} */
  long values(int key, int column) {
    return vt
        + column / Bf16Product.COLUMNS * (capacity * VALUE_BYTES)
        + key / KEYS % capacity * VALUE_BYTES
        + (long) (key % KEYS) / 2 * PAIR_ROW;
  }

  /** {@return after the last key whose values follow those of a key without a gap} */
  int together(int key) {
    return (key / KEYS + capacity - key / KEYS % capacity) * KEYS;
  }

  /** {@return the rows with infinities or NaN among the panels held} They lie there as zeros. */
  List<BadRow> bad() {
    return bad;
  }

  private void packKeys(int panel, int slot) {
    boolean direct = k.dense() && plan.geometry().dim() == dim;
    int first = panel * KEYS;
    int count = Math.min(KEYS, keys - first);
    Bf16Tile.zero(zeros, 2L * dim);
    for (int j = 0; j < KEYS; j++) {
      if (j >= count) {
        rows[j] = zeros;
      } else if (direct) {
        rows[j] = plan.k().at(b, keyHead, start + first + j);
      } else {
        rows[j] = staged + 2L * j * dim;
        long from = plan.k().at(b, keyHead, start + first + j);
        Bf16Tile.row(from, k.column(), plan.geometry().dim(), rows[j], dim);
      }
    }
    Bf16Tile.columns(rows, 0, dim / 2, kt + 2L * slot * KEYS * dim);
  }

  private void packValues(int panel, int slot) {
    int valueDim = plan.geometry().valueDim();
    boolean direct = v.dense() && valueDim == columns;
    int first = panel * KEYS;
    int count = Math.min(KEYS, keys - first);
    Bf16Tile.zero(zeros, 2L * columns);
    for (int j = 0; j < KEYS; j++) {
      if (j >= count) {
        rows[j] = zeros;
      } else if (direct) {
        rows[j] = plan.v().at(b, keyHead, start + first + j);
      } else {
        rows[j] = staged + 2L * j * columns;
        long from = plan.v().at(b, keyHead, start + first + j);
        Bf16Tile.row(from, v.column(), valueDim, rows[j], columns);
      }
    }
    long next = capacity * VALUE_BYTES;
    for (int j = 0; j < KEYS; j += 2) {
      long to = vt + slot * VALUE_BYTES + (long) j / 2 * PAIR_ROW;
      if (Bf16Tile.rows(rows[j], rows[j + 1], columns, to, next) != 0) {
        takeOut(first, j);
        takeOut(first, j + 1);
        Bf16Tile.rows(rows[j], rows[j + 1], columns, to, next);
      }
    }
  }

  /**
   * Keeps a row apart that holds an infinity or NaN: in the product, a weight of 0 at a masked
   * position would turn it into NaN.
   */
  private void takeOut(int first, int j) {
    float[] values = new float[width];
    TileLoad.row(DType.BF16, rows[j], 2, plan.geometry().valueDim(), values, 0);
    boolean finite = true;
    for (float value : values) {
      finite &= Float.isFinite(value);
    }
    if (!finite) {
      bad.add(new BadRow(first + j, values));
      rows[j] = zeros;
    }
  }
}
