/** Other libraries, run in their own process on the same data, in turns with ours. */
@NullMarked
package lazuli.magics.peer;

import org.jspecify.annotations.NullMarked;
