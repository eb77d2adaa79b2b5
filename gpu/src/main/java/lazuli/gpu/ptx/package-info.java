/** Writes PTX, NVIDIA's portable assembly, as text. PTX ISA 7.0 or 8.0; see {@link Code}. */
@NullMarked
package lazuli.gpu.ptx;

import org.jspecify.annotations.NullMarked;
