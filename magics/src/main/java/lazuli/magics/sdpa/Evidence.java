package lazuli.magics.sdpa;

import lazuli.array.profile.Dispatch;
import lazuli.magics.stats.Timing;

/**
 * One variant of a case study, after it was timed.
 *
 * @param line what was timed
 * @param dispatch the kernel that ran
 * @param timing the times
 * @param before keys that it held before the timed calls
 * @param after keys that it held after them
 * @param launch what says that launching binds it; empty when something else does
 */
record Evidence(
    CaseLine line, Dispatch dispatch, Timing timing, long before, long after, String launch) {}
