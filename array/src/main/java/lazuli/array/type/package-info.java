/**
 * Value types of the arrays: element types, shapes, devices, promotion and the errors. Uses nothing
 * else of Lazuli.
 */
@NullMarked
package lazuli.array.type;

import org.jspecify.annotations.NullMarked;
