/** Between the API of IJava and JJava, in their own jars, and this kernel. */
@NullMarked
package lazuli.compat.bridge;

import org.jspecify.annotations.NullMarked;
