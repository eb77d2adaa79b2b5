package lazuli.kernel.wire;

import java.util.concurrent.atomic.AtomicLong;

/** Says what was dropped, the first few times and then ever more rarely. Thread-safe. */
public final class Drops {
  private static final int ALL = 10;

  private final AtomicLong count = new AtomicLong();

  /** Makes a log of nothing dropped. */
  public Drops() {}

  /** Counts a message that was dropped, and says why if it is its turn. */
  public void dropped(BadMessageException why) {
    long number = count.incrementAndGet();
    if (number <= ALL || isPowerOfTen(number)) {
      Log.warn("dropped " + why.getMessage() + (number > ALL ? "; " + number + " so far" : ""));
    }
  }

  private static boolean isPowerOfTen(long number) {
    long power = 1;
    while (power < number) {
      power *= 10;
    }
    return power == number;
  }
}
