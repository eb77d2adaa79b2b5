package lazuli.array.plan;

import java.util.List;
import lazuli.array.backend.Backend;
import lazuli.array.backend.Kernel;
import lazuli.array.op.Aval;
import lazuli.array.op.Op;
import lazuli.array.profile.Dispatch;
import lazuli.array.type.DType;

/**
 * One kernel launch.
 *
 * @param op the operation
 * @param node the place in the walk of the node that it was first made for
 * @param backend whose kernel it is
 * @param kernel the chosen kernel
 * @param inputs what it reads
 * @param output the slot that it fills
 * @param aval the result
 * @param types the types of the operands
 * @param dispatch the choice of kernel
 * @param chosen whether there was a choice to make: the step is a composite, or the end of one
 * @param origin why the step exists when no user line asked for it, or an empty string
 * @param cost the kernel's estimate in nanoseconds
 * @param reuse the slot whose memory the result takes over, or -1
 * @param stays whether the result outlives the plan
 * @param strides of the result, in elements
 * @param frees slots that nothing needs after this step
 * @param casts that promotion inserted, beside those of the kernel
 */
record Step(
    Op op,
    int node,
    Backend backend,
    Kernel kernel,
    List<Operand> inputs,
    int output,
    Aval aval,
    List<DType> types,
    Dispatch dispatch,
    boolean chosen,
    String origin,
    double cost,
    int reuse,
    boolean stays,
    long[] strides,
    int[] frees,
    List<Dispatch.Cast> casts) {
  /**
   * {@return the choice of kernel, with the way that the kernel runs now} Some begin one way and
   * find a faster one as they run.
   */
  Dispatch current() {
    String name = kernel.name();
    return chosen || name.equals(dispatch.kernel())
        ? dispatch
        : dispatch.as(name, kernel.details());
  }
}
