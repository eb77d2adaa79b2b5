package lazuli.array.op;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Elements picked line by line. Operands: x and indices (i32 or i64) of the same shape except along
 * the axis. Negative indices count from the end; an index out of bounds is an error when it runs.
 *
 * @param axis the dimension, from 0
 */
public record TakeAlong(int axis) implements Primitive, Checked {
  @Override
  public String label() {
    return "takeAlongAxis";
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    return inputs.getFirst().withShape(inputs.get(1).shape());
  }

  @Override
  public @Nullable Node gradient(int operand, List<Node> inputs, Node output, Node d) {
    Node x = inputs.getFirst();
    return operand > 0
        ? null
        : Node.of(
            new PutAlong(axis, Update.ADD),
            Build.fill(d.aval().dtype(), x.aval().shape(), 0.0),
            inputs.get(1),
            d);
  }
}
