/** {@code %config}: settings that hold at once, and settings of the kernel's next start. */
@NullMarked
package lazuli.kernel.config;

import org.jspecify.annotations.NullMarked;
