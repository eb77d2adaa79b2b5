/** Attention shown: masks, weights, tiles, traffic, caches, numerics, and the softmax by steps. */
@NullMarked
package lazuli.magics.show;

import org.jspecify.annotations.NullMarked;
