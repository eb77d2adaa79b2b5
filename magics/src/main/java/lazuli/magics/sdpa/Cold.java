package lazuli.magics.sdpa;

import java.util.Arrays;
import lazuli.magics.stats.Subject;

/** A subject whose operands come from memory: the caches are emptied before each call. */
final class Cold {
  /** Twice the largest cache that a core of today's processors shares. */
  private static final int BYTES = 256 << 20;

  private Cold() {}

  static Subject of(Subject hot) {
    long[] other = new long[BYTES / Long.BYTES];
    return new Subject() {
      private long turn;

      @Override
      public String name() {
        return hot.name();
      }

      @Override
      public double nanos(int calls) throws Exception {
        double nanos = 0;
        for (int i = 0; i < calls; i++) {
          Arrays.fill(other, turn++);
          nanos += hot.nanos(1);
        }
        return nanos;
      }

      @Override
      public double afterOne(int calls) throws Exception {
        return nanos(calls);
      }
    };
  }
}
