package lazuli.gpu.exec;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import lazuli.array.backend.Buffer;
import lazuli.array.backend.Pool;
import lazuli.array.backend.View;
import lazuli.array.type.ArrayException;
import lazuli.gpu.driver.DriverException;
import org.jspecify.annotations.Nullable;

/**
 * Device memory in size classes, kept for reuse, taken and given in the order of the launches'
 * stream. A buffer that comes back may be handed out at once: what a launch writes next comes after
 * what one read last. Copies on the other stream ask {@link #since}. Mutable; guarded by its own
 * lock.
 */
public final class GpuPool implements Pool {
  private static final long SMALLEST = 512;
  private static final long LARGE = 1L << 20;

  private final Gpu gpu;
  private final long limit;
  private final Map<Long, Deque<Buffer>> free = new TreeMap<>();
  private final NavigableMap<Long, Long> since = new TreeMap<>();
  private final Map<Long, Pinned> owners = new HashMap<>();
  private @Nullable Pinned current;
  private long active;
  private long cached;
  private long peak;

  GpuPool(Gpu gpu, long limit) {
    this.gpu = gpu;
    this.limit = limit;
  }

  /** Powers of two up to 1 MiB, then steps of an eighth of the next lower power. */
  static long sized(long bytes) {
    long least = Math.max(SMALLEST, bytes);
    if (least <= LARGE) {
      return Long.highestOneBit(least - 1) << 1;
    }
    long step = Long.highestOneBit(least) / 8;
    return (least + step - 1) / step * step;
  }

  @Override
  public synchronized Buffer allocate(long bytes) {
    Pinned plan = current;
    if (plan == null) {
      return allocateResult(bytes);
    }
    long size = sized(bytes);
    Buffer kept = plan.take(size);
    if (kept != null) {
      taken(size);
      return kept;
    }
    Buffer buffer = allocateResult(bytes);
    owners.put(buffer.segment().address(), plan);
    return buffer;
  }

  @Override
  public synchronized Buffer allocateResult(long bytes) {
    long size = sized(bytes);
    if (active + size > limit) {
      throw full(bytes, "");
    }
    Deque<Buffer> sized = free.get(size);
    Buffer buffer = sized == null ? null : sized.poll();
    if (buffer != null) {
      taken(size);
      return buffer;
    }
    buffer = fresh(bytes, size);
    active += size;
    peak = Math.max(peak, active);
    return buffer;
  }

  @Override
  public synchronized boolean reuses(long bytes) {
    Deque<Buffer> sized = free.get(sized(bytes));
    return sized != null && !sized.isEmpty();
  }

  private void taken(long size) {
    cached -= size;
    active += size;
    peak = Math.max(peak, active);
  }

  @Override
  public synchronized void becomesResult(Buffer buffer) {
    owners.remove(buffer.segment().address());
  }

  /** Serves what lives inside a run from a plan's own memory from here on; null ends that. */
  synchronized void pin(@Nullable Pinned plan) {
    if (plan != null && plan.stale()) {
      // Lengths changed: what fits no more goes back.
      unpin(plan);
    }
    current = plan;
  }

  /** Gives a plan's memory back to all; what is in use follows when it is released. */
  synchronized void unpin(Pinned plan) {
    owners.values().removeIf(owner -> owner == plan);
    for (Buffer buffer : plan.clear()) {
      free.computeIfAbsent(buffer.bytes(), size -> new ArrayDeque<>()).push(buffer);
    }
  }

  private Buffer fresh(long bytes, long size) {
    long address;
    try {
      address = gpu.allocate(size);
    } catch (DriverException first) {
      if (first.code() != DriverException.OUT_OF_MEMORY) {
        throw gpu.told(first, "allocation of " + bytes + " bytes");
      }
      trim();
      try {
        address = gpu.allocate(size);
      } catch (DriverException again) {
        throw full(bytes, ": " + again.getMessage());
      }
    }
    since.put(address, gpu.now());
    return new Buffer(gpu.device(), MemorySegment.ofAddress(address), size);
  }

  /** {@return the point of the launches' stream behind which memory is free of its last user} */
  synchronized long since(long address) {
    Map.Entry<Long, Long> buffer = since.floorEntry(address);
    return buffer == null ? Long.MAX_VALUE : buffer.getValue();
  }

  private ArrayException full(long bytes, String detail) {
    return new ArrayException(
        gpu.device() + " was asked for " + bytes + " bytes beside " + active + " in use" + detail,
        "at most " + limit + " bytes in all",
        "use smaller arrays, give arrays back with a scope, or close other programs on the GPU");
  }

  /** Gives everything that is kept for reuse back to the driver. */
  public synchronized void trim() {
    gpu.closeGraphs();
    for (Deque<Buffer> buffers : free.values()) {
      for (Buffer buffer : buffers) {
        gpu.free(buffer.segment().address());
        since.remove(buffer.segment().address());
      }
    }
    free.clear();
    cached = 0;
    gpu.trimStaging();
  }

  @Override
  public synchronized void release(Buffer buffer) {
    active -= buffer.bytes();
    cached += buffer.bytes();
    since.put(buffer.segment().address(), gpu.now());
    Pinned owner = owners.get(buffer.segment().address());
    if (owner != null) {
      owner.give(buffer);
      return;
    }
    free.computeIfAbsent(buffer.bytes(), size -> new ArrayDeque<>()).push(buffer);
  }

  @Override
  public synchronized Usage usage() {
    return new Usage(active, cached, peak, limit);
  }

  @Override
  public boolean hosted() {
    return false;
  }

  @Override
  public void write(MemorySegment from, Buffer to) {
    gpu.write(to.segment().address(), from);
  }

  @Override
  public void read(Buffer from, long offset, MemorySegment to) {
    gpu.read(from.segment().address() + offset, to);
  }

  /** {@return the device address of a view's element 0} */
  public static long address(View view) {
    return view.buffer().segment().address() + view.offset() * view.dtype().bytes();
  }
}
