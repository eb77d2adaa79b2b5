package lazuli.array.plan;

import java.util.List;

/**
 * What an evaluation will do. Immutable, and valid for every graph of the same structure: slot i is
 * the i-th given value, higher slots are filled by steps.
 *
 * @param leaves how many values are given
 * @param slots how many slots there are
 * @param steps the launches in order
 * @param outputs where the requested values are
 * @param peakBytes the most memory that results and intermediates take at once
 */
record Plan(int leaves, int slots, List<Step> steps, List<Operand> outputs, long peakBytes) {
  /** {@return the sum of the kernels' estimates in nanoseconds} */
  double cost() {
    double sum = 0;
    for (Step step : steps) {
      sum += step.cost();
    }
    return sum;
  }
}
