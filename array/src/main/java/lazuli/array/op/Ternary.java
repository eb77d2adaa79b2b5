package lazuli.array.op;

import java.util.List;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/** Pointwise operations of three operands, which broadcast. */
public enum Ternary implements Pointwise {
  /** The second operand where the first, a bool, is true, else the third. */
  WHERE("where", "a where c, else b");

  private final String label;
  private final String formula;

  Ternary(String label, String formula) {
    this.label = label;
    this.formula = formula;
  }

  @Override
  public String label() {
    return label;
  }

  /** {@return the formula in words} */
  public String formula() {
    return formula;
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    Aval a = inputs.get(1);
    Shape values = Shape.broadcast(label, a.shape(), inputs.get(2).shape());
    return a.withShape(Shape.broadcast(label, inputs.getFirst().shape(), values));
  }

  @Override
  public @Nullable Node gradient(int operand, List<Node> inputs, Node output, Node d) {
    Node zero = Build.scalar(d, 0);
    return switch (operand) {
      case 1 -> Build.where(inputs.getFirst(), d, zero);
      case 2 -> Build.where(inputs.getFirst(), zero, d);
      default -> null;
    };
  }
}
