/**
 * The Vector API backend: matrix products, flash attention, fused elementwise blocks, reductions.
 */
@NullMarked
package lazuli.array.cpu;

import org.jspecify.annotations.NullMarked;
