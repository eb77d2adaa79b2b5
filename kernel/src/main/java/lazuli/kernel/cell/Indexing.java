package lazuli.kernel.cell;

import java.lang.reflect.Field;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Puts off JShell's index of all classes, which only the completion of names that are not imported
 * needs. JShell begins it at its start, on a thread beside the one that brings up the compiler: a
 * third of a start's work on two processors.
 *
 * <p>It takes JShell's queue of such work, which {@code --add-opens jdk.jshell/jdk.jshell} allows;
 * without it JShell does what it always does. The queue is one for all sessions of a JVM.
 */
final class Indexing {
  /** Nobody waits longer, even in a session that never asks. */
  private static final int MOST_SECONDS = 20;

  private static final Set<CountDownLatch> HELD = ConcurrentHashMap.newKeySet();

  private Indexing() {}

  /** Holds what is queued from now on back, until {@link #release}. */
  static void hold() {
    try {
      Field queue = Class.forName("jdk.jshell.SourceCodeAnalysisImpl").getDeclaredField("INDEXER");
      queue.setAccessible(true);
      var released = new CountDownLatch(1);
      HELD.add(released);
      ((ExecutorService) queue.get(null))
          .execute(
              () -> {
                try {
                  var _ = released.await(MOST_SECONDS, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                } finally {
                  HELD.remove(released);
                }
              });
    } catch (ReflectiveOperationException | RuntimeException e) {
      // Another JDK or a closed package: everything works, and starts later.
      release();
    }
  }

  /** Lets the index be made now, of every session. */
  static void release() {
    HELD.forEach(CountDownLatch::countDown);
  }
}
