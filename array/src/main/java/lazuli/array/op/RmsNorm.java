package lazuli.array.op;

import java.util.List;
import lazuli.array.profile.Work;
import lazuli.array.type.Promotion;

/**
 * x / sqrt(mean of x * x + eps) along the last dimension, times a weight. Computes in f32 or f64
 * and rounds once.
 *
 * @param eps keeps the divisor from 0
 * @param weighted whether there is a weight
 */
public record RmsNorm(double eps, boolean weighted) implements Composite {
  @Override
  public String label() {
    return "rmsNorm";
  }

  @Override
  public List<String> operands() {
    return weighted ? List.of("x", "weight") : List.of("x");
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    Aval x = inputs.getFirst();
    return weighted ? x.withDType(Promotion.of(x.dtype(), inputs.get(1).dtype())) : x;
  }

  @Override
  public Node define(List<Node> inputs) {
    Node x = Build.widened(inputs.getFirst(), "x");
    Node mean = Build.reduce(Reduction.MEAN, Build.unary(Unary.SQUARE, x), true, -1);
    Node out = Build.mul(x, Build.unary(Unary.RSQRT, Build.add(mean, Build.scalar(mean, eps))));
    if (weighted) {
      out = Build.mul(out, Build.widened(inputs.get(1), "weight"));
    }
    return Build.narrowed(out, infer(inputs.stream().map(Node::aval).toList()).dtype());
  }

  @Override
  public Work work(List<Aval> inputs, Aval output) {
    return Work.of(
        4.0 * output.shape().size(), (double) inputs.getFirst().bytes() + output.bytes());
  }
}
