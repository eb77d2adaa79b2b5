package lazuli.gpu.sim;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

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
   * {@return a launch that has not begun}
   *
   * @param program the kernel
   * @param grid blocks in x, y, z
   * @param block threads in x, y, z
   * @param dynamic bytes of shared memory beside the declared ones
   * @param params the parameters as the kernel reads them
   */
  public Running begin(Program program, int[] grid, int[] block, int dynamic, byte[] params) {
    int threads = block[0] * block[1] * block[2];
    if (threads > program.threads()) {
      throw new SimFault(
          program.name() + " takes " + program.threads() + " threads a block, got " + threads);
    }
    int bytes = (program.sharedBytes() + 15) / 16 * 16 + dynamic;
    if (bytes > SHARED) {
      throw new SimFault(program.name() + " needs " + bytes + " bytes of shared memory");
    }
    // Collected, not closed: an interrupted launch goes on in another call, perhaps of another
    // thread.
    MemorySegment shared = Arena.ofAuto().allocate(Math.max(16, bytes), 128);
    return new Running(new Block(this, new Launch(program, grid, block, shared, params, seed)));
  }

  /** {@return what the launch did} The arguments are those of {@link #begin}. */
  public Counters run(Program program, int[] grid, int[] block, int dynamic, byte[] params) {
    return begin(program, grid, block, dynamic, params).finish();
  }

  /**
   * One launch at work. A card does not stop when the program that waits for it is interrupted; so
   * an interrupted launch keeps its place here, and goes on when somebody waits again. Mutable.
   */
  public final class Running {
    private final Block work;
    private final long blocks;
    private final boolean backwards = (seed & 1) != 0;
    private long next;
    private boolean inside;

    private Running(Block work) {
      this.work = work;
      blocks = (long) work.grid[0] * work.grid[1] * work.grid[2];
    }

    /**
     * {@return what the launch did, when it has ended}
     *
     * @throws java.util.concurrent.CancellationException when the thread is interrupted; calling it
     *     again goes on
     */
    public Counters finish() {
      while (next < blocks) {
        if (!inside) {
          long b = backwards ? blocks - 1 - next : next;
          int x = (int) (b % work.grid[0]);
          int y = (int) (b / work.grid[0] % work.grid[1]);
          int z = (int) (b / work.grid[0] / work.grid[1]);
          work.begin(x, y, z);
          inside = true;
        }
        work.proceed();
        inside = false;
        next++;
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
          "waiting for the simulated kernel "
              + block.program.name()
              + " was interrupted; it goes on when something waits for it again");
    }
  }
}
