/** Times a whole kernel against another one over the wire, as a client sees it. */
@NullMarked
package lazuli.install.bench;

import org.jspecify.annotations.NullMarked;
