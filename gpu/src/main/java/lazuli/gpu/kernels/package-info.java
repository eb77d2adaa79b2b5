/** The kernels: each writes its PTX and launches it on the views of the plan. */
@NullMarked
package lazuli.gpu.kernels;

import org.jspecify.annotations.NullMarked;
