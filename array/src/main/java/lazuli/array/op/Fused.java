package lazuli.array.op;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;

/**
 * A straight program of pointwise operations. Instruction i writes register i; the last register is
 * the result. When it is launched every input view has the result's shape (stride 0 where it
 * repeats).
 *
 * <p>Registers of half types are held in f32 and rounded only by a {@link Cast} to a half type and
 * when the result is stored. Integer registers wrap at their type's width. Registers of type bool
 * hold 0 or 1.
 *
 * @param shape the result's shape
 * @param program the instructions; never empty
 */
public record Fused(Shape shape, List<Instruction> program) implements Primitive {
  /** Copies the list. */
  public Fused {
    program = List.copyOf(program);
  }

  /** What writes one register. */
  public sealed interface Instruction {
    /** {@return the type of the register} */
    DType dtype();
  }

  /**
   * Reads an element of an operand.
   *
   * @param input the operand's number
   * @param dtype its type
   */
  public record Load(int input, DType dtype) implements Instruction {}

  /**
   * A constant.
   *
   * @param value a {@code Double} for floating types, otherwise a {@code Long}
   * @param dtype its type
   */
  public record Const(Number value, DType dtype) implements Instruction {}

  /**
   * Applies an operation to registers of one type (a {@link Cast} converts; the condition of where
   * is bool).
   *
   * @param op the operation
   * @param a the first operand's register
   * @param b the second operand's register, or -1
   * @param c the third operand's register, or -1
   * @param dtype the type of the result
   */
  public record Apply(Pointwise op, int a, int b, int c, DType dtype) implements Instruction {}

  /** {@return the result's type} */
  public DType dtype() {
    return program.getLast().dtype();
  }

  @Override
  public String label() {
    List<String> names = new ArrayList<>();
    for (Instruction i : program) {
      if (i instanceof Apply apply) {
        names.add(apply.op().label());
      }
    }
    if (names.size() > 4) {
      return names.get(0)
          + "+"
          + names.get(1)
          + "+..."
          + (names.size() - 3)
          + "+"
          + names.getLast();
    }
    return String.join("+", names);
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    throw new IllegalStateException("the plan makes fused programs, not the graph");
  }

  /** {@return how many operations it applies to each element} */
  public long operations() {
    return program.stream().filter(Apply.class::isInstance).count();
  }

  @Override
  public Work work(List<Aval> inputs, Aval output) {
    long applied = operations();
    double bytes = output.bytes();
    for (Aval in : inputs) {
      bytes += in.bytes();
    }
    return Work.of((double) applied * output.shape().size(), bytes);
  }
}
