package lazuli.gpu.sim;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A block's shared memory, which finds accesses of two warps to one word without a barrier between
 * them, at least one of them a write, and counts bank conflicts (32 banks of 4 bytes).
 */
final class Shared {
  private static final int MANY = 0xff;

  final MemorySegment memory;
  private final int bytes;
  private final int[] writer;
  private final int[] reader;
  private int epoch = 1;

  long accesses;
  long conflicts;

  private final int[] head = new int[32];
  private final int[] count = new int[32];
  private final int[] word = new int[128];
  private final int[] before = new int[128];

  Shared(MemorySegment memory) {
    this.memory = memory;
    bytes = (int) memory.byteSize();
    writer = new int[bytes / 4 + 1];
    reader = new int[bytes / 4 + 1];
  }

  /** Everything is unknown again. */
  void reset() {
    memory.fill((byte) 0xff);
    epoch++;
  }

  /** Every warp of the block met. */
  void barrier() {
    epoch++;
    if (epoch == 1 << 23) {
      Arrays.fill(writer, 0);
      Arrays.fill(reader, 0);
      epoch = 1;
    }
  }

  void check(Warp w, Line line, int address, int size, boolean writes) {
    if (address < 0 || address + size > bytes) {
      throw line.fault(size + " bytes at shared " + address + " of " + bytes + where(w));
    }
    if (address % size != 0) {
      throw line.fault(size + " bytes at shared " + address + ": misaligned" + where(w));
    }
    int tag = epoch << 8;
    int me = tag | w.number;
    for (int i = address >> 2; i <= (address + size - 1) >> 2; i++) {
      if ((writer[i] & ~0xff) == tag && writer[i] != me) {
        throw race(line, i, writer[i] & 0xff, w, "was written by");
      }
      if (writes) {
        if ((reader[i] & ~0xff) == tag && reader[i] != me) {
          throw race(line, i, reader[i] & 0xff, w, "was read by");
        }
        writer[i] = me;
      } else {
        reader[i] = (reader[i] & ~0xff) == tag && reader[i] != me ? tag | MANY : me;
      }
    }
  }

  private static String where(Warp w) {
    return " (warp " + w.number + " of block " + w.block.name() + ")";
  }

  private static SimFault race(Line line, int word, int other, Warp w, String did) {
    return line.fault(
        "race: shared word at "
            + 4 * word
            + " "
            + did
            + (other == MANY ? " several warps" : " warp " + other)
            + " since the last barrier, and is touched by warp "
            + w.number
            + " of block "
            + w.block.name());
  }

  /** Begins to count the passes of one access by a warp. */
  void begin() {
    Arrays.fill(head, -1);
    Arrays.fill(count, 0);
    words = 0;
  }

  private int words;

  /** Adds a lane's words. */
  void touch(int address, int size) {
    for (int x = address >> 2; x <= (address + size - 1) >> 2; x++) {
      int bank = x & 31;
      int i = head[bank];
      while (i >= 0 && word[i] != x) {
        i = before[i];
      }
      if (i < 0) {
        word[words] = x;
        before[words] = head[bank];
        head[bank] = words++;
        count[bank]++;
      }
    }
  }

  /** Ends the access: the fullest bank decides how many passes it took. */
  void end() {
    int most = 1;
    for (int n : count) {
      most = Math.max(most, n);
    }
    accesses++;
    conflicts += most - 1;
  }
}
