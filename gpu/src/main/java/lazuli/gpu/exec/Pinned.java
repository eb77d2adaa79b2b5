package lazuli.gpu.exec;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import lazuli.array.backend.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Memory that a graph's plan keeps for what lives inside one run only: each run gets the same
 * addresses in the same order, so that the nodes between the first and the last need no change.
 * Results are never in it. Mutable; guarded by the pool's lock.
 */
final class Pinned {
  /** The lowest address first: the same requests get the same memory. */
  private final Map<Long, PriorityQueue<Buffer>> free = new HashMap<>();

  private long kept;
  private long used;

  /** Begins a run; {@return whether most of what is kept was not asked for by the last one} */
  boolean stale() {
    boolean stale = used > 0 && kept > 2 * used;
    used = 0;
    return stale;
  }

  /** {@return a buffer of exactly this size that is free, or null} */
  @Nullable Buffer take(long size) {
    used += size;
    PriorityQueue<Buffer> sized = free.get(size);
    Buffer buffer = sized == null ? null : sized.poll();
    kept -= buffer == null ? 0 : size;
    return buffer;
  }

  /** Takes a buffer back. */
  void give(Buffer buffer) {
    kept += buffer.bytes();
    free.computeIfAbsent(
            buffer.bytes(),
            size -> new PriorityQueue<>(Comparator.comparingLong(b -> b.segment().address())))
        .add(buffer);
  }

  /** {@return everything that is free, which is not kept any more} */
  Iterable<Buffer> clear() {
    List<Buffer> all = new ArrayList<>();
    free.values().forEach(all::addAll);
    free.clear();
    kept = 0;
    return all;
  }
}
