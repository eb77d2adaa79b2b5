package lazuli.kernel.wire;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.zeromq.ZMQ;

/**
 * Memory that is kept for answers: a cell may fill the heap to its last byte, and then the kernel
 * must still say so and hear what the client says next.
 *
 * <p>Mutable state: one block of memory for the whole process, guarded by this class's monitor.
 */
public final class Spare {
  private static final int BYTES = 1 << 20;
  private static final int ATTEMPTS = 500;
  private static final long PAUSE_NANOS = 10_000_000;

  private static byte @Nullable [] held = new byte[BYTES];

  private Spare() {}

  /** Makes room, once until {@link #refill}. */
  public static synchronized void giveAway() {
    held = null;
  }

  /** Takes the block back if there is room. */
  public static synchronized void refill() {
    if (held == null) {
      try {
        held = new byte[BYTES];
      } catch (OutOfMemoryError e) {
        // The heap is still full: the next call tries again.
        held = null;
      }
    }
  }

  /**
   * Does some work; while the heap is full it makes room, waits a moment and does it again.
   *
   * @param work may be done twice without harm
   */
  public static void insist(Runnable work) {
    for (int attempt = 1; ; attempt++) {
      try {
        work.run();
        return;
      } catch (OutOfMemoryError e) {
        shortOf(attempt, e);
      }
    }
  }

  /** Sends one frame however full the heap is: half a message would spoil the next one. */
  static boolean send(ZMQ.Socket socket, byte[] frame, int flags) {
    for (int attempt = 1; ; attempt++) {
      try {
        return socket.send(frame, flags);
      } catch (OutOfMemoryError e) {
        shortOf(attempt, e);
      }
    }
  }

  private static void shortOf(int attempt, OutOfMemoryError failure) {
    if (attempt == ATTEMPTS) {
      throw failure;
    }
    giveAway();
    LockSupport.parkNanos(PAUSE_NANOS);
  }
}
