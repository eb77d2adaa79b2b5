package lazuli.kernel.cell;

import java.lang.reflect.Field;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Puts off JShell's index of all classes and packages, which completion alone asks for. JShell
 * begins it at its start, on a thread beside the one that brings up the compiler: a third of a
 * start's work on two processors, and 30 MB that a notebook run from the shell never needs.
 *
 * <p>It takes JShell's queue of such work, which {@code --add-opens jdk.jshell/jdk.jshell} allows;
 * without it JShell does what it always does. The queue is one for all sessions of a JVM.
 */
final class Indexing {
  /** How long the first completion waits for the index, which takes some tenths of a second. */
  private static final int LONGEST_MS = 2000;

  private static final Set<CountDownLatch> HELD = ConcurrentHashMap.newKeySet();

  private Indexing() {}

  /** Holds what is queued from now on back, until {@link #release}. */
  static void hold() {
    try {
      var released = new CountDownLatch(1);
      queue()
          .execute(
              () -> {
                try {
                  released.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      HELD.add(released);
    } catch (ReflectiveOperationException | RuntimeException e) {
      // Another JDK or a closed package: everything works, and starts later.
      return;
    }
  }

  /** Lets the index be made, of every session, and waits for it when that is due to this call. */
  static void release() {
    if (HELD.isEmpty()) {
      return;
    }
    for (CountDownLatch held : HELD) {
      held.countDown();
      HELD.remove(held);
    }
    try {
      queue().submit(() -> {}).get(LONGEST_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ReflectiveOperationException | ExecutionException | TimeoutException e) {
      // Late: this completion does without, the next one has it.
    }
  }

  private static ExecutorService queue() throws ReflectiveOperationException {
    Field queue = Class.forName("jdk.jshell.SourceCodeAnalysisImpl").getDeclaredField("INDEXER");
    queue.setAccessible(true);
    return (ExecutorService) queue.get(null);
  }
}
