package lazuli.kernel.cell;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How long one top-level statement, magic or rendering may run. What runs longer is stopped as an
 * interrupt would stop it, and fails with the limit's message.
 */
public final class StatementLimit {
  private final Duration limit;
  private final String message;
  private final ScheduledExecutorService timer;
  private final Consumer<Thread> watch;

  /**
   * Describes a limit.
   *
   * @param limit how long a statement may run
   * @param message what the failure says
   * @param timer counts; it should forget what is cancelled
   * @param watch told of the thread of a statement that was asked to stop, to go further if it does
   *     not
   */
  public StatementLimit(
      Duration limit, String message, ScheduledExecutorService timer, Consumer<Thread> watch) {
    this.limit = limit;
    this.message = message;
    this.timer = timer;
    this.watch = watch;
  }

  /** One statement that runs. The evaluation's monitor guards whether it is over. */
  static final class Running implements AutoCloseable {
    private static final Running UNLIMITED = new Running(null);

    private final @Nullable Evaluation evaluation;
    private @Nullable ScheduledFuture<?> alarm;
    private boolean over;

    private Running(@Nullable Evaluation evaluation) {
      this.evaluation = evaluation;
    }

    /** {@return whether it had ended; called under the evaluation's monitor} */
    boolean over() {
      return over;
    }

    /** Ends it: from now on it stops nothing. */
    @Override
    public void close() {
      if (evaluation != null) {
        synchronized (evaluation) {
          over = true;
        }
      }
      if (alarm != null) {
        alarm.cancel(false);
      }
    }
  }

  /** {@return a statement that begins now; close it when it ends} */
  static Running begin(@Nullable StatementLimit limit, Evaluation evaluation, StopChecks checks) {
    if (limit == null || limit.timer.isShutdown()) {
      return Running.UNLIMITED;
    }
    var running = new Running(evaluation);
    running.alarm =
        limit.timer.schedule(
            () -> {
              if (evaluation.exceed(running, limit.message, checks)) {
                limit.watch.accept(evaluation.thread());
              }
            },
            limit.limit.toNanos(),
            TimeUnit.NANOSECONDS);
    return running;
  }
}
