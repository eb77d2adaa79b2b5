package lazuli.array.op;

import java.util.List;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;

/**
 * For each value the place, as i32, where it belongs in a sorted row. Operands of one type: the row
 * and the values.
 *
 * @param right whether it goes behind equals
 */
public record SearchSorted(boolean right) implements Primitive {
  @Override
  public String label() {
    return "searchsorted";
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    return inputs.get(1).withDType(DType.I32);
  }

  @Override
  public Work work(List<Aval> inputs, Aval output) {
    double steps = Math.log(Math.max(2, inputs.getFirst().shape().size())) / Math.log(2);
    return Work.of(steps * output.shape().size(), (double) inputs.get(1).bytes() + output.bytes());
  }
}
