package lazuli.gpu.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import lazuli.array.op.Binary;
import lazuli.array.op.Cast;
import lazuli.array.op.Fused;
import lazuli.array.op.Pointwise;
import lazuli.array.op.Ternary;
import lazuli.array.op.Unary;
import lazuli.array.type.DType;
import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.Conversion;
import lazuli.gpu.ptx.Element;
import lazuli.gpu.ptx.Operators;
import lazuli.gpu.ptx.Reg;
import org.jspecify.annotations.Nullable;

/** Writes a fused program for one element. */
final class ProgramCode {
  private ProgramCode() {}

  /** {@return the first operation that has no PTX, or null} */
  static @Nullable Pointwise missing(Fused program) {
    for (Fused.Instruction i : program.program()) {
      if (i instanceof Fused.Apply apply) {
        DType type = program.program().get(apply.a()).dtype();
        if (!Operators.has(apply.op(), type)) {
          return apply.op();
        }
      }
    }
    return null;
  }

  /**
   * {@return the result's register}
   *
   * @param load gives the register of an operand's element
   */
  static Reg write(Code c, Fused program, IntFunction<Reg> load) {
    List<Reg> registers = new ArrayList<>();
    List<Fused.Instruction> code = program.program();
    for (Fused.Instruction instruction : code) {
      registers.add(
          switch (instruction) {
            case Fused.Load(int input, DType type) -> load.apply(input);
            case Fused.Const(Number value, DType type) -> Element.constant(c, type, value);
            case Fused.Apply apply -> {
              DType type = code.get(apply.a()).dtype();
              Reg a = registers.get(apply.a());
              yield switch (apply.op()) {
                case Unary row -> Operators.apply(c, row, type, a);
                case Binary row -> Operators.apply(c, row, type, a, registers.get(apply.b()));
                case Cast cast -> Conversion.cast(c, type, cast.to(), a);
                case Ternary row -> {
                  Reg yes = registers.get(apply.b());
                  Reg chosen = c.pred("setp.ne.s32", a, 0);
                  String bits =
                      switch (yes.kind()) {
                        case F32 -> "selp.f32";
                        case F64 -> "selp.f64";
                        case B64 -> "selp.b64";
                        default -> "selp.b32";
                      };
                  yield c.as(yes.kind(), bits, yes, registers.get(apply.c()), chosen);
                }
              };
            }
          });
    }
    return registers.getLast();
  }
}
