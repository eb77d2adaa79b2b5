/** From the spans of a trace to the rows of a profile. */
@NullMarked
package lazuli.magics.profile;

import org.jspecify.annotations.NullMarked;
