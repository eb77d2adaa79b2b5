package lazuli.array.backend;

import java.util.List;
import lazuli.array.op.Aval;
import lazuli.array.op.Op;
import lazuli.array.type.Device;
import org.jspecify.annotations.Nullable;

/** A device's kernels and memory. */
public interface Backend {
  /** {@return the device that it drives} */
  Device device();

  /** {@return what it is, in a few words for tables} */
  default String about() {
    return device().toString();
  }

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

  /** Waits until everything that was launched is complete; errors of the device come out here. */
  default void synchronize() {}

  /**
   * {@return a point between launches, for the device's own times; null where launches return when
   * they are complete}
   */
  default @Nullable Mark mark() {
    return null;
  }

  /** A point between launches. */
  interface Mark extends AutoCloseable {
    /**
     * {@return the nanoseconds that the device spent from this point to a later one; waits for it}
     *
     * @param later the other point
     */
    long nanosTo(Mark later);

    @Override
    void close();
  }
}
