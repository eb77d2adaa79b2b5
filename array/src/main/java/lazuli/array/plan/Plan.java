package lazuli.array.plan;

import java.util.List;
import lazuli.array.op.Aval;
import lazuli.array.op.Fill;
import lazuli.array.op.Fused;
import lazuli.array.op.FusedMatMul;
import lazuli.array.op.FusedReduce;
import lazuli.array.op.Op;
import lazuli.array.op.Parameter;
import lazuli.array.op.Random;
import lazuli.array.profile.Dispatch;
import org.jspecify.annotations.Nullable;

/**
 * What an evaluation will do. Immutable, and valid for every graph of the same structure: slot i is
 * the i-th given value, higher slots are filled by steps.
 *
 * @param leaves how many values are given
 * @param slots how many slots there are
 * @param steps the launches in order
 * @param outputs where the requested values are
 * @param kept results of nodes on the way that are worth keeping
 * @param noted the choices of kernel of nodes that a user's handle refers to
 * @param peakBytes the most memory that results and intermediates take at once
 * @param takesParameters whether every step takes the values of scalars when it is launched
 * @param asked what the backend was asked on the way; null when the plan holds for its lengths only
 * @param repeated the same for all plans that differ in lengths only: backends keep by it what they
 *     know of earlier runs
 */
record Plan(
    int leaves,
    int slots,
    List<Step> steps,
    List<Operand> outputs,
    List<Kept> kept,
    List<Noted> noted,
    long peakBytes,
    boolean takesParameters,
    @Nullable List<Asked> asked,
    Object repeated) {
  /**
   * A question to the backend that decided what the steps are.
   *
   * @param op the operation
   * @param inputs its operands
   * @param output its result
   * @param offered whether there is a kernel
   */
  record Asked(Op op, List<Aval> inputs, Aval output, boolean offered) {}

  /**
   * A result to keep.
   *
   * @param node the node's place in the walk
   * @param where its value
   */
  record Kept(int node, Operand where) {}

  /**
   * A choice to note.
   *
   * @param node the node's place in the walk
   * @param dispatch the choice
   */
  record Noted(int node, Dispatch dispatch) {}

  /** {@return whether each kernel with parameters takes their values} */
  static boolean takeParameters(List<Step> steps) {
    for (Step step : steps) {
      boolean has =
          switch (step.op()) {
            case Fill(var aval, Parameter value) -> true;
            case Random(var distribution, Parameter key, var aval) -> true;
            case Fused program -> hasParameters(program);
            case FusedReduce(Fused program, var reduce) -> hasParameters(program);
            case FusedMatMul(Fused program, var product) -> hasParameters(program);
            default -> false;
          };
      if (has && !step.kernel().takesParameters()) {
        return false;
      }
    }
    return true;
  }

  private static boolean hasParameters(Fused program) {
    return program.program().stream()
        .anyMatch(i -> i instanceof Fused.Const(Parameter p, var dtype));
  }

  /** {@return the sum of the kernels' estimates in nanoseconds} */
  double cost() {
    double sum = 0;
    for (Step step : steps) {
      sum += step.cost();
    }
    return sum;
  }
}
