package lazuli.array.op;

import java.util.List;
import lazuli.array.profile.Work;
import lazuli.array.type.Shape;

/**
 * Batched matrix product: [..., M, K] by [..., K, N] gives [..., M, N]. Both operands have the same
 * floating type and the same leading dimensions (broadcast ones have stride 0). Half types
 * accumulate in f32.
 */
public record MatMul() implements Primitive {
  @Override
  public String label() {
    return "matmul";
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    long[] dims = inputs.get(0).shape().dims();
    dims[dims.length - 1] = inputs.get(1).shape().dim(-1);
    return inputs.getFirst().withShape(Shape.of(dims));
  }

  @Override
  public Work work(List<Aval> inputs, Aval output) {
    double flops = 2.0 * output.shape().size() * inputs.getFirst().shape().dim(-1);
    return Work.of(flops, (double) inputs.get(0).bytes() + inputs.get(1).bytes() + output.bytes());
  }

  @Override
  public Node gradient(int operand, List<Node> inputs, Node output, Node d) {
    return operand == 0
        ? Build.matmul(d, Movements.swapLast(inputs.get(1)))
        : Build.matmul(Movements.swapLast(inputs.get(0)), d);
  }
}
