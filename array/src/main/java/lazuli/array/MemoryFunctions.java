package lazuli.array;

import lazuli.array.backend.Pool;
import lazuli.array.type.ArrayException;

/** What memory arrays take, and how much they may; {@link Lazuli} inherits them. */
public abstract sealed class MemoryFunctions permits TransformFunctions {
  MemoryFunctions() {}

  /** {@return the memory counters, after free memory was given back to the system} */
  public static Pool.Usage clearCache() {
    return Engine.EVALUATOR.memory(
        pool -> {
          pool.cacheLimit(0);
          pool.cacheLimit(Long.MAX_VALUE);
          return pool.usage();
        });
  }

  /**
   * Sets how much free memory is kept for reuse; more goes back to the system at once.
   *
   * @param bytes 0 or more
   */
  public static void cacheLimit(long bytes) {
    size("cacheLimit", bytes, 0);
    Engine.EVALUATOR.memory(
        pool -> {
          pool.cacheLimit(bytes);
          return pool;
        });
  }

  /**
   * Sets how much memory arrays may take. Arrays beyond it stay; the next evaluation that needs
   * more fails with an error that names the step.
   *
   * @param bytes 1 or more
   */
  public static void memoryLimit(long bytes) {
    size("memoryLimit", bytes, 1);
    Engine.EVALUATOR.memory(
        pool -> {
          pool.limit(bytes);
          return pool;
        });
  }

  private static void size(String name, long bytes, long least) {
    if (bytes < least) {
      throw new ArrayException(
          name + " was given " + bytes + " bytes",
          least + " or more",
          "write bytes out, such as 4L << 30 for 4 GiB");
    }
  }

  /** Starts counting the memory peak again from what is active now. */
  public static void resetPeakMemory() {
    Engine.EVALUATOR.memory(
        pool -> {
          pool.resetPeak();
          return pool;
        });
  }

  /** {@return the memory counters, in bytes} */
  public static Pool.Usage memory() {
    return Engine.EVALUATOR.usage();
  }
}
