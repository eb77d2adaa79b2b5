package lazuli.gpu.kernels;

import lazuli.array.op.Fused;
import lazuli.array.op.Pointwise;
import org.jspecify.annotations.Nullable;

/** Says which fused programs have PTX. */
public final class FusedSupport {
  private FusedSupport() {}

  /** {@return what is missing, or null} */
  public static @Nullable String missing(Fused program) {
    Pointwise op = ProgramCode.missing(program);
    return op == null ? null : "no PTX for " + op.label() + " in " + program.dtype();
  }
}
