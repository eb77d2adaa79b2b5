package lazuli.gpu.sim;

import java.lang.foreign.Arena;

/**
 * Executes launches, block after block. Blocks follow each other in an order that the seed decides,
 * so that kernels which wrongly rely on an order are seen.
 */
public final class Machine {
  /** The most shared memory of a block, as on compute capability 9.0 (227 KiB). */
  public static final int SHARED = 227 * 1024;

  private static final long LONGEST = 1L << 36;

  private final DeviceMemory memory;
  private final DeviceMemory.Block nowhere;
  private volatile long seed;

  /**
   * Makes a machine.
   *
   * @param memory its device memory
   */
  public Machine(DeviceMemory memory) {
    this.memory = memory;
    DeviceMemory none = new DeviceMemory(1);
    DeviceMemory.Block block = none.find(none.allocate(0), 0);
    if (block == null) {
      throw new IllegalStateException();
    }
    nowhere = block;
  }

  DeviceMemory memory() {
    return memory;
  }

  DeviceMemory.Block nowhere() {
    return nowhere;
  }

  /** Sets the order of warps and blocks from now on; 0 is the plain one. */
  public void seed(long value) {
    seed = value;
  }

  /**
   * {@return what the launch did}
   *
   * @param program the kernel
   * @param grid blocks in x, y, z
   * @param block threads in x, y, z
   * @param dynamic bytes of shared memory beside the declared ones
   * @param params the parameters as the kernel reads them
   */
  public Counters run(Program program, int[] grid, int[] block, int dynamic, byte[] params) {
    int threads = block[0] * block[1] * block[2];
    if (threads > program.threads()) {
      throw new SimFault(
          program.name() + " takes " + program.threads() + " threads a block, got " + threads);
    }
    int bytes = (program.sharedBytes() + 15) / 16 * 16 + dynamic;
    if (bytes > SHARED) {
      throw new SimFault(program.name() + " needs " + bytes + " bytes of shared memory");
    }
    try (Arena arena = Arena.ofConfined()) {
      Launch launch =
          new Launch(program, grid, block, arena.allocate(Math.max(16, bytes), 128), params, seed);
      Block work = new Block(this, launch);
      long blocks = (long) grid[0] * grid[1] * grid[2];
      boolean backwards = (seed & 1) != 0;
      for (long i = 0; i < blocks; i++) {
        long b = backwards ? blocks - 1 - i : i;
        int x = (int) (b % grid[0]);
        int y = (int) (b / grid[0] % grid[1]);
        int z = (int) (b / grid[0] / grid[1]);
        work.run(x, y, z);
      }
      return work.counters();
    }
  }

  void watch(long instructions, Block block) {
    if (instructions > LONGEST) {
      throw new SimFault(block.program.name() + " does not end: " + instructions + " instructions");
    }
    if (Thread.interrupted()) {
      Thread.currentThread().interrupt();
      throw new java.util.concurrent.CancellationException(
          "the simulated kernel " + block.program.name() + " was interrupted");
    }
  }
}
