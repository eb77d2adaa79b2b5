/**
 * What a backend must provide: buffers, kernels, and for every operation an offer or the reason for
 * a refusal.
 */
@NullMarked
package lazuli.array.backend;

import org.jspecify.annotations.NullMarked;
