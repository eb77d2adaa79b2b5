package lazuli.array.op;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.type.Shape;

/** Brings several dimensions into one line. */
final class Lines {
  private Lines() {}

  /** {@return the dimensions of a set moved behind the others and joined into one} */
  static Node last(Node x, Axes set) {
    Shape shape = x.aval().shape();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < shape.rank(); i++) {
      if (!set.contains(i)) {
        order.add(i);
      }
    }
    for (int axis : set.toArray()) {
      order.add(axis);
    }
    Shape kept = set.dropped(shape);
    long[] dims = java.util.Arrays.copyOf(kept.dims(), kept.rank() + 1);
    dims[kept.rank()] = set.count(shape);
    return Movements.reshape(Node.of(new Permute(order), x), Shape.of(dims));
  }
}
