/**
 * Checks and measures one GPU from a command line, without a notebook, and writes a dated table.
 */
@NullMarked
package lazuli.gpu.measure;

import org.jspecify.annotations.NullMarked;
