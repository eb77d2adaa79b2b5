/** NVIDIA's libraries that are used when they are there, through the foreign-function API. */
@NullMarked
package lazuli.gpu.lib;

import org.jspecify.annotations.NullMarked;
