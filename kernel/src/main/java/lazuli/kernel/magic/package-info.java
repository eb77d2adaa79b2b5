/** The magics that the kernel has without any extension, one class each. */
@NullMarked
package lazuli.kernel.magic;

import org.jspecify.annotations.NullMarked;
