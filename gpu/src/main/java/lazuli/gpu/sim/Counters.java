package lazuli.gpu.sim;

/**
 * What one launch did, or several added up.
 *
 * @param instructions executed, one for each warp
 * @param globalBytes that lanes asked to read or write in device memory
 * @param sectors of 32 bytes that those accesses touch, warp by warp: the traffic without caches
 * @param sharedAccesses of warps to shared memory
 * @param bankConflicts extra passes over shared memory, because lanes wanted different words of one
 *     bank
 * @param barrierWaits times that a warp waited at a barrier
 * @param matrixProducts executed {@code mma} instructions, one for each warp
 */
public record Counters(
    long instructions,
    long globalBytes,
    long sectors,
    long sharedAccesses,
    long bankConflicts,
    long barrierWaits,
    long matrixProducts) {
  /** Nothing yet. */
  public static final Counters NONE = new Counters(0, 0, 0, 0, 0, 0, 0);

  /** {@return both together} */
  public Counters plus(Counters o) {
    return new Counters(
        instructions + o.instructions,
        globalBytes + o.globalBytes,
        sectors + o.sectors,
        sharedAccesses + o.sharedAccesses,
        bankConflicts + o.bankConflicts,
        barrierWaits + o.barrierWaits,
        matrixProducts + o.matrixProducts);
  }
}
