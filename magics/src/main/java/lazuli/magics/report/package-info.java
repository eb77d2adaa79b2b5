/** Results as values: one record of rows, samples and environment, and how it is written out. */
@NullMarked
package lazuli.magics.report;

import org.jspecify.annotations.NullMarked;
