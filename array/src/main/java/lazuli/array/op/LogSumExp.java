package lazuli.array.op;

import java.util.List;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;

/**
 * max + log of the sum of exp(x - max) along one dimension, which stays with size 1; -inf where
 * there is no element or every element is -inf.
 *
 * @param axis the dimension, from 0
 */
public record LogSumExp(int axis) implements Composite {
  @Override
  public String label() {
    return "logSumExp";
  }

  @Override
  public List<String> operands() {
    return List.of("x");
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    Aval in = inputs.getFirst();
    return in.withShape(Axes.of(axis).kept(in.shape()));
  }

  @Override
  public Node define(List<Node> inputs) {
    Node x = inputs.getFirst();
    if (x.aval().shape().dim(axis) == 0) {
      return Build.fill(
          x.aval().dtype(), infer(List.of(x.aval())).shape(), Double.NEGATIVE_INFINITY);
    }
    DType type = x.aval().dtype();
    x = Build.widened(x, "x");
    Node max = Build.reduce(Reduction.MAX, x, true, axis);
    // An infinite maximum would give inf - inf: shift by 0 there.
    Node infinite =
        Build.binary(
            Binary.EQ, Build.unary(Unary.ABS, max), Build.scalar(max, Double.POSITIVE_INFINITY));
    Node shift = Build.where(infinite, Build.scalar(max, 0), max);
    Node sum = Build.reduce(Reduction.SUM, Build.unary(Unary.EXP, Build.sub(x, shift)), true, axis);
    return Build.narrowed(Build.add(shift, Build.unary(Unary.LOG, sum)), type);
  }

  @Override
  public Work work(List<Aval> inputs, Aval output) {
    Aval in = inputs.getFirst();
    // Per element: compare, subtract, exp, add.
    return Work.of(4.0 * in.shape().size(), (double) in.bytes() + output.bytes());
  }

  @Override
  public Node gradient(int operand, List<Node> inputs, Node output, Node d) {
    return Build.mul(d, Build.softmax(inputs.getFirst(), axis));
  }
}
