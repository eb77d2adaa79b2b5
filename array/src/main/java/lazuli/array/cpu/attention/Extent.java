package lazuli.array.cpu.attention;

import java.util.Arrays;
import java.util.List;
import lazuli.array.attention.Extras;
import lazuli.array.backend.Elements;
import lazuli.array.backend.View;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;

/** Which slots of each batch hold its keys: nothing outside them is read. */
final class Extent {
  private final int[] starts;
  private final int[] ends;
  private final boolean varies;

  private Extent(int[] starts, int[] ends) {
    this.starts = starts;
    this.ends = ends;
    boolean different = false;
    for (int b = 1; b < starts.length; b++) {
      different |= starts[b] != starts[0] || ends[b] != ends[0];
    }
    varies = different;
  }

  /**
   * {@return the extent that the operands give}
   *
   * @throws ArrayException if a start or an end lies outside the slots
   */
  static Extent of(Geometry g, Extras extras, List<View> inputs) {
    int[] starts = new int[g.batch()];
    int[] ends = new int[g.batch()];
    Arrays.fill(ends, g.keys());
    if (extras.starts()) {
      read("keyStarts", inputs.get(extras.startsAt()), g.keys(), starts);
    }
    if (extras.lengths()) {
      read("keyLengths", inputs.get(extras.lengthsAt()), g.keys(), ends);
    }
    for (int b = 0; b < starts.length; b++) {
      ends[b] = Math.max(starts[b], ends[b]);
    }
    return new Extent(starts, ends);
  }

  private static void read(String name, View view, int keys, int[] to) {
    for (int b = 0; b < to.length; b++) {
      long at = view.offset() + (view.shape().dim(0) == 1 ? 0 : b * view.strides()[0]);
      long value = Elements.getLong(view.buffer().segment(), DType.I64, at);
      if (value < 0 || value > keys) {
        throw new ArrayException(
            name + "[" + b + "] is " + value + " for " + keys + " key slots",
            "0 to " + keys,
            "clamp it, or make the cache larger");
      }
      to[b] = (int) value;
    }
  }

  /** {@return the slot of a batch's first key} */
  int start(int b) {
    return starts[b];
  }

  /** {@return how many keys a batch has} */
  int keys(int b) {
    return ends[b] - starts[b];
  }

  /** {@return whether batches differ} */
  boolean varies() {
    return varies;
  }
}
