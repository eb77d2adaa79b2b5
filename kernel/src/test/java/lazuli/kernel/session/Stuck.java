package lazuli.kernel.session;

import java.util.concurrent.CountDownLatch;

/** A library call, as cells see it, that no interrupt ends. */
public final class Stuck {
  private static volatile CountDownLatch released = new CountDownLatch(1);

  private Stuck() {}

  /** Says that it runs and waits until the next {@link #release}. */
  public static void inLibrary() {
    CountDownLatch next = released;
    System.out.println("on");
    while (next.getCount() > 0) {
      try {
        next.await();
      } catch (InterruptedException e) {
        // What a library that swallows interrupts does.
        continue;
      }
    }
  }

  /** Lets those go that wait now; later calls wait for the next release. */
  static synchronized void release() {
    CountDownLatch old = released;
    released = new CountDownLatch(1);
    old.countDown();
  }
}
