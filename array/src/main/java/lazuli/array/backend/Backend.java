package lazuli.array.backend;

import java.util.List;
import lazuli.array.op.Aval;
import lazuli.array.op.Op;
import lazuli.array.type.Device;

/** A device's kernels and memory. */
public interface Backend {
  /** {@return the device that it drives} */
  Device device();

  /**
   * {@return every kernel that knows the operation, offered or refused with its reason}
   *
   * <p>An empty list, or only refusals, means that the plan expands a composite into core
   * operations. Core operations are always offered. Pure: the same question gets the same answer.
   *
   * @param op the operation
   * @param inputs what is known of its operands
   * @param output what is known of its result
   */
  List<Candidate> candidates(Op op, List<Aval> inputs, Aval output);

  /** {@return the memory of the device} */
  Pool pool();
}
