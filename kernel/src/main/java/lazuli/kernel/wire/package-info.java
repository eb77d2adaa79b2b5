/** Frames to messages and back: connection file, signatures, sockets. Knows no Java code. */
@NullMarked
package lazuli.kernel.wire;

import org.jspecify.annotations.NullMarked;
