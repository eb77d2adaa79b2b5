package lazuli.array.op;

import java.util.List;

/**
 * Element i is {@code start + i * step}, computed in float64 for floating types and in 64-bit
 * integers otherwise, then converted.
 *
 * @param aval the result, of rank 1
 * @param start a {@code Double} for floating types, otherwise a {@code Long}
 * @param step of the same kind
 */
public record Arange(Aval aval, Number start, Number step) implements Primitive {
  @Override
  public String label() {
    return "arange";
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    return aval;
  }
}
