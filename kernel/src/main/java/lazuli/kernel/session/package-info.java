/** Requests to replies: the router, the ordered outbox, streams, history, interrupts. */
@NullMarked
package lazuli.kernel.session;

import org.jspecify.annotations.NullMarked;
