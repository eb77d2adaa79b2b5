package lazuli.array.op;

import java.util.List;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * The base with values put line by line, in the order of the indices. Operands: base, indices and
 * values as {@link TakeAlong} has them.
 *
 * @param axis the dimension, from 0
 * @param update how a value meets the one that is there
 */
public record PutAlong(int axis, Update update) implements Primitive, Checked {
  @Override
  public String label() {
    return "putAlongAxis " + update.label();
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    return inputs.getFirst();
  }

  @Override
  public @Nullable Node gradient(int operand, List<Node> inputs, Node output, Node d) {
    Node indices = inputs.get(1);
    if (operand == 1 || (update != Update.ADD && update != Update.SET)) {
      return null;
    }
    if (operand == 2) {
      Node taken = Node.of(new TakeAlong(axis), d, indices);
      return update == Update.ADD
          ? taken
          : Build.where(winners(inputs), taken, Build.scalar(d, 0.0));
    }
    return update == Update.ADD
        ? d
        : Node.of(this, d, indices, Build.fill(d.aval().dtype(), indices.aval().shape(), 0.0));
  }

  /** {@return which values are still there at the end} */
  private Node winners(List<Node> inputs) {
    Node indices = inputs.get(1);
    Shape shape = indices.aval().shape();
    Node own = Movements.reshape(Build.arange(DType.I64, 0, shape.size(), 1), shape);
    Node base = Build.fill(DType.I64, inputs.getFirst().aval().shape(), -1L);
    Node last = Node.of(new PutAlong(axis, Update.SET), base, indices, own);
    return Build.binary(Binary.EQ, Node.of(new TakeAlong(axis), last, indices), own);
  }
}
