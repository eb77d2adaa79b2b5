package lazuli.magics.sdpa;

import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import lazuli.kernel.ext.RunningCell;
import lazuli.magics.measure.Limits;
import lazuli.magics.stats.Sampler;

/**
 * One use of {@code %sdpa}, as an action meets it: on the device that was asked for.
 *
 * @param options of the use
 * @param action what was asked for
 * @param words that follow the action: names of arrays
 * @param cell it was used in
 * @param cpuLimits of the processor
 * @param samplers takes the times
 */
record Use(
    SdpaOptions options,
    String action,
    List<String> words,
    RunningCell cell,
    Supplier<Limits> cpuLimits,
    Function<BooleanSupplier, Sampler> samplers) {

  /** {@return what takes the times, until the cell is interrupted} */
  Sampler sampler() {
    return samplers.apply(cell::interrupted);
  }

  /** The limits were measured on the processor: they say nothing of another device. */
  Limits limits() {
    return device().equals("cpu") ? cpuLimits.get() : new Limits(null);
  }

  /** {@return the device it runs on} */
  String device() {
    return options.operands.deviceName();
  }

  /** {@return the seed of every random choice} */
  long seed() {
    return options.operands.seed;
  }

  /** {@return the session's variables} */
  Map<String, ?> variables() {
    return cell.variables();
  }
}
