/**
 * Scaled dot-product attention: options, masks, and the composite operation. Pure: kernels live in
 * the backends.
 */
@NullMarked
package lazuli.array.attention;

import org.jspecify.annotations.NullMarked;
