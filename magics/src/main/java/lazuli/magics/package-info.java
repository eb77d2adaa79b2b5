/** Magics, reports and displays: where the kernel meets the arrays. */
@NullMarked
package lazuli.magics;

import org.jspecify.annotations.NullMarked;
