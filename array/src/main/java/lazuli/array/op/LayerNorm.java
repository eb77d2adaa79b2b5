package lazuli.array.op;

import java.util.List;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.array.type.Promotion;

/**
 * (x - mean) / sqrt(variance + eps) along the last dimension, times a weight, plus a bias. The
 * variance takes a second pass. Computes in f32 or f64 and rounds once.
 *
 * @param eps keeps the divisor from 0
 * @param weighted whether there is a weight
 * @param biased whether there is a bias
 */
public record LayerNorm(double eps, boolean weighted, boolean biased) implements Composite {
  @Override
  public String label() {
    return "layerNorm";
  }

  @Override
  public List<String> operands() {
    return weighted && biased
        ? List.of("x", "weight", "bias")
        : weighted ? List.of("x", "weight") : biased ? List.of("x", "bias") : List.of("x");
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    DType type = inputs.getFirst().dtype();
    for (Aval in : inputs) {
      type = Promotion.of(type, in.dtype());
    }
    return inputs.getFirst().withDType(type);
  }

  @Override
  public Node define(List<Node> inputs) {
    Node x = Build.widened(inputs.getFirst(), "x");
    Node far = Build.sub(x, Build.reduce(Reduction.MEAN, x, true, -1));
    Node variance = Build.reduce(Reduction.MEAN, Build.unary(Unary.SQUARE, far), true, -1);
    Node out =
        Build.mul(far, Build.unary(Unary.RSQRT, Build.add(variance, Build.scalar(variance, eps))));
    if (weighted) {
      out = Build.mul(out, Build.widened(inputs.get(1), "weight"));
    }
    if (biased) {
      out = Build.add(out, Build.widened(inputs.getLast(), "bias"));
    }
    return Build.narrowed(out, infer(inputs.stream().map(Node::aval).toList()).dtype());
  }

  @Override
  public Work work(List<Aval> inputs, Aval output) {
    return Work.of(
        7.0 * output.shape().size(), (double) inputs.getFirst().bytes() + output.bytes());
  }
}
