/** What this process was given, and the kernel process that it starts. */
@NullMarked
package lazuli.install.process;

import org.jspecify.annotations.NullMarked;
