package lazuli.array.op;

import java.util.List;
import lazuli.array.profile.Work;
import lazuli.array.type.Promotion;
import lazuli.array.type.Shape;

/**
 * A matrix product with a quantized right operand. Operands: x, packed codes, scales, biases.
 *
 * @param transposed whether the codes are [N, K], so that the product is x by their transpose
 * @param group how many codes share a scale and a bias
 * @param bits of a code, 4 or 8
 */
public record QuantizedMatMul(boolean transposed, int group, int bits) implements Composite {
  @Override
  public String label() {
    return "quantizedMatmul";
  }

  @Override
  public List<String> operands() {
    return List.of("x", "codes", "scales", "biases");
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    Aval x = inputs.getFirst();
    Shape codes = inputs.get(1).shape();
    long columns = transposed ? codes.dim(-2) : codes.dim(-1) * Quantisation.perWord(bits);
    long[] dims = x.shape().dims();
    dims[dims.length - 1] = columns;
    Shape batch = Shape.broadcast(label(), batch(x.shape()), batch(codes));
    if (batch.rank() + 2 > dims.length) {
      long[] all = java.util.Arrays.copyOf(batch.dims(), batch.rank() + 2);
      all[batch.rank()] = dims[dims.length - 2];
      all[batch.rank() + 1] = columns;
      dims = all;
    } else {
      System.arraycopy(batch.dims(), 0, dims, 0, batch.rank());
    }
    return x.withShape(Shape.of(dims)).withDType(Promotion.of(x.dtype(), inputs.get(2).dtype()));
  }

  private static Shape batch(Shape shape) {
    return Shape.of(java.util.Arrays.copyOf(shape.dims(), Math.max(0, shape.rank() - 2)));
  }

  @Override
  public Node define(List<Node> inputs) {
    Node weights =
        Quantisation.dequantized(
            inputs.get(1),
            Build.widened(inputs.get(2), "scales"),
            Build.widened(inputs.get(3), "biases"),
            group,
            bits);
    Node x = Build.widened(inputs.getFirst(), "x");
    Node product = Build.matmul(x, transposed ? Movements.swapLast(weights) : weights);
    return Build.narrowed(product, infer(inputs.stream().map(Node::aval).toList()).dtype());
  }

  @Override
  public Work work(List<Aval> inputs, Aval output) {
    double bytes = output.bytes();
    for (Aval in : inputs) {
      bytes += in.bytes();
    }
    return Work.of(2.0 * output.shape().size() * inputs.getFirst().shape().dim(-1), bytes);
  }
}
