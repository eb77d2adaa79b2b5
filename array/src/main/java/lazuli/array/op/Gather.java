package lazuli.array.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lazuli.array.profile.Work;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Elements at given indices. Operands: x, then one index array for each of the axes, all of one
 * shape J and of type i32 or i64. The result has J's dimensions first, then those of x that are not
 * indexed. Negative indices count from the end; an index out of bounds is an error when it runs.
 *
 * @param axes the indexed dimensions of x, ascending
 */
public record Gather(List<Integer> axes) implements Primitive, Checked {
  /** Copies the list. */
  public Gather {
    axes = List.copyOf(axes);
  }

  @Override
  public String label() {
    return "take";
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    return inputs.getFirst().withShape(shape(inputs.getFirst().shape(), inputs.get(1).shape()));
  }

  /** {@return the dimensions of the indices, then those of x that are not indexed} */
  Shape shape(Shape x, Shape indices) {
    long[] rest = rest(x);
    long[] dims = Arrays.copyOf(indices.dims(), indices.rank() + rest.length);
    System.arraycopy(rest, 0, dims, indices.rank(), rest.length);
    return Shape.of(dims);
  }

  /** {@return the sizes that are not indexed} */
  public long[] rest(Shape x) {
    long mask = 0;
    for (int axis : axes) {
      mask |= 1L << axis;
    }
    return new Axes(mask).dropped(x).dims();
  }

  @Override
  public Work work(List<Aval> inputs, Aval output) {
    double bytes = 2.0 * output.bytes();
    for (Aval index : inputs.subList(1, inputs.size())) {
      bytes += index.bytes();
    }
    return Work.of(output.shape().size(), bytes);
  }

  @Override
  public @Nullable Node gradient(int operand, List<Node> inputs, Node output, Node d) {
    if (operand > 0) {
      return null;
    }
    List<Node> operands = new ArrayList<>(inputs);
    operands.set(0, Build.fill(d.aval().dtype(), inputs.getFirst().aval().shape(), 0.0));
    operands.add(1, d);
    return Node.of(new Scatter(axes, Update.ADD), operands);
  }
}
