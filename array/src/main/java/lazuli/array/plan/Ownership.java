package lazuli.array.plan;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
  private static final long LARGEST_STEP = 1L << 30;
  private static final long ALLOCATIONS = 32;

  private final ReferenceQueue<Storage> unreachable = new ReferenceQueue<>();
  private final Set<Lease> leases = new HashSet<>();
  private @Nullable Slab slab;
  private long held;
  private long nextCollection = SMALLEST_STEP;

  /** Ties a buffer to the storage that stands for it. */
  static final class Lease extends PhantomReference<Storage> {
    private final Pool pool;
    private final Buffer buffer;
    private boolean live = true;

    Lease(Storage storage, ReferenceQueue<Storage> queue, Pool pool, Buffer buffer) {
      super(storage, queue);
      this.pool = pool;
      this.buffer = buffer;
    }
  }

  /** {@return memory for an intermediate or a result} */
  Buffer allocate(Pool pool, long bytes) {
    drain();
    if (held + bytes > nextCollection) {
      collect();
      // Fresh pages cost more than used ones (a 4 MiB product took 32 ms on fresh memory, 22 on
      // used), collecting costs tens of milliseconds: once in some dozens of allocations is right.
      long most = Math.max(SMALLEST_STEP, Math.min(LARGEST_STEP, pool.usage().limit() / 8));
      long step = Math.clamp(ALLOCATIONS * bytes, SMALLEST_STEP, most);
      nextCollection = held + bytes + Math.max(step, held / 2);
    }
    try {
      return pool.allocate(bytes);
    } catch (ArrayException full) {
      collect();
      return pool.allocate(bytes);
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
    leases.add(lease);
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
      leases.remove(lease);
      held -= lease.buffer.bytes();
      lease.pool.release(lease.buffer);
    }
  }

  private void collect() {
    System.gc();
    // The collector has cleared what it found; its own thread queues it later, and on a busy
    // machine
    // so much later that a loop over large results would ask for fresh memory meanwhile.
    List<Lease> found = new ArrayList<>();
    for (Lease lease : leases) {
      if (lease.refersTo(null)) {
        found.add(lease);
      }
    }
    found.forEach(this::end);
    drain();
  }

  /** {@return the bytes of results that may still be reached} */
  long held() {
    return held;
  }
}
