/** The bench: named cases, ours and a peer's interleaved in one run. */
@NullMarked
package lazuli.magics.bench;

import org.jspecify.annotations.NullMarked;
