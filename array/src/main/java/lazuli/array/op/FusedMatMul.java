package lazuli.array.op;

import java.util.List;
import lazuli.array.profile.Work;

/**
 * A matrix product and a pointwise program of it (bias, activation, scale, residual), applied to
 * each tile while it is in the cache. The operands are those of the product, then those of the
 * program without the product. The product is rounded to its type before the program reads it.
 *
 * @param program what follows; its shape holds the product's elements in the same order
 * @param product the number of the program's operand that is the product
 */
public record FusedMatMul(Fused program, int product) implements Primitive {
  @Override
  public String label() {
    return "matmul+" + program.label();
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    throw new IllegalStateException("the plan makes fused programs, not the graph");
  }

  /**
   * {@return what is known of the product}
   *
   * @param inputs the operands
   */
  public static Aval product(List<Aval> inputs) {
    return new MatMul().infer(inputs.subList(0, 2));
  }

  @Override
  public Work work(List<Aval> inputs, Aval output) {
    Aval product = product(inputs);
    double flops = new MatMul().work(inputs.subList(0, 2), product).flops();
    double bytes = output.bytes();
    for (Aval in : inputs) {
      bytes += in.bytes();
    }
    return Work.of(flops + (double) program.operations() * output.shape().size(), bytes);
  }
}
