package lazuli.array.cpu.attention;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a mask that the last launch of a kernel made, for the next one: layer after layer
 * and step after step ask for the same. A mutable place without a lock: one reference to the blocks
 * of one geometry and extent, replaced as a whole; blocks are immutable and whoever makes one twice
 * makes the same.
 */
final class KeptRows {
  /** Mixed stretches of all blocks together, 512 bytes each, that are worth keeping: 2 MB. */
  static final int MOST_MIXED = 1 << 12;

  private static final int MOST_STRETCHES = 1 << 18;
  private static final @Nullable MaskRow[] NOTHING = new MaskRow[0];

  /** What was kept of a launch; sizes are the geometry and the keys of each batch. */
  private record Launch(Geometry geometry, int[] keys, @Nullable MaskRow[] rows) {}

  private volatile @Nullable Launch last;

  /** {@return where blocks are found and may be left; empty when there are too many} */
  @Nullable MaskRow[] of(FlashPlan plan, int blocks) {
    Geometry g = plan.geometry();
    if ((long) blocks * FlashPlan.ceil(Math.max(1, g.keys()), MaskRow.KEYS) > MOST_STRETCHES) {
      return NOTHING;
    }
    int[] keys = new int[g.batch()];
    for (int b = 0; b < keys.length; b++) {
      keys[b] = plan.extent().keys(b);
    }
    Launch now = last;
    if (now == null
        || now.rows.length != blocks
        || !Arrays.equals(now.keys, keys)
        || !now.geometry.equals(g)) {
      now = new Launch(g, keys, new MaskRow[blocks]);
      last = now;
    }
    return now.rows;
  }
}
