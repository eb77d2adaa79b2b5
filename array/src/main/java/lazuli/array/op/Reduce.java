package lazuli.array.op;

import java.util.List;
import lazuli.array.profile.Work;
import org.jspecify.annotations.Nullable;

/**
 * A reduction over some dimensions, which stay with size 1 (a view drops them). Operand and result
 * have the same type; half types accumulate in f32 and round once.
 *
 * @param row what is computed
 * @param axes the dimensions
 */
public record Reduce(Reduction row, Axes axes) implements Primitive {
  @Override
  public String label() {
    return row.label();
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    return inputs.getFirst().withShape(axes.kept(inputs.getFirst().shape()));
  }

  @Override
  public Work work(List<Aval> inputs, Aval output) {
    Aval in = inputs.getFirst();
    return Work.of(in.shape().size(), (double) in.bytes() + output.bytes());
  }

  @Override
  public @Nullable Node gradient(int operand, List<Node> inputs, Node output, Node d) {
    Reduction.Gradient gradient = row.gradient();
    Node x = inputs.getFirst();
    return gradient == null ? null : gradient.of(x, output, d, axes);
  }
}
