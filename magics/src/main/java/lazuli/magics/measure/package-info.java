/** From arrays and timings to cells of a report: evaluation, units, limits, peaks. */
@NullMarked
package lazuli.magics.measure;

import org.jspecify.annotations.NullMarked;
