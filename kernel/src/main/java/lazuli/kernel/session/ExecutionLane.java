package lazuli.kernel.session;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import lazuli.kernel.wire.Json;
import lazuli.kernel.wire.Spare;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that runs cells, and the queue before it.
 *
 * <p>After a failed cell everything that had arrived by then is aborted. A thread that an interrupt
 * cannot bring back is given up, and another takes over.
 */
final class ExecutionLane {
  private static final long PATIENCE_MS = 2000;

  /** When an interrupted cell that goes on is asked more firmly. */
  private static final long[] INSIST_MS = {20, 60, 150, 400, 800, 1300};

  /** From then on the threads that the cell started are stopped too: it may wait for them. */
  private static final long THREADS_TOO_MS = 400;

  static final Json.Obj ABORTED = Json.object("status", "aborted");

  private final BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
  private final Consumer<Runnable> afterArrived;
  private final ScheduledExecutorService timer;
  private final Consumer<Boolean> insist;
  private final BooleanSupplier abandon;
  private final Function<Request, Json.Obj> abandoned;

  private final String name;

  // The state below is read by the control thread too; one lock, this object's monitor.
  private Thread thread;
  private Router.@Nullable Task running;
  private boolean aborting;
  private boolean closed;

  /**
   * Starts the thread.
   *
   * @param name of its thread
   * @param afterArrived runs an action after everything that the client has sent by then has come
   *     to {@link #add}
   * @param timer waits for interrupted cells
   * @param insist ends what an interrupt did not; true for the threads of the cell too
   * @param abandon gives up the evaluation that runs; returns whether it could
   * @param abandoned told of a request whose evaluation was given up; returns its reply
   */
  ExecutionLane(
      String name,
      Consumer<Runnable> afterArrived,
      ScheduledExecutorService timer,
      Consumer<Boolean> insist,
      BooleanSupplier abandon,
      Function<Request, Json.Obj> abandoned) {
    this.name = name;
    this.afterArrived = afterArrived;
    this.timer = timer;
    this.insist = insist;
    this.abandon = abandon;
    this.abandoned = abandoned;
    thread = fresh();
    thread.start();
  }

  private Thread fresh() {
    // A deep stack: recursion in cells is code that is being learnt from.
    Thread fresh = new Thread(null, this::work, name, 64L << 20);
    fresh.setDaemon(true);
    return fresh;
  }

  void add(Router.Task task) {
    queue.add(() -> run(task));
  }

  /** {@return whether no task runs or waits} */
  synchronized boolean idle() {
    return running == null && queue.isEmpty();
  }

  private void work() {
    while (mine()) {
      try {
        queue.take().run();
      } catch (InterruptedException e) {
        // An interrupt that came after its cell had ended.
        continue;
      } catch (OutOfMemoryError e) {
        // Whatever a cell left of the heap: this thread runs the next one, which may free some.
        Spare.giveAway();
      }
    }
  }

  private synchronized boolean mine() {
    return thread == Thread.currentThread() && !(closed && queue.isEmpty());
  }

  /** Lets the running task end, aborts what is queued, and ends the thread. */
  void close() {
    synchronized (this) {
      closed = true;
    }
    queue.add(() -> {});
  }

  private void run(Router.Task task) {
    Spare.refill();
    if (!begin(task)) {
      task.refuse(ABORTED);
      return;
    }
    Json.Obj reply = task.handle();
    if (!end(task)) {
      return;
    }
    Thread.interrupted();
    if (reply != null) {
      Spare.insist(() -> abortQueued(task, reply));
    }
    task.finish(reply);
  }

  /** {@return whether the task was not given up meanwhile} */
  private synchronized boolean end(Router.Task task) {
    boolean mine = running == task;
    if (mine) {
      running = null;
    }
    return mine;
  }

  private synchronized boolean begin(Router.Task task) {
    boolean runs = !closed && (!aborting || !task.abortable());
    if (runs) {
      running = task;
    }
    return runs;
  }

  /** Called before the reply is sent: what the client sends after it must run. */
  private void abortQueued(Router.Task task, Json.Obj reply) {
    Json content = task.request().content();
    boolean stop = content.at("stop_on_error").bool(true) && !content.at("silent").bool(false);
    if (stop && task.abortable() && !reply.at("status").text("").equals("ok")) {
      synchronized (this) {
        aborting = true;
      }
      afterArrived.accept(() -> queue.add(this::resume));
    }
  }

  private synchronized void resume() {
    aborting = false;
  }

  /** Looks after a cell that was stopped on a thread, if it is of this lane. */
  synchronized void watchStopped(Thread cells) {
    if (thread == cells) {
      watchInterrupted();
    }
  }

  /** Looks after an interrupted cell: if it does not end, its thread is given up. */
  synchronized void watchInterrupted() {
    Router.Task task = running;
    if (task != null && !timer.isShutdown()) {
      for (long after : INSIST_MS) {
        timer.schedule(() -> insist(task, after >= THREADS_TOO_MS), after, TimeUnit.MILLISECONDS);
      }
      timer.schedule(() -> giveUp(task), PATIENCE_MS, TimeUnit.MILLISECONDS);
    }
  }

  private void insist(Router.Task task, boolean threads) {
    synchronized (this) {
      if (running != task) {
        return;
      }
    }
    insist.accept(threads);
  }

  private void giveUp(Router.Task task) {
    synchronized (this) {
      if (running != task || !abandon.getAsBoolean()) {
        return;
      }
      running = null;
      thread = fresh();
    }
    Json.Obj reply = abandoned.apply(task.request());
    abortQueued(task, reply);
    task.finish(reply);
    startNext();
  }

  /** Starts the thread that takes over; when the system gives none now, it may give one later. */
  private synchronized void startNext() {
    try {
      thread.start();
    } catch (OutOfMemoryError e) {
      thread = fresh();
      timer.schedule(this::startNext, PATIENCE_MS, TimeUnit.MILLISECONDS);
    }
  }
}
