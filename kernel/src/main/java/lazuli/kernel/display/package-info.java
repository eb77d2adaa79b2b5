/** Values to MIME bundles: renderers, and display handles that can be updated. */
@NullMarked
package lazuli.kernel.display;

import org.jspecify.annotations.NullMarked;
