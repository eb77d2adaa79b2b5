package lazuli.gpu.driver;

import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Waits that an interrupt ends. The driver's own waits do not see it: a notebook's stop button
 * would do nothing until the device is done.
 */
final class Waiting {
  /** How long it only asks: most waits are shorter, and parking costs some 50 microseconds. */
  private static final long SPIN_NANOS = 200_000;

  private static final long PARK_NANOS = 50_000;

  private Waiting() {}

  /**
   * Waits until something is done.
   *
   * @param what it is, for the error
   * @param done asks the driver, and throws its errors
   * @throws CancellationException when the thread is interrupted, which it stays
   */
  static void until(String what, BooleanSupplier done) {
    long start = System.nanoTime();
    while (!done.getAsBoolean()) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException(
            "waiting for " + what + " was interrupted; the GPU goes on with what it was given");
      }
      if (System.nanoTime() - start < SPIN_NANOS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(PARK_NANOS);
      }
    }
  }
}
