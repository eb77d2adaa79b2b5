package lazuli.gpu.sim;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Device memory in an address space of its own: addresses are never reused, fresh memory is filled
 * with ones (NaN in every floating type), and every access is checked against the allocations.
 * Mutable; guarded by its own lock.
 */
public final class DeviceMemory {
  private static final long FIRST = 0x7_0000_0000L;
  private static final long ALIGNMENT = 512;

  /** One allocation. */
  static final class Block {
    final long base;
    final long bytes;
    final MemorySegment segment;
    private final Arena arena;
    private volatile boolean freed;

    private Block(long base, long bytes) {
      this.base = base;
      this.bytes = bytes;
      arena = Arena.ofShared();
      segment = arena.allocate(Math.max(1, bytes), 64).fill((byte) 0xff);
    }
  }

  private final TreeMap<Long, Block> blocks = new TreeMap<>();
  private final TreeMap<Long, Long> dead = new TreeMap<>();
  private final long total;
  private long next = FIRST;
  private long used;

  /**
   * Makes a memory.
   *
   * @param total its size in bytes
   */
  public DeviceMemory(long total) {
    this.total = total;
  }

  /** {@return the address of fresh memory; 0 when there is not enough} */
  public synchronized long allocate(long bytes) {
    if (used + bytes > total) {
      return 0;
    }
    Block block = new Block(next, bytes);
    blocks.put(next, block);
    used += bytes;
    // A gap, so that running over the end is seen.
    next += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT + ALIGNMENT;
    return block.base;
  }

  /** {@return whether there was such an allocation, which is gone now} */
  public synchronized boolean free(long address) {
    Block block = blocks.remove(address);
    if (block == null) {
      return false;
    }
    used -= block.bytes;
    dead.put(block.base, block.bytes);
    block.freed = true;
    block.arena.close();
    return true;
  }

  /** {@return how many bytes are in use} */
  public synchronized long used() {
    return used;
  }

  /** {@return the size in bytes} */
  public long total() {
    return total;
  }

  /** {@return a line for each allocation that was not freed} */
  public synchronized List<String> leaks() {
    List<String> lines = new ArrayList<>();
    blocks
        .values()
        .forEach(
            b -> lines.add(String.format("%d bytes at 0x%x were never freed", b.bytes, b.base)));
    return lines;
  }

  /** {@return the allocation that holds all these bytes, or null} */
  synchronized @Nullable Block find(long address, long bytes) {
    var entry = blocks.floorEntry(address);
    if (entry == null) {
      return null;
    }
    Block block = entry.getValue();
    return !block.freed && address + bytes <= block.base + block.bytes ? block : null;
  }

  /** {@return the memory behind an address} */
  public MemorySegment at(long address, long bytes, String use) {
    Block block = find(address, bytes);
    if (block == null) {
      throw new SimFault(use + ": " + explain(address, bytes));
    }
    return block.segment.asSlice(address - block.base, bytes);
  }

  /** {@return what is wrong with an address} */
  synchronized String explain(long address, long bytes) {
    String access = String.format("%d bytes at 0x%x", bytes, address);
    var gone = dead.floorEntry(address);
    if (gone != null && address < gone.getKey() + gone.getValue()) {
      return access
          + String.format(
              ", %d into memory of %d bytes that was freed",
              address - gone.getKey(), gone.getValue());
    }
    var entry = blocks.floorEntry(address);
    if (entry != null && address - entry.getKey() < entry.getValue().bytes + ALIGNMENT) {
      return access
          + String.format(
              ", which end %d beyond the allocation of %d bytes at 0x%x",
              address + bytes - entry.getKey() - entry.getValue().bytes,
              entry.getValue().bytes,
              entry.getKey());
    }
    return access + ", where nothing is allocated";
  }
}
