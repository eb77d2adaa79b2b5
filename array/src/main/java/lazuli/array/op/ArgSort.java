package lazuli.array.op;

import java.util.List;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;

/**
 * The indices, as i32, that would sort each line in ascending order; equals keep their order, NaN
 * comes last.
 *
 * @param axis the dimension, from 0
 */
public record ArgSort(int axis) implements Primitive {
  @Override
  public String label() {
    return "argsort";
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    return inputs.getFirst().withDType(DType.I32);
  }

  @Override
  public Work work(List<Aval> inputs, Aval output) {
    return Sort.comparisons(inputs.getFirst(), axis, output);
  }
}
