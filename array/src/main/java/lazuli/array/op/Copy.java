package lazuli.array.op;

import java.util.List;

/** The same values in fresh row-major memory. */
public record Copy() implements Primitive {
  @Override
  public String label() {
    return "copy";
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    return inputs.getFirst();
  }

  @Override
  public Node gradient(int operand, List<Node> inputs, Node output, Node d) {
    return d;
  }
}
