package lazuli.array.op;

import java.util.List;

/** The same elements, through which no gradient flows. */
public record Detach() implements Movement {
  @Override
  public String label() {
    return "stopGradient";
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    return inputs.getFirst();
  }
}
