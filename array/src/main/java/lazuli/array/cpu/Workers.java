package lazuli.array.cpu;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the items of a kernel on the calling thread and on daemon threads that claim items one by
 * one, so that a thread which the machine delays holds up one item and not its whole share.
 *
 * <p>The one mutable state is the list of running jobs and the set of worker threads. A worker
 * spins for a few microseconds after its last job, then parks. The caller always works too, so a
 * call finishes even if no worker ever gets the processor. A call from inside an item runs its
 * items in place.
 */
public final class Workers {
  /** Below this estimate, waking another thread costs more than it saves. */
  public static final long ONE_THREAD_NANOS = 40_000;

  private static final int SPINS = 2_000;
  private static final Workers SHARED = new Workers();

  private final ConcurrentLinkedQueue<Job> jobs = new ConcurrentLinkedQueue<>();
  private final Object lock = new Object();
  private volatile Thread[] started = new Thread[0];
  private volatile int threads =
      Math.max(1, Integer.getInteger("lazuli.threads", Runtime.getRuntime().availableProcessors()));

  private Workers() {}

  /** {@return how many threads work on one kernel, the caller included} */
  public static int threads() {
    return SHARED.threads;
  }

  /**
   * Sets how many threads work on one kernel, the caller included.
   *
   * @param threads 1 or more; results do not depend on it
   */
  public static void threads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads " + threads + ", accepted: 1 or more");
    }
    SHARED.threads = threads;
  }

  /**
   * Runs every item once, in any order, and returns when all are done.
   *
   * <p>Items must write to disjoint places. When one throws, no further item starts, and the first
   * exception is thrown here after the running ones ended; so also when the calling thread is
   * interrupted, as {@link CancellationException}, with its interrupt status kept.
   *
   * @param items how many
   * @param nanos an estimate of the whole work on one thread, in nanoseconds; small work stays on
   *     the caller
   * @param body gets each number from 0 to items - 1
   */
  public static void run(int items, long nanos, IntConsumer body) {
    SHARED.dispatch(items, nanos, body);
  }

  private void dispatch(int items, long nanos, IntConsumer body) {
    int helpers = Math.min(threads, items) - 1;
    if (helpers <= 0 || nanos < ONE_THREAD_NANOS || Job.INSIDE.get() != null) {
      for (int i = 0; i < items; i++) {
        checkInterrupt();
        body.accept(i);
      }
      return;
    }
    Job job = new Job(items, helpers, body, Thread.currentThread());
    jobs.add(job);
    wake(helpers);
    try {
      job.work(true);
    } finally {
      jobs.remove(job);
    }
    job.await();
  }

  private static void checkInterrupt() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("interrupted");
    }
  }

  private void wake(int helpers) {
    if (started.length < helpers) {
      start(helpers);
    }
    Thread[] all = started;
    for (int i = 0; i < helpers; i++) {
      LockSupport.unpark(all[i]);
    }
  }

  private void start(int helpers) {
    synchronized (lock) {
      Thread[] before = started;
      if (before.length >= helpers) {
        return;
      }
      Thread[] all = java.util.Arrays.copyOf(before, helpers);
      for (int i = before.length; i < helpers; i++) {
        all[i] =
            Thread.ofPlatform().daemon().name("lazuli-worker-" + (i + 1)).unstarted(this::serve);
        all[i].start();
      }
      started = all;
    }
  }

  private void serve() {
    int idle = 0;
    while (true) {
      Job job = joinable();
      if (job != null) {
        job.work(false);
        idle = 0;
      } else if (idle++ < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.park(this);
        Thread.interrupted();
        idle = 0;
      }
    }
  }

  private @Nullable Job joinable() {
    for (Job job : jobs) {
      if (job.join()) {
        return job;
      }
    }
    return null;
  }

  /** One call of {@link #run}. */
  private static final class Job {
    private static final ThreadLocal<@Nullable Job> INSIDE = new ThreadLocal<>();

    private final int items;
    private final IntConsumer body;
    private final Thread caller;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger seats;
    private final AtomicInteger inside = new AtomicInteger();
    private volatile @Nullable Throwable failure;

    Job(int items, int helpers, IntConsumer body, Thread caller) {
      this.items = items;
      this.body = body;
      this.caller = caller;
      this.seats = new AtomicInteger(helpers);
    }

    /** Takes a seat if items are left; entering is counted before items are claimed. */
    boolean join() {
      if (next.get() >= items || seats.getAndDecrement() <= 0) {
        return false;
      }
      inside.incrementAndGet();
      return true;
    }

    void work(boolean own) {
      INSIDE.set(this);
      try {
        int i;
        while (failure == null && (i = next.getAndIncrement()) < items) {
          if (own) {
            checkInterrupt();
          }
          body.accept(i);
        }
      } catch (Throwable t) {
        failure = failure == null ? t : failure;
      } finally {
        INSIDE.remove();
        next.set(items);
        if (!own && inside.decrementAndGet() == 0) {
          LockSupport.unpark(caller);
        }
      }
    }

    /** Waits for the workers that are still inside, then reports what went wrong. */
    void await() {
      boolean interrupted = false;
      for (int spins = 0; inside.get() > 0; spins++) {
        if (spins < SPINS) {
          Thread.onSpinWait();
        } else {
          LockSupport.parkNanos(this, 1_000_000);
          interrupted |= Thread.interrupted();
        }
      }
      if (interrupted) {
        caller.interrupt();
      }
      switch (failure) {
        case null -> {}
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable t -> throw new IllegalStateException(t);
      }
    }
  }
}
