/**
 * What ran: dispatch records, spans, traces, and the measured limits of the machine. Uses only the
 * value types.
 */
@NullMarked
package lazuli.array.profile;

import org.jspecify.annotations.NullMarked;
