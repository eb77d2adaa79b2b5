package lazuli.magics.stats;

import java.util.function.LongSupplier;

/** Something that can be called many times and timed. */
public interface Subject {
  /** {@return its name in tables} */
  String name();

  /**
   * {@return the nanoseconds that this many calls in a row took}
   *
   * @param calls how many, at least 1
   * @throws Exception what a call throws
   */
  double nanos(int calls) throws Exception;

  /**
   * {@return the same, after one call that is not counted} When several subjects take turns, the
   * first call of a turn finds the caches, and the processor's sleep, as the others left them.
   *
   * @param calls how many are counted, at least 1
   * @throws Exception what a call throws
   */
  default double afterOne(int calls) throws Exception {
    nanos(1);
    return nanos(calls);
  }

  /** {@return whether a JIT compiler works on it, so that a least warm-up has a purpose} */
  default boolean compiles() {
    return true;
  }

  /** One call. */
  @FunctionalInterface
  interface Call {
    /**
     * Runs once, to the end.
     *
     * @throws Exception any failure
     */
    void run() throws Exception;
  }

  /**
   * {@return a subject timed in this process}
   *
   * @param name its name
   * @param call what to time
   * @param clock nanoseconds, such as {@code System::nanoTime}
   */
  static Subject of(String name, Call call, LongSupplier clock) {
    return new Subject() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public double nanos(int calls) throws Exception {
        long start = clock.getAsLong();
        for (int i = 0; i < calls; i++) {
          call.run();
        }
        return clock.getAsLong() - start;
      }
    };
  }
}
