package lazuli.kernel.session;

import java.util.concurrent.CountDownLatch;

/** A library call, as cells see it, that no interrupt ends. */
public final class Stuck {
  private static final CountDownLatch RELEASED = new CountDownLatch(1);

  private Stuck() {}

  /** Says that it runs and waits until {@link #release}. */
  public static void inLibrary() {
    System.out.println("on");
    while (RELEASED.getCount() > 0) {
      try {
        RELEASED.await();
      } catch (InterruptedException e) {
        // What a library that swallows interrupts does.
        continue;
      }
    }
  }

  static void release() {
    RELEASED.countDown();
  }
}
