package lazuli.array.op;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * The base with values put at given indices, in the order of the indices: the result never depends
 * on threads. Operands: base, values in the shape that {@link Gather} would give, then one index
 * array for each of the axes.
 *
 * @param axes the indexed dimensions of the base, ascending
 * @param update how a value meets the one that is there
 */
public record Scatter(List<Integer> axes, Update update) implements Primitive, Checked {
  /** Copies the list. */
  public Scatter {
    axes = List.copyOf(axes);
  }

  @Override
  public String label() {
    return "scatter " + update.label();
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    return inputs.getFirst();
  }

  @Override
  public Work work(List<Aval> inputs, Aval output) {
    double bytes = output.bytes();
    for (Aval in : inputs) {
      bytes += in.bytes();
    }
    return Work.of(inputs.get(1).shape().size(), bytes);
  }

  @Override
  public @Nullable Node gradient(int operand, List<Node> inputs, Node output, Node d) {
    if (operand > 1 || update == Update.MUL) {
      return null;
    }
    List<Node> indices = inputs.subList(2, inputs.size());
    Shape shape = inputs.get(1).aval().shape();
    if (operand == 1) {
      Node taken = gather(d, indices);
      return update == Update.ADD ? taken : Build.where(winners(inputs), taken, zero(d));
    }
    return switch (update) {
      case ADD -> d;
      case SET -> {
        List<Node> operands = new ArrayList<>(indices);
        operands.add(0, d);
        operands.add(1, Build.fill(d.aval().dtype(), shape, 0.0));
        yield Node.of(this, operands);
      }
      case MAX, MIN -> Build.where(Build.binary(Binary.EQ, output, inputs.getFirst()), d, zero(d));
      case MUL -> null;
    };
  }

  private static Node zero(Node d) {
    return Build.scalar(d, 0.0);
  }

  private Node gather(Node x, List<Node> indices) {
    List<Node> operands = new ArrayList<>(indices);
    operands.add(0, x);
    return Node.of(new Gather(axes), operands);
  }

  /** {@return which values are still there at the end} */
  private Node winners(List<Node> inputs) {
    List<Node> indices = inputs.subList(2, inputs.size());
    Shape shape = inputs.get(1).aval().shape();
    Node own = Build.arange(DType.I64, 0, shape.size(), 1);
    own = Movements.reshape(own, shape);
    List<Node> operands = new ArrayList<>(indices);
    operands.add(0, Build.fill(DType.I64, inputs.getFirst().aval().shape(), -1L));
    operands.add(1, own);
    Node last = gather(Node.of(new Scatter(axes, Update.SET), operands), indices);
    Node winner = Build.binary(Binary.EQ, last, own);
    if (update == Update.SET) {
      return winner;
    }
    Node result = gather(inputs.getFirst(), indices);
    Node kept = Build.binary(update == Update.MAX ? Binary.GT : Binary.LT, inputs.get(1), result);
    return Build.binary(Binary.LOGICAL_AND, winner, kept);
  }
}
