/** The NVIDIA backend of the arrays: today it finds the GPUs and says why they are not used. */
@NullMarked
package lazuli.gpu;

import org.jspecify.annotations.NullMarked;
