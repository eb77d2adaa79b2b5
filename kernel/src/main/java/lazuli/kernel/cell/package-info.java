/** Cell text to outcomes: splitting, evaluation by JShell, completion, inspection. */
@NullMarked
package lazuli.kernel.cell;

import org.jspecify.annotations.NullMarked;
