package lazuli.array.op;

import java.util.List;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;

/**
 * The same bytes as elements of another type; the last dimension changes with the size of an
 * element.
 *
 * @param to the type
 */
public record Bitcast(DType to) implements Primitive {
  @Override
  public String label() {
    return "view";
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    Aval in = inputs.getFirst();
    long[] dims = in.shape().dims();
    if (dims.length > 0) {
      dims[dims.length - 1] = dims[dims.length - 1] * in.dtype().bytes() / to.bytes();
    }
    return in.withDType(to).withShape(Shape.of(dims));
  }
}
