package lazuli.array.op;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Element i of each line is the elements 0 to i joined. Operand and result have the same type; half
 * types accumulate wide and round once.
 *
 * @param row how elements are joined
 * @param axis the dimension, from 0
 * @param reverse whether lines are walked from the end
 */
public record Scan(Scanning row, int axis, boolean reverse) implements Primitive {
  @Override
  public String label() {
    return row.label();
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    return inputs.getFirst();
  }

  /** {@return a scan in the other direction} */
  Node back(Scanning other, Node x) {
    return Node.of(new Scan(other, axis, !reverse), x);
  }

  /** {@return a scan in the same direction} */
  Node again(Scanning other, Node x) {
    return Node.of(new Scan(other, axis, reverse), x);
  }

  @Override
  public @Nullable Node gradient(int operand, List<Node> inputs, Node output, Node d) {
    return row.gradient().of(this, inputs.getFirst(), output, d);
  }
}
