package lazuli.array.op;

import java.util.List;
import lazuli.array.type.Shape;

/**
 * Broadcast: dimensions of size 1 repeat, missing dimensions appear in front.
 *
 * @param shape the new shape
 */
public record Expand(Shape shape) implements Movement {
  @Override
  public String label() {
    return "broadcast";
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    return inputs.getFirst().withShape(shape);
  }

  @Override
  public Node gradient(int operand, List<Node> inputs, Node output, Node d) {
    // Whoever asks adds up what was repeated.
    return d;
  }
}
