/** Progress bars: one display for a cell, nested bars in it. */
@NullMarked
package lazuli.kernel.progress;

import org.jspecify.annotations.NullMarked;
