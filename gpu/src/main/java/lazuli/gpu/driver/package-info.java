/** The CUDA driver API through JCuda, touched only after the driver's library was found. */
@NullMarked
package lazuli.gpu.driver;

import org.jspecify.annotations.NullMarked;
