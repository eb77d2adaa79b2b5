package lazuli.array.backend;

import java.lang.foreign.MemorySegment;

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
   * {@return whether such a buffer would be one that was used before, so that it costs neither the
   * system nor fresh pages}
   *
   * @param bytes the size
   */
  default boolean reuses(long bytes) {
    return false;
  }

  /**
   * {@return a buffer for a result, which outlives the evaluation that is being made} Others of an
   * evaluation may come from memory that its plan keeps.
   *
   * @param bytes the size
   * @throws lazuli.array.type.ArrayException as {@link #allocate} does
   */
  default Buffer allocateResult(long bytes) {
    return allocate(bytes);
  }

  /**
   * Notes that a buffer which was not meant for a result holds one.
   *
   * @param buffer one that {@link #allocate} returned
   */
  default void becomesResult(Buffer buffer) {}

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

  /** {@return whether the processor reads and writes buffers through their segments} */
  default boolean hosted() {
    return true;
  }

  /**
   * Copies host memory to the start of a buffer; returns when the host memory may change.
   *
   * @param from host memory
   * @param to a buffer of this pool
   */
  default void write(MemorySegment from, Buffer to) {
    MemorySegment.copy(from, 0, to.segment(), 0, from.byteSize());
  }

  /**
   * Copies a part of a buffer to host memory, after everything that was launched before.
   *
   * @param from a buffer of this pool
   * @param offset of the part in bytes
   * @param to host memory of the part's size
   */
  default void read(Buffer from, long offset, MemorySegment to) {
    MemorySegment.copy(from.segment(), offset, to, 0, to.byteSize());
  }

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
