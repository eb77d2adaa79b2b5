/**
 * One device at work: its memory pool, its stream, its compiled kernels, and copies to and from.
 */
@NullMarked
package lazuli.gpu.exec;

import org.jspecify.annotations.NullMarked;
