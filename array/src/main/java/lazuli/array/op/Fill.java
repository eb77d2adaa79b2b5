package lazuli.array.op;

import java.util.List;

/**
 * One value everywhere. A constant inside {@link Fused} programs.
 *
 * @param aval the result
 * @param value a {@code Double} for floating types, otherwise a {@code Long} (0 or 1 for bool)
 */
public record Fill(Aval aval, Number value) implements Primitive {
  @Override
  public String label() {
    return "fill";
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    return aval;
  }
}
