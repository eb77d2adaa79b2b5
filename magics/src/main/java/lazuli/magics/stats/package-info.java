/** Timing: warm-up, interleaved sampling, summaries, intervals and verdicts. Knows no arrays. */
@NullMarked
package lazuli.magics.stats;

import org.jspecify.annotations.NullMarked;
