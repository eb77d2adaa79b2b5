package lazuli.array.op;

import java.util.List;
import lazuli.array.profile.Work;

/**
 * Each line in ascending order, NaN last.
 *
 * @param axis the dimension, from 0
 */
public record Sort(int axis) implements Primitive {
  @Override
  public String label() {
    return "sort";
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    return inputs.getFirst();
  }

  @Override
  public Work work(List<Aval> inputs, Aval output) {
    return comparisons(inputs.getFirst(), axis, output);
  }

  /** {@return n log n comparisons for each line} */
  static Work comparisons(Aval in, int axis, Aval output) {
    double steps = Math.log(Math.max(2, in.shape().dim(axis))) / Math.log(2);
    return Work.of(steps * in.shape().size(), (double) in.bytes() + output.bytes());
  }

  @Override
  public Node gradient(int operand, List<Node> inputs, Node output, Node d) {
    Node order = Node.of(new ArgSort(axis), inputs.getFirst());
    Node zeros = Build.fill(d.aval().dtype(), d.aval().shape(), 0.0);
    return Node.of(new PutAlong(axis, Update.SET), zeros, order, d);
  }
}
