package lazuli.kernel.cell;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinWorkerThread;
import lazuli.kernel.posix.BlockedCall;
import org.jspecify.annotations.Nullable;

/**
 * One thread's run through {@link JavaSession#evaluate}, nested runs included: whether it is to
 * stop, and what its last snippet gave. One lock, this object's monitor.
 */
final class Evaluation {
  private final Thread thread = Thread.currentThread();
  private final long threadId = BlockedCall.currentThread();

  /** Threads made after this one belong to the evaluation. */
  private final long firstThread = Thread.ofPlatform().unstarted(() -> {}).threadId();

  /** How many calls of evaluate are nested on the thread. */
  private int nested;

  /** How many calls into user code are on the thread's stack. */
  private int inside;

  /** What errors call the cell that runs, the innermost one; read by any thread. */
  private volatile String label = "";

  private boolean stop;
  private boolean threadsToo;
  private boolean abandoned;
  private @Nullable String exceeded;
  private final List<Runnable> afterwards = new ArrayList<>();
  private @Nullable Object value;
  private @Nullable Throwable thrown;

  /** {@return the thread that evaluates} */
  Thread thread() {
    return thread;
  }

  /** {@return whether this is the thread that evaluates} */
  boolean runsOn(Thread other) {
    return other == thread;
  }

  /** {@return whether stopping this evaluation stops the thread too} */
  synchronized boolean owns(Thread other) {
    if (other == thread) {
      return nested > 0;
    }
    boolean pooled = other instanceof ForkJoinWorkerThread;
    if (threadsToo) {
      return pooled || other.threadId() > firstThread;
    }
    // A thread that a cell started goes on, but a parallel stream is the cell's own work.
    return pooled && nested > 0 && inStream();
  }

  private static boolean inStream() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames.anyMatch(frame -> frame.getClassName().startsWith("java.util.stream.")));
  }

  /**
   * Begins a call.
   *
   * @param cell what errors call the cell
   * @return what they called the one around it, for {@link #end}
   */
  synchronized String begin(String cell) {
    nested++;
    String around = label;
    label = cell;
    return around;
  }

  /** {@return what errors call the cell that runs} */
  String label() {
    return label;
  }

  /**
   * {@return whether the outermost call ended}
   *
   * @param around what errors call the cell that goes on
   */
  synchronized boolean end(String around) {
    label = around;
    boolean ended = --nested == 0;
    if (ended) {
      afterwards.forEach(Runnable::run);
      afterwards.clear();
    }
    return ended;
  }

  /** Forgets what the last snippet gave. */
  void reset() {
    value = null;
    thrown = null;
  }

  /**
   * Asks to stop, unless it has ended; interrupts the thread only in user code, never inside javac.
   */
  synchronized void stop(StopChecks checks, boolean andItsThreads) {
    if (nested == 0) {
      return;
    }
    threadsToo |= andItsThreads;
    // First the flag: what a check throws is told from a user's exception by it.
    stop = true;
    checks.stop(this);
    if (inside > 0) {
      thread.interrupt();
    }
  }

  /**
   * Asks to stop because a statement ran too long; does nothing when it is over or to stop already.
   *
   * @param message what the failure says
   * @return whether it asked
   */
  synchronized boolean exceed(StatementLimit.Running statement, String message, StopChecks checks) {
    if (statement.over() || stop || nested == 0) {
      return false;
    }
    exceeded = message;
    stop(checks, false);
    return true;
  }

  /**
   * {@return how it ended: a statement that was stopped because it ran too long has failed}
   *
   * <p>Only the outermost call says so; code around nested ones sees that they were interrupted.
   */
  synchronized Outcome ended(Outcome outcome) {
    return exceeded != null && nested == 1 && outcome instanceof Outcome.Interrupted
        ? Outcome.Failure.timeout(exceeded)
        : outcome;
  }

  /** {@return the message of the limit that it exceeded, null if it did not} */
  synchronized @Nullable String exceeded() {
    return exceeded;
  }

  /**
   * Goes further when the thread is still in user code: ends a blocked read or accept.
   *
   * @param andItsThreads whether to stop the threads that the cell started too, for which it may
   *     wait
   */
  synchronized void insist(boolean andItsThreads) {
    if (stop && inside > 0 && !abandoned) {
      threadsToo |= andItsThreads;
      thread.interrupt();
      BlockedCall.end(thread, threadId).ifPresent(afterwards::add);
    }
  }

  synchronized boolean stopped() {
    return stop;
  }

  /** Gives the thread up: what it does from now on changes nothing. */
  synchronized boolean abandon() {
    abandoned = stop && inside > 0;
    if (abandoned) {
      BlockedCall.makeLast(threadId);
    }
    return abandoned;
  }

  synchronized boolean abandoned() {
    return abandoned;
  }

  /** {@return whether user code may run} */
  synchronized boolean enterUserCode() {
    if (stop) {
      return false;
    }
    inside++;
    return true;
  }

  synchronized void leaveUserCode() {
    inside--;
    if (stop) {
      // javac must not see the interrupt: it would close the jars that it reads.
      Thread.interrupted();
    }
  }

  /**
   * Enters the compiler from user code, for a nested evaluation: it must not be interrupted there.
   *
   * @return how often user code is on the stack, for {@link #enterUserCodeAgain}
   */
  synchronized int leaveAllUserCode() {
    int before = inside;
    inside = 0;
    if (stop) {
      Thread.interrupted();
    }
    return before;
  }

  /** Comes back from a nested evaluation. */
  synchronized void enterUserCodeAgain(int before) {
    inside = before;
    if (stop && inside > 0) {
      thread.interrupt();
    }
  }

  void returned(@Nullable Object result) {
    value = result;
  }

  /** Notes what a snippet threw; the first counts. */
  void threw(Throwable failure) {
    if (thrown == null) {
      thrown = failure;
    }
  }

  @Nullable Object value() {
    return value;
  }

  @Nullable Throwable thrown() {
    return thrown;
  }

  /** {@return the failure, then its causes and what they suppressed, each once; at most 16} */
  static List<Throwable> chain(Throwable failure) {
    List<Throwable> all = new ArrayList<>();
    collect(failure, all);
    return all;
  }

  private static void collect(@Nullable Throwable one, List<Throwable> all) {
    for (; one != null && all.size() < 16; one = one.getCause()) {
      Throwable candidate = one;
      if (all.stream().anyMatch(seen -> seen == candidate)) {
        return;
      }
      all.add(one);
    }
  }
}
