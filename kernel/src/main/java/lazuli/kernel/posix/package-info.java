/** What the kernel asks of the operating system that Java has no name for; absent elsewhere. */
@NullMarked
package lazuli.kernel.posix;

import org.jspecify.annotations.NullMarked;
