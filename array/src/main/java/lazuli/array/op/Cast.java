package lazuli.array.op;

import java.util.List;
import lazuli.array.type.DType;

/**
 * Conversion to another type: to floating types rounded to nearest even; from floating to integer
 * without the fraction, clamped to the range, NaN to 0; between integers wrapped; to bool "is not
 * zero".
 *
 * @param to the type
 * @param origin who asked: {@code "user"}, {@code "promotion"}, or {@code "kernel"} for a composite
 *     that computes in a wider type
 * @param operand the name of the operand that promotion converts, such as {@code k}; empty for a
 *     user's cast
 */
public record Cast(DType to, String origin, String operand) implements Pointwise {
  @Override
  public String label() {
    return "cast";
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    return inputs.getFirst().withDType(to);
  }

  @Override
  public Node gradient(int operand, List<Node> inputs, Node output, Node d) {
    DType from = inputs.getFirst().aval().dtype();
    return d.aval().dtype() == from ? d : Node.of(new Cast(from, "gradient", ""), d);
  }
}
