package lazuli.array.op;

import java.util.List;
import lazuli.array.profile.Work;

/**
 * The first operand with a part replaced by the second, which has the part's shape.
 *
 * @param part which elements
 */
public record SliceUpdate(Slice part) implements Primitive {
  @Override
  public String label() {
    return "sliceUpdate";
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    return inputs.getFirst();
  }

  @Override
  public Work work(List<Aval> inputs, Aval output) {
    return Work.of(0, 2.0 * output.bytes());
  }

  @Override
  public Node gradient(int operand, List<Node> inputs, Node output, Node d) {
    Node zero = Build.fill(d.aval().dtype(), inputs.get(1).aval().shape(), 0.0);
    return operand == 0 ? Node.of(this, d, zero) : Node.of(part, d);
  }
}
