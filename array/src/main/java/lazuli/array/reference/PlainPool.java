package lazuli.array.reference;

import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import lazuli.array.backend.Buffer;
import lazuli.array.backend.Pool;
import lazuli.array.type.ArrayException;
import lazuli.array.type.Device;

/** Buffers of power-of-two sizes, kept for reuse. Mutable; guarded by its own lock. */
final class PlainPool implements Pool {
  private static final long SMALLEST = 64;

  private final Map<Long, Deque<Buffer>> free = new HashMap<>();
  private final long limit = Runtime.getRuntime().maxMemory();
  private long active;
  private long cached;
  private long peak;

  @Override
  public synchronized Buffer allocate(long bytes) {
    long size = Math.max(SMALLEST, Long.highestOneBit(Math.max(1, bytes - 1)) << 1);
    if (active + size > limit) {
      throw new ArrayException(
          "the reference backend was asked for " + bytes + " bytes beside " + active + " in use",
          "at most " + limit + " bytes in all",
          "use smaller arrays, or start Java with a larger -Xmx, which this backend follows");
    }
    Deque<Buffer> sized = free.get(size);
    Buffer buffer = sized == null ? null : sized.poll();
    if (buffer == null) {
      buffer = new Buffer(Device.CPU, Arena.ofAuto().allocate(size, SMALLEST), size);
    } else {
      cached -= size;
    }
    active += size;
    peak = Math.max(peak, active);
    return buffer;
  }

  @Override
  public synchronized void release(Buffer buffer) {
    active -= buffer.bytes();
    cached += buffer.bytes();
    free.computeIfAbsent(buffer.bytes(), size -> new ArrayDeque<>()).push(buffer);
  }

  @Override
  public synchronized Usage usage() {
    return new Usage(active, cached, peak, limit);
  }
}
