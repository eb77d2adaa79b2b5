/** The NVIDIA backend of the arrays, found by ServiceLoader. */
@NullMarked
package lazuli.gpu;

import org.jspecify.annotations.NullMarked;
