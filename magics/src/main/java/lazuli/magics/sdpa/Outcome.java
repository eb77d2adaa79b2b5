package lazuli.magics.sdpa;

import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.magics.stats.Timing;
import org.jspecify.annotations.Nullable;

/**
 * What one point of a sweep gave: measured, or the reason why not.
 *
 * @param kernel that ran
 * @param timing its times; null when it did not run
 * @param versus the comparison with the first of its group
 * @param work of one call
 * @param dtype of the result
 * @param peak bytes at the peak
 * @param own its error against float64; null when it was not asked for
 * @param naive the error of the unfused form
 * @param skipped why it did not run; empty when it did
 */
record Outcome(
    String kernel,
    @Nullable Timing timing,
    String versus,
    Work work,
    DType dtype,
    double peak,
    @Nullable Accuracy own,
    @Nullable Accuracy naive,
    String skipped) {
  static Outcome skipped(String why) {
    return new Outcome("-", null, "", Work.NONE, DType.F32, Double.NaN, null, null, why);
  }

  boolean hasSamples(int least) {
    return timing != null && timing.samples().length >= least;
  }

  boolean ran() {
    return timing != null && timing.samples().length > 0;
  }

  double nanos() {
    return timing == null ? Double.NaN : timing.summary().median();
  }

  double ratio() {
    return own == null || naive == null || naive.rms() == 0 ? Double.NaN : own.rms() / naive.rms();
  }
}
