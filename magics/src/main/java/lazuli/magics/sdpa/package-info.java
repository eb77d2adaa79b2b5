/** The magic {@code %sdpa}: attention timed, compared and explained. */
@NullMarked
package lazuli.magics.sdpa;

import org.jspecify.annotations.NullMarked;
