/**
 * Masks and score modifications as expressions over the indices of one score: their meaning number
 * by number, and bounds of it over ranges of indices.
 */
@NullMarked
package lazuli.array.attention.term;

import org.jspecify.annotations.NullMarked;
