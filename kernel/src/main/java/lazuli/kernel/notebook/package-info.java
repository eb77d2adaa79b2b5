/** The functions of IJava and JJava that every cell can call by their bare names. */
@NullMarked
package lazuli.kernel.notebook;

import org.jspecify.annotations.NullMarked;
