package lazuli.array.op;

import java.util.List;
import lazuli.array.profile.Work;
import org.jspecify.annotations.Nullable;

/**
 * An operation defined by other operations, for which a backend may offer faster kernels. A record:
 * equal composites on equal operands are computed once.
 */
public non-sealed interface Composite extends Op {
  /**
   * {@return the result expressed in other operations} This is the composite's meaning; the kernel
   * named {@code naive} runs it as written.
   *
   * @param inputs the operands, as many as {@link #operands}
   */
  Node define(List<Node> inputs);

  @Override
  Work work(List<Aval> inputs, Aval output);

  /** {@return the name of the kernel that the user forces, or null to let the plan choose} */
  default @Nullable String forced() {
    return null;
  }

  /** {@return whether the user demands a kernel that does it in one step} */
  default boolean fused() {
    return false;
  }

  /** {@return the user's names of the operands, for errors and for casts in reports} */
  List<String> operands();
}
