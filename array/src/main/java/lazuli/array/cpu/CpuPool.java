package lazuli.array.cpu;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import lazuli.array.backend.Buffer;
import lazuli.array.backend.Pool;
import lazuli.array.type.ArrayException;
import lazuli.array.type.Device;

/**
 * Off-heap memory in size classes, kept for reuse: a fresh block costs page faults, ten times the
 * work of many an operation. Small blocks are kept by size; the others are ranges of {@link
 * Chunks}, which arrays of different sizes share.
 *
 * <p>Mutable, with one lock: the blocks in use, the free ones, and the counters. At the limit it
 * first gives free memory back to the system, then fails; who owns the arrays then collects garbage
 * and tries again.
 */
final class CpuPool implements Pool {
  /** The alignment of chunks: a huge page. */
  static final long HUGE = 2L << 20;

  /** Smaller blocks come from the C library, one by one; classes from here on are whole pages. */
  private static final long SMALL = 32L << 10;

  private long limit;
  private long cacheLimit = Long.MAX_VALUE;
  private final SystemMemory system;
  private final Chunks chunks;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Long, SystemMemory.Block> used = new HashMap<>();
  private final TreeMap<Long, ArrayDeque<SystemMemory.Block>> free = new TreeMap<>();
  private long active;

  /** Free small blocks; without what the chunks keep. */
  private long cachedSmall;

  private long peak;

  /**
   * Makes an empty pool.
   *
   * @param limit the most bytes that may be in use
   */
  CpuPool(long limit, SystemMemory system) {
    this.limit = limit;
    this.system = system;
    this.chunks = new Chunks(system);
  }

  /** The size of the block that serves a request: steps of a quarter of a power of two. */
  static long sizeClass(long bytes) {
    if (bytes <= 256) {
      return Math.max(64, (bytes + 63) / 64 * 64);
    }
    long step = Long.highestOneBit(bytes - 1) / 4;
    return Math.ceilDiv(bytes, step) * step;
  }

  @Override
  public Buffer allocate(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("a buffer of " + bytes + " bytes");
    }
    lock.lock();
    try {
      long size = bytes > limit ? bytes : sizeClass(bytes);
      SystemMemory.Block block = size < SMALL ? small(bytes, size) : large(bytes, size);
      used.put(block.address(), block);
      active += size;
      peak = Math.max(peak, active);
      MemorySegment segment = MemorySegment.ofAddress(block.address()).reinterpret(bytes);
      return new Buffer(Device.CPU, segment, bytes);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean reuses(long bytes) {
    lock.lock();
    try {
      long size = bytes > limit ? bytes : sizeClass(bytes);
      if (size >= SMALL) {
        return chunks.reuses(size);
      }
      ArrayDeque<SystemMemory.Block> same = free.get(size);
      return same != null && !same.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private SystemMemory.Block small(long bytes, long size) {
    ArrayDeque<SystemMemory.Block> same = free.get(size);
    SystemMemory.Block block = same == null ? null : same.pollLast();
    if (block != null) {
      cachedSmall -= size;
      return block;
    }
    room(bytes, size);
    block = system.allocate(size, 64);
    if (block == null) {
      trim(0);
      block = system.allocate(size, 64);
    }
    if (block == null) {
      throw exhausted(bytes);
    }
    return block;
  }

  private SystemMemory.Block large(long bytes, long size) {
    if (size > limit - active) {
      throw exhausted(bytes);
    }
    long address = chunks.takeUsed(size);
    if (address == 0) {
      room(bytes, size);
      address = chunks.takeFresh(size);
    }
    if (address == 0 && (chunks.grow(size, false) || chunks.grow(size, true))) {
      address = chunks.takeFresh(size);
    }
    if (address == 0) {
      trim(0);
      address = chunks.grow(size, true) ? chunks.takeFresh(size) : 0;
    }
    if (address == 0) {
      throw exhausted(bytes);
    }
    return new SystemMemory.Block(address, size, address);
  }

  /** Makes room under the limit for a block that is not one of the free ones. */
  private void room(long bytes, long size) {
    if (size > limit - active) {
      throw exhausted(bytes);
    }
    trim(Math.min(cacheLimit, limit - active - size));
  }

  private ArrayException exhausted(long bytes) {
    return new ArrayException(
        "an array of "
            + bytes
            + " bytes was asked for, with "
            + Math.max(0, limit - active)
            + " bytes free of the limit of "
            + limit,
        "arrays that fit what is free",
        "drop arrays you no longer need (x = null, or a Scope), use smaller ones, or start with"
            + " -Dlazuli.memory.limit=BYTES");
  }

  private long cached() {
    return cachedSmall + chunks.cached();
  }

  /** Gives free memory back to the system, the largest first, until this many bytes are left. */
  private void trim(long keep) {
    while (cached() > keep && chunks.giveUp()) {
      // Goes on.
    }
    while (cached() > keep) {
      Map.Entry<Long, ArrayDeque<SystemMemory.Block>> largest = free.lastEntry();
      if (largest == null) {
        return;
      }
      SystemMemory.Block block = largest.getValue().pollLast();
      if (block == null) {
        free.remove(largest.getKey());
      } else {
        cachedSmall -= block.bytes();
        system.free(block);
      }
    }
  }

  @Override
  public void cacheLimit(long keep) {
    lock.lock();
    try {
      cacheLimit = keep;
      trim(keep);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void limit(long bytes) {
    lock.lock();
    try {
      limit = bytes;
      trim(Math.max(0, limit - active));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void resetPeak() {
    lock.lock();
    try {
      peak = active;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void release(Buffer buffer) {
    lock.lock();
    try {
      SystemMemory.Block block = used.remove(buffer.segment().address());
      if (block == null) {
        throw new IllegalStateException("released twice, or not from this pool: " + buffer);
      }
      active -= block.bytes();
      if (block.bytes() < SMALL) {
        cachedSmall += block.bytes();
        free.computeIfAbsent(block.bytes(), size -> new ArrayDeque<>()).addLast(block);
      } else {
        chunks.give(block.address(), block.bytes());
      }
      if (cached() > cacheLimit) {
        trim(cacheLimit);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Usage usage() {
    lock.lock();
    try {
      return new Usage(active, cached(), peak, limit);
    } finally {
      lock.unlock();
    }
  }
}
