/**
 * A GPU simulated on the CPU: device memory that knows every allocation, and an interpreter that
 * executes the PTX text that ships, a warp of 32 lanes at a time. Correct and slow; its times mean
 * nothing.
 */
@NullMarked
package lazuli.gpu.sim;

import org.jspecify.annotations.NullMarked;
