/** What works on this machine and what is missing, each with its fix. Changes nothing. */
@NullMarked
package lazuli.install.doctor;

import org.jspecify.annotations.NullMarked;
