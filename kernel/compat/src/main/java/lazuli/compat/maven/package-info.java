/** Maven's resolver behind the kernel's interface; lives in a class loader of its own. */
@NullMarked
package lazuli.compat.maven;

import org.jspecify.annotations.NullMarked;
