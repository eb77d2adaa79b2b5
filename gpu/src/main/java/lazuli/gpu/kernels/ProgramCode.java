package lazuli.gpu.kernels;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import lazuli.array.op.Binary;
import lazuli.array.op.Cast;
import lazuli.array.op.Fused;
import lazuli.array.op.Parameter;
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

  /** {@return what tells a program from others, whatever values its parameters have} */
  static String key(Fused program) {
    StringBuilder key = new StringBuilder();
    for (Fused.Instruction i : program.program()) {
      if (i instanceof Fused.Const(Parameter any, DType type)) {
        key.append("parameter ").append(type);
      } else {
        key.append(i);
      }
      key.append(';');
    }
    return key.toString();
  }

  /** {@return the registers of parameters, by the place of their instruction} */
  static Map<Integer, Reg> parameters(Code c, Fused program) {
    Map<Integer, Reg> registers = new HashMap<>();
    List<Fused.Instruction> code = program.program();
    for (int i = 0; i < code.size(); i++) {
      if (code.get(i) instanceof Fused.Const(Parameter any, DType type)) {
        registers.put(i, c.param(Element.kind(type)));
      }
    }
    return registers;
  }

  /** {@return the values of parameters, as the kernel declares them} */
  static List<Number> arguments(Fused program, Number[] parameters) {
    List<Number> values = new ArrayList<>();
    for (Fused.Instruction i : program.program()) {
      if (i instanceof Fused.Const(Parameter given, DType type)) {
        Number value = Parameter.in(given, parameters);
        values.add(
            switch (Element.kind(type)) {
              case F32 -> (Number) value.floatValue();
              case F64 -> (Number) value.doubleValue();
              case B64 -> (Number) value.longValue();
              default -> (Number) value.intValue();
            });
      }
    }
    return values;
  }

  /**
   * {@return the result's register}
   *
   * @param constants registers of parameters
   * @param load gives the register of an operand's element
   */
  static Reg write(Code c, Fused program, Map<Integer, Reg> constants, IntFunction<Reg> load) {
    List<Reg> registers = new ArrayList<>();
    List<Fused.Instruction> code = program.program();
    for (Fused.Instruction instruction : code) {
      registers.add(
          switch (instruction) {
            case Fused.Load(int input, DType type) -> load.apply(input);
            case Fused.Const(Number value, DType type) -> {
              Reg given = constants.get(registers.size());
              yield given == null ? Element.constant(c, type, value) : given;
            }
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
