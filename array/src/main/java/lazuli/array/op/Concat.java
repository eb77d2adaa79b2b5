package lazuli.array.op;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.type.Shape;

/**
 * Operands of one type one after the other along a dimension.
 *
 * @param axis the dimension, from 0
 */
public record Concat(int axis) implements Primitive {
  @Override
  public String label() {
    return "concatenate";
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    long[] dims = inputs.getFirst().shape().dims();
    dims[axis] = 0;
    for (Aval in : inputs) {
      dims[axis] += in.shape().dim(axis);
    }
    return inputs.getFirst().withShape(Shape.of(dims));
  }

  @Override
  public Node gradient(int operand, List<Node> inputs, Node output, Node d) {
    long start = 0;
    for (int i = 0; i < operand; i++) {
      start += inputs.get(i).aval().shape().dim(axis);
    }
    Shape shape = inputs.get(operand).aval().shape();
    List<Slice.Range> ranges = new ArrayList<>();
    for (int i = 0; i < shape.rank(); i++) {
      ranges.add(new Slice.Range(i == axis ? start : 0, shape.dim(i), 1));
    }
    return Node.of(new Slice(ranges), d);
  }
}
