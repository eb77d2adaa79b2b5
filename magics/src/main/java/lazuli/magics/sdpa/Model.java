package lazuli.magics.sdpa;

import java.util.List;
import lazuli.array.profile.Explanation;
import lazuli.array.profile.Peaks;
import lazuli.array.profile.Refusal;
import lazuli.array.type.DType;
import lazuli.magics.report.Cell;
import org.jspecify.annotations.Nullable;

/**
 * What a plan would take if it ran at the measured rates: for each launch the longer of its
 * executed FLOPs at the peak and its modelled traffic at the bandwidth, and the cost of starting
 * it. No kernel is faster; how much slower one is, only a measurement tells.
 */
final class Model {
  /** What tables say about it. */
  static final String NOTE =
      "est. is the chosen kernel's time over this one's in a model: executed FLOPs at the measured"
          + " rate or modelled traffic at the measured bandwidth, and the start of each"
          + " launch; %sdpa compare measures";

  private Model() {}

  /** {@return the model's time of a plan, in nanoseconds} */
  static double nanos(List<Explanation.Row> steps, Peaks peaks) {
    double sum = 0;
    for (Explanation.Row step : steps) {
      DType type = step.dtype();
      double rate = type == DType.F64 ? peaks.f64() : type.isHalf() ? peaks.half() : peaks.f32();
      double compute = step.work().executed() / rate * 1e9;
      double memory = step.work().traffic() / peaks.bandwidth() * 1e9;
      sum += Math.max(compute, memory) + peaks.launchNanos();
    }
    return sum;
  }

  /**
   * {@return how many times faster another kernel would be than the chosen one; NaN when it cannot
   * run, or is the interpreter, which reaches no rate of the machine}
   */
  static double ratio(Variant chosen, Refusal refusal, @Nullable Peaks peaks) {
    double slower = refusal.reason().slower();
    if (!Double.isNaN(slower)) {
      // The plan decided by an estimate of its own: two different ones would contradict each other.
      return 1 / slower;
    }
    if (peaks == null) {
      return Double.NaN;
    }
    Variant other = Variant.of("", chosen.setting(), refusal.kernel(), chosen.tile());
    return other.refusal().isEmpty() ? ratio(chosen, other, peaks) : Double.NaN;
  }

  /** {@return how many times faster the second is than the first; NaN where one is interpreted} */
  static double ratio(Variant first, Variant second, Peaks peaks) {
    return interpreted(first) || interpreted(second)
        ? Double.NaN
        : nanos(first.steps(), peaks) / nanos(second.steps(), peaks);
  }

  /** The float64 interpreter reaches no rate of the machine. */
  static boolean interpreted(Variant variant) {
    return variant.dispatch().kernel().equals("reference");
  }

  /** {@return such as {@code 0.31x}; a dash for NaN} */
  static Cell cell(double ratio) {
    return Cell.of(ratio, text(ratio), 0);
  }

  /** {@return such as {@code 0.31x}} */
  static String text(double ratio) {
    return Cell.digits(ratio) + "x";
  }
}
