package lazuli.gpu.kernels;

import lazuli.array.op.Fused;
import lazuli.array.op.Pointwise;
import lazuli.gpu.ptx.Element;
import org.jspecify.annotations.Nullable;

/** Says which fused programs have PTX. */
public final class FusedSupport {
  private FusedSupport() {}

  /** {@return what is missing, or null} */
  public static @Nullable String missing(Fused program) {
    for (Fused.Instruction i : program.program()) {
      if (!Element.has(i.dtype())) {
        return "no PTX for " + i.dtype();
      }
    }
    Pointwise op = ProgramCode.missing(program);
    return op == null ? null : "no PTX for " + op.label() + " in " + program.dtype();
  }
}
