package lazuli.array.op;

import java.util.List;
import lazuli.array.type.Shape;

/**
 * A regular part of each dimension.
 *
 * @param ranges one for each dimension
 */
public record Slice(List<Range> ranges) implements Movement {
  /** Copies the list. */
  public Slice {
    ranges = List.copyOf(ranges);
  }

  /**
   * Elements start, start + step, and so on.
   *
   * @param start the first index, from 0
   * @param size how many
   * @param step the distance, negative to go backwards, never 0
   */
  public record Range(long start, long size, long step) {}

  @Override
  public String label() {
    return "slice";
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    long[] dims = new long[ranges.size()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = ranges.get(i).size();
    }
    return inputs.getFirst().withShape(Shape.of(dims));
  }

  @Override
  public Node gradient(int operand, List<Node> inputs, Node output, Node d) {
    Node zeros = Build.fill(d.aval().dtype(), inputs.getFirst().aval().shape(), 0.0);
    return Node.of(new SliceUpdate(this), zeros, d);
  }
}
