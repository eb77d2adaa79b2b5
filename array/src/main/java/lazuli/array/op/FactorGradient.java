package lazuli.array.op;

import java.util.List;
import lazuli.array.profile.Work;

/**
 * The gradient of a factorisation that has one only where its parts are distinct, which is checked
 * when it runs: operands are the matrices [..., m, n], the packed factorisation and the packed
 * gradient of that. Computed in float64 and rounded once. It has no gradient itself.
 *
 * @param row {@link Factorisation#QR} or {@link Factorisation#SVD}
 */
public record FactorGradient(Factorisation row) implements Primitive, Checked {
  @Override
  public String label() {
    return row.label() + " gradient";
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    return inputs.getFirst();
  }

  @Override
  public Work work(List<Aval> inputs, Aval output) {
    double side = Math.min(output.shape().dim(-1), output.shape().dim(-2));
    double bytes = output.bytes();
    for (Aval in : inputs) {
      bytes += in.bytes();
    }
    return Work.of(12 * side * output.shape().size(), bytes);
  }
}
