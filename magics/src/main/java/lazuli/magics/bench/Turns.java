package lazuli.magics.bench;

import static lazuli.array.Lazuli.key;
import static lazuli.array.Lazuli.normal;
import static lazuli.array.type.DType.F32;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import lazuli.array.Array;
import lazuli.array.type.DType;
import lazuli.magics.measure.Values;
import lazuli.magics.stats.Budget;
import lazuli.magics.stats.Sampler;
import lazuli.magics.stats.Subject;
import lazuli.magics.stats.Timing;

/**
 * Calls timed by turns.
 *
 * @param sampler takes the times
 * @param budget for each side
 */
record Turns(Sampler sampler, Budget budget) {
  /** Of every interval. */
  static final long SEED = 0;

  List<Timing> times(List<Supplier<Array>> calls) throws Exception {
    List<Subject> subjects = new ArrayList<>();
    for (Supplier<Array> call : calls) {
      subjects.add(Subject.of("", () -> Values.ready(call.get()), sampler.clock()));
    }
    return sampler.run(subjects, budget, _ -> {});
  }

  static double median(Timing timing) {
    return timing.summary().median();
  }

  static Array random(long seed, DType dtype, long... shape) {
    return normal(key(seed), F32, shape).astype(dtype).eval();
  }
}
