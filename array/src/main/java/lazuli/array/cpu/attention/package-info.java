/**
 * Attention on the CPU: {@code flash} (tiled online softmax), {@code split} (decode over the key
 * axis) and {@code reference} (float64). Uses {@code lazuli.array.attention} for the semantics and
 * {@code lazuli.array.cpu} for threads.
 */
@NullMarked
package lazuli.array.cpu.attention;

import org.jspecify.annotations.NullMarked;
