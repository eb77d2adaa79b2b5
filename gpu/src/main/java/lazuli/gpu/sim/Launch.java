package lazuli.gpu.sim;

import java.lang.foreign.MemorySegment;

/**
 * A launch.
 *
 * @param program the kernel
 * @param grid blocks in x, y, z
 * @param block threads in x, y, z
 * @param shared the block's shared memory, declared and dynamic
 * @param params the parameters as the kernel reads them
 * @param seed of the order in which warps run; 0 runs each as far as it can
 */
record Launch(
    Program program, int[] grid, int[] block, MemorySegment shared, byte[] params, long seed) {}
