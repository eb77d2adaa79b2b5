package lazuli.array.backend;

/**
 * A device's memory: buffers are reused, never returned to the system while they may be needed
 * again.
 */
public interface Pool {
  /**
   * {@return a buffer of at least this size}; its contents are unspecified
   *
   * @param bytes the size
   * @throws lazuli.array.type.ArrayException when the limit is reached even after collecting
   *     garbage
   */
  Buffer allocate(long bytes);

  /**
   * Takes a buffer back. The caller guarantees that nothing reaches it any more.
   *
   * @param buffer one that {@link #allocate} returned
   */
  void release(Buffer buffer);

  /**
   * Gives free memory back to the system until this much is kept.
   *
   * @param keep the bytes to keep for reuse, also from now on
   */
  default void cacheLimit(long keep) {}

  /**
   * Sets the most that may be active. What is active stays, also beyond it.
   *
   * @param bytes the limit
   */
  default void limit(long bytes) {
    throw new UnsupportedOperationException("this backend's memory has a fixed limit");
  }

  /** Starts counting the peak again from what is active now. */
  default void resetPeak() {}

  /** {@return the counters} */
  Usage usage();

  /**
   * Memory counters, in bytes.
   *
   * @param active held by arrays and running plans
   * @param cached free and kept for reuse
   * @param peak the highest {@code active} since the last reset
   * @param limit the most that may be active
   */
  record Usage(long active, long cached, long peak, long limit) {}
}
