/** The float64 reference backend: slow, plain, and the definition of every operation. */
@NullMarked
package lazuli.array.reference;

import org.jspecify.annotations.NullMarked;
