package lazuli.array.peer;

import java.util.List;
import java.util.function.Function;
import lazuli.array.Array;
import lazuli.array.Lazuli;

/** Gradients of a loss with respect to every operand. */
final class Gradients {
  private Gradients() {}

  static List<Array> of(List<Array> operands, Function<List<Array>, Array> loss) {
    return Lazuli.grad(loss).apply(operands);
  }
}
