package lazuli.array.op;

import java.util.List;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;

/**
 * exp(x - max) / sum of exp(x - max) along one dimension, of a floating type.
 *
 * @param axis the dimension, from 0
 */
public record Softmax(int axis) implements Composite {
  @Override
  public String label() {
    return "softmax";
  }

  @Override
  public List<String> operands() {
    return List.of("x");
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    return inputs.getFirst();
  }

  @Override
  public Node define(List<Node> inputs) {
    Node x = inputs.getFirst();
    if (x.aval().shape().dim(axis) == 0) {
      return x;
    }
    DType type = x.aval().dtype();
    x = Build.widened(x, "x");
    Node e = Build.unary(Unary.EXP, Build.sub(x, Build.reduce(Reduction.MAX, x, true, axis)));
    return Build.narrowed(Build.div(e, Build.reduce(Reduction.SUM, e, true, axis)), type);
  }

  @Override
  public Work work(List<Aval> inputs, Aval output) {
    // Per element: compare, subtract, exp, add, divide.
    return Work.of(5.0 * output.shape().size(), 2.0 * output.bytes());
  }

  @Override
  public Node gradient(int operand, List<Node> inputs, Node output, Node d) {
    Node y = Build.widened(output, "y");
    Node wide = Build.widened(d, "gradient");
    Node sum = Build.reduce(Reduction.SUM, Build.mul(wide, y), true, axis);
    return Build.narrowed(Build.mul(y, Build.sub(wide, sum)), d.aval().dtype());
  }
}
