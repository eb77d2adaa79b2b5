/**
 * The surface: {@code Array}, the star-imported functions of {@code lazuli.array.Lazuli}, keys and
 * scopes. May use every other package of this module; nothing below uses it.
 */
@NullMarked
package lazuli.array;

import org.jspecify.annotations.NullMarked;
