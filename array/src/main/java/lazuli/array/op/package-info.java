/**
 * The operations, each declared in one place, and the graph nodes they form. Uses only the value
 * types; does no work.
 */
@NullMarked
package lazuli.array.op;

import org.jspecify.annotations.NullMarked;
