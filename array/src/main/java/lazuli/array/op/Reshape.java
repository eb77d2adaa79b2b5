package lazuli.array.op;

import java.util.List;
import lazuli.array.type.Shape;

/**
 * The same elements in row-major order under another shape of the same size.
 *
 * @param shape the new shape
 */
public record Reshape(Shape shape) implements Movement {
  @Override
  public String label() {
    return "reshape";
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    return inputs.getFirst().withShape(shape);
  }

  @Override
  public Node gradient(int operand, List<Node> inputs, Node output, Node d) {
    return Movements.reshape(d, inputs.getFirst().aval().shape());
  }
}
