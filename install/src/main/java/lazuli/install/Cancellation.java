package lazuli.install;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C for work that has partial results: the JVM begins to leave, this holds it until the work
 * has seen that it should stop and has written what it has.
 */
final class Cancellation implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 20;

  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook = new Thread(this::hold, "lazuli-cancellation");
  private volatile boolean cancelled;

  private Cancellation() {}

  static Cancellation onExit() {
    var cancellation = new Cancellation();
    Runtime.getRuntime().addShutdownHook(cancellation.hook);
    return cancellation;
  }

  private void hold() {
    cancelled = true;
    try {
      if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("lazuli: left without partial results: the kernel did not stop");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  boolean cancelled() {
    return cancelled;
  }

  /** The work is done and written. */
  @Override
  public void close() {
    done.countDown();
    if (!cancelled) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException leaving) {
        // The hook runs and will see that the work is done.
      }
    }
  }
}
