package lazuli.array.op;

import java.util.List;
import lazuli.array.type.Shape;

/**
 * Dimensions in another order: dimension i of the result is dimension {@code order[i]} of the
 * operand.
 *
 * @param order a permutation of 0 to rank - 1
 */
public record Permute(List<Integer> order) implements Movement {
  /** Copies the list. */
  public Permute {
    order = List.copyOf(order);
  }

  @Override
  public String label() {
    return "transpose";
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    Shape in = inputs.getFirst().shape();
    long[] dims = new long[order.size()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = in.dim(order.get(i));
    }
    return inputs.getFirst().withShape(Shape.of(dims));
  }

  @Override
  public Node gradient(int operand, List<Node> inputs, Node output, Node d) {
    int[] inverse = new int[order.size()];
    for (int i = 0; i < inverse.length; i++) {
      inverse[order.get(i)] = i;
    }
    return Movements.transpose(d, inverse);
  }
}
