/**
 * What an extension sees of the kernel: magics, renderers and the running cell. The only way in.
 */
@NullMarked
package lazuli.kernel.ext;

import org.jspecify.annotations.NullMarked;
