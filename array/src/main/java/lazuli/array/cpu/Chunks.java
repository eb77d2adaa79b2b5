package lazuli.array.cpu;

import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Large chunks of memory on huge pages, cut into ranges that are joined again when they are given
 * back: arrays of all sizes share the pages that were used before.
 *
 * <p>Mutable; guarded by the lock of its pool. A free range is used, and costs nothing, or fresh,
 * and costs page faults.
 */
final class Chunks {
  /** The size of a chunk that many arrays share. */
  static final long SHARED = 32L << 20;

  /** Larger arrays have chunks of their own. */
  private static final long LARGEST_IN_SHARED = SHARED / 2;

  /** Taking a smaller part than this of a large array's memory would soon have it replaced. */
  private static final long SMALLEST_PART = 4;

  private static final Comparator<Range> BY_SIZE =
      Comparator.comparingLong(Range::bytes).thenComparingLong(Range::address);

  private record Range(long address, long bytes, boolean fresh) {
    long end() {
      return address + bytes;
    }
  }

  /** Memory of the system; with how much of it is taken. */
  private static final class Chunk {
    private final SystemMemory.Block block;
    private long taken;

    Chunk(SystemMemory.Block block) {
      this.block = block;
    }

    boolean shared() {
      return block.bytes() == SHARED;
    }

    boolean holds(long address) {
      return address >= block.address() && address < block.address() + block.bytes();
    }
  }

  private final SystemMemory system;
  private final TreeMap<Long, Chunk> chunks = new TreeMap<>();
  private final TreeMap<Long, Range> free = new TreeMap<>();
  private final TreeSet<Range> used = new TreeSet<>(BY_SIZE);
  private final TreeSet<Range> fresh = new TreeSet<>(BY_SIZE);
  private long cached;

  Chunks(SystemMemory system) {
    this.system = system;
  }

  /** {@return the bytes that are free and were used before} */
  long cached() {
    return cached;
  }

  /** {@return whether memory that was used before has room} */
  boolean reuses(long size) {
    return fit(used, size) != null;
  }

  /** {@return the address of memory that was used before; 0 when none fits} */
  long takeUsed(long size) {
    return take(fit(used, size), size);
  }

  /** {@return the address of memory that was never used, or was given up; 0 when none fits} */
  long takeFresh(long size) {
    return take(fit(fresh, size), size);
  }

  /**
   * Gets a chunk from the system; {@return whether it gave one}
   *
   * @param size that must fit
   * @param exact whether to get no more than that
   */
  boolean grow(long size, boolean exact) {
    long bytes = exact || size > LARGEST_IN_SHARED ? size : SHARED;
    SystemMemory.Block block = system.allocate(bytes, CpuPool.HUGE);
    if (block == null) {
      return false;
    }
    chunks.put(block.address(), new Chunk(block));
    put(new Range(block.address(), bytes, true));
    return true;
  }

  /** Takes memory back. */
  void give(long address, long size) {
    chunk(address).taken -= size;
    put(new Range(address, size, false));
  }

  /**
   * Gives the largest used range that it can back to the system, with its chunk when nothing of it
   * is taken; {@return whether there was one}
   */
  boolean giveUp() {
    for (Range range : used.descendingSet()) {
      Chunk chunk = chunk(range.address);
      if (chunk.taken == 0) {
        end(chunk);
        return true;
      }
      if (system.discard(range.address, range.bytes)) {
        remove(range);
        put(new Range(range.address, range.bytes, true));
        return true;
      }
    }
    return false;
  }

  private void end(Chunk chunk) {
    long end = chunk.block.address() + chunk.block.bytes();
    Range part = range(chunk.block.address());
    while (part != null && part.address < end) {
      remove(part);
      part = range(part.end());
    }
    chunks.remove(chunk.block.address());
    system.free(chunk.block);
  }

  private @Nullable Range range(long address) {
    return free.get(address);
  }

  private @Nullable Range fit(TreeSet<Range> ranges, long size) {
    for (Range range : ranges.tailSet(new Range(0, size, false), true)) {
      if (size * SMALLEST_PART >= range.bytes || chunk(range.address).shared()) {
        return range;
      }
    }
    return null;
  }

  private long take(@Nullable Range range, long size) {
    if (range == null) {
      return 0;
    }
    remove(range);
    if (range.bytes > size) {
      put(new Range(range.address + size, range.bytes - size, range.fresh));
    }
    chunk(range.address).taken += size;
    return range.address;
  }

  private Chunk chunk(long address) {
    return Objects.requireNonNull(chunks.floorEntry(address)).getValue();
  }

  /** Adds a range, joined with its neighbours of the same kind in its chunk. */
  private void put(Range range) {
    Chunk chunk = chunk(range.address);
    Range joined = range;
    Map.Entry<Long, Range> before = free.lowerEntry(range.address);
    if (before != null
        && before.getValue().end() == range.address
        && before.getValue().fresh == range.fresh
        && chunk.holds(before.getKey())) {
      remove(before.getValue());
      joined = new Range(before.getKey(), before.getValue().bytes + joined.bytes, range.fresh);
    }
    Range after = range(range.end());
    if (after != null && after.fresh == range.fresh && chunk.holds(after.address)) {
      remove(after);
      joined = new Range(joined.address, joined.bytes + after.bytes, range.fresh);
    }
    free.put(joined.address, joined);
    (joined.fresh ? fresh : used).add(joined);
    cached += joined.fresh ? 0 : joined.bytes;
  }

  private void remove(Range range) {
    free.remove(range.address);
    (range.fresh ? fresh : used).remove(range);
    cached -= range.fresh ? 0 : range.bytes;
  }
}
