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
import org.jspecify.annotations.Nullable;

/**
 * Off-heap memory in size classes, kept for reuse: a fresh block costs page faults, ten times the
 * work of many an operation.
 *
 * <p>Mutable, with one lock: the blocks in use, the free ones, and the counters. At the limit it
 * first gives free blocks of other sizes back to the system, then fails; who owns the arrays then
 * collects garbage and tries again.
 */
final class CpuPool implements Pool {
  /** From here on blocks are aligned for huge pages. */
  static final long HUGE = 2L << 20;

  private long limit;
  private long cacheLimit = Long.MAX_VALUE;
  private final SystemMemory system;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Long, SystemMemory.Block> used = new HashMap<>();
  private final TreeMap<Long, ArrayDeque<SystemMemory.Block>> free = new TreeMap<>();
  private long active;
  private long cached;
  private long peak;

  /**
   * Makes an empty pool.
   *
   * @param limit the most bytes that may be in use
   */
  CpuPool(long limit, SystemMemory system) {
    this.limit = limit;
    this.system = system;
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
      SystemMemory.Block block = reuse(size);
      if (block == null) {
        block = fresh(bytes, size);
      }
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
      ArrayDeque<SystemMemory.Block> same = free.get(bytes > limit ? bytes : sizeClass(bytes));
      return same != null && !same.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private SystemMemory.@Nullable Block reuse(long size) {
    ArrayDeque<SystemMemory.Block> same = free.get(size);
    if (same == null) {
      return null;
    }
    SystemMemory.Block block = same.pollLast();
    if (block != null) {
      cached -= size;
    }
    return block;
  }

  private SystemMemory.Block fresh(long bytes, long size) {
    if (size > limit - active) {
      throw exhausted(bytes);
    }
    trim(Math.min(cacheLimit, limit - active - size));
    long alignment = size >= HUGE ? HUGE : 64;
    SystemMemory.Block block = system.allocate(size, alignment);
    if (block == null) {
      trim(0);
      block = system.allocate(size, alignment);
    }
    if (block == null) {
      throw exhausted(bytes);
    }
    return block;
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

  /** Gives free blocks back to the system, the largest first, until this many bytes are left. */
  private void trim(long keep) {
    while (cached > keep) {
      Map.Entry<Long, ArrayDeque<SystemMemory.Block>> largest = free.lastEntry();
      if (largest == null) {
        return;
      }
      SystemMemory.Block block = largest.getValue().pollLast();
      if (block == null) {
        free.remove(largest.getKey());
      } else {
        cached -= block.bytes();
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
      cached += block.bytes();
      free.computeIfAbsent(block.bytes(), size -> new ArrayDeque<>()).addLast(block);
      if (cached > cacheLimit) {
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
      return new Usage(active, cached, peak, limit);
    } finally {
      lock.unlock();
    }
  }
}
