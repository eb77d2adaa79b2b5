package lazuli.array.plan;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import lazuli.array.backend.Buffer;
import lazuli.array.backend.Pool;
import lazuli.array.type.ArrayException;
import org.jspecify.annotations.Nullable;

/**
 * Which buffers belong to results that somebody can still reach.
 *
 * <p>Java has no reference counts, so unreachable results are found by the garbage collector, which
 * does not see off-heap memory: this class asks it to run when much was handed out since the last
 * time, and when a pool is full. Mutable; guarded by the evaluator's lock.
 */
final class Ownership {
  private static final long SMALLEST_STEP = 64L << 20;
  private static final long LARGEST_STEP = 256L << 20;

  /** The share of time that collections may take before they are made rarer. */
  private static final double MOST_SHARE = 0.05;

  private final ReferenceQueue<Storage> unreachable = new ReferenceQueue<>();

  /** The newest lease; the others hang on it. A set would miss the caches with each result. */
  private @Nullable Lease newest;

  private @Nullable Slab slab;
  private long held;
  private @Nullable Collector collector;

  /** What may be handed out beyond the last collection's rest before fresh memory is used. */
  private long step = SMALLEST_STEP;

  private long heldAfterLast;
  private long heldAfterWhole;
  private final LongSupplier clock;
  private long endOfLast;

  Ownership() {
    this(System::nanoTime);
  }

  /** With a clock in nanoseconds, which tells what share of time collections take. */
  Ownership(LongSupplier clock) {
    this.clock = clock;
    this.endOfLast = clock.getAsLong();
  }

  /** Ties a buffer to the storage that stands for it. */
  static final class Lease extends PhantomReference<Storage> {
    private final Pool pool;
    private final Buffer buffer;
    private boolean live = true;
    private @Nullable Lease older;
    private @Nullable Lease newer;

    Lease(Storage storage, ReferenceQueue<Storage> queue, Pool pool, Buffer buffer) {
      super(storage, queue);
      this.pool = pool;
      this.buffer = buffer;
    }
  }

  /** {@return memory for a result, or for a value that was given} */
  Buffer allocate(Pool pool, long bytes) {
    return allocate(pool, bytes, true);
  }

  /** {@return memory for an intermediate or a result} */
  Buffer allocate(Pool pool, long bytes, boolean result) {
    drain();
    // Memory that was used before costs nothing. Fresh pages do: 64 MiB took 4 to 150 ms on virtual
    // machines, more than the operation that fills them.
    if (held + bytes - heldAfterLast > step && !pool.reuses(bytes)) {
      collect(pool);
    }
    try {
      return result ? pool.allocateResult(bytes) : pool.allocate(bytes);
    } catch (ArrayException full) {
      everything();
      return result ? pool.allocateResult(bytes) : pool.allocate(bytes);
    }
  }

  /** {@return memory for a small result, which keeps its slab} */
  Slab.Part small(Pool pool, long bytes) {
    Slab current = slab;
    if (current == null || !current.fits(pool, bytes)) {
      Buffer block = allocate(pool, Slab.bytes());
      current = new Slab(pool, block, own(pool, block));
      slab = current;
    }
    return current.take(bytes);
  }

  /** {@return what keeps a buffer from now on} */
  Storage own(Pool pool, Buffer buffer) {
    Storage storage = new Storage();
    Lease lease = new Lease(storage, unreachable, pool, buffer);
    storage.lease = lease;
    lease.older = newest;
    if (newest != null) {
      newest.newer = lease;
    }
    newest = lease;
    held += buffer.bytes();
    return storage;
  }

  /** {@return the pool of a storage's buffer, or null when it was given back} */
  static @Nullable Pool pool(Storage storage) {
    Lease lease = storage.lease;
    return lease == null ? null : lease.pool;
  }

  /** Gives a storage's memory back now. */
  void release(Storage storage) {
    Lease lease = storage.lease;
    if (lease != null) {
      storage.lease = null;
      end(lease);
    }
  }

  /** Gives back the memory of everything that became unreachable. */
  void drain() {
    for (Reference<? extends Storage> r = unreachable.poll(); r != null; r = unreachable.poll()) {
      end((Lease) r);
    }
  }

  private void end(Lease lease) {
    if (lease.live) {
      lease.live = false;
      unlink(lease);
      held -= lease.buffer.bytes();
      lease.pool.release(lease.buffer);
    }
  }

  private void unlink(Lease lease) {
    if (lease.newer == null) {
      newest = lease.older;
    } else {
      lease.newer.older = lease.older;
    }
    if (lease.older != null) {
      lease.older.newer = lease.newer;
    }
    lease.older = null;
    lease.newer = null;
  }

  /**
   * Collects, and learns from it: collections that take more than their share of time become rarer,
   * cheap ones more frequent. The whole heap is collected when the young objects held little and
   * results grew by half since the last time.
   */
  private void collect(Pool pool) {
    long start = clock.getAsLong();
    long grown = held - heldAfterLast;
    if (!collector().young()) {
      everything();
    } else if (ended() < grown / 2 && held - heldAfterWhole > Math.max(step, heldAfterWhole / 2)) {
      everything();
    }
    long end = clock.getAsLong();
    double share = (end - start) / (double) Math.max(1, end - endOfLast);
    long most = Math.max(SMALLEST_STEP, Math.min(LARGEST_STEP, pool.usage().limit() / 8));
    if (share > MOST_SHARE) {
      step = Math.min(most, 2 * step);
    } else if (share < MOST_SHARE / 4) {
      step = Math.max(SMALLEST_STEP, step / 2);
    }
    heldAfterLast = held;
    endOfLast = end;
  }

  private void everything() {
    collector().all();
    ended();
    heldAfterLast = held;
    heldAfterWhole = held;
  }

  private Collector collector() {
    Collector present = collector;
    if (present == null) {
      present = new Collector();
      collector = present;
    }
    return present;
  }

  /**
   * Gives back what the collector found; {@return how many bytes} The collector has cleared it; its
   * own thread queues it later, and on a busy machine so much later that a loop over large results
   * would ask for fresh memory meanwhile.
   */
  private long ended() {
    long before = held;
    List<Lease> found = new ArrayList<>();
    for (Lease lease = newest; lease != null; lease = lease.older) {
      if (lease.refersTo(null)) {
        found.add(lease);
      }
    }
    found.forEach(this::end);
    drain();
    return before - held;
  }

  /** {@return the bytes of results that may still be reached} */
  long held() {
    return held;
  }
}
