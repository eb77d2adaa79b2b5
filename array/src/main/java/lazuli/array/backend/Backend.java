package lazuli.array.backend;

import java.util.List;
import lazuli.array.op.Aval;
import lazuli.array.op.Op;
import lazuli.array.profile.Peaks;
import lazuli.array.type.ArrayException;
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

  /**
   * Waits until everything that was launched is complete; errors of the device come out here, or in
   * {@link Pool#read}. Does nothing where launches return when they are complete.
   *
   * @throws java.util.concurrent.CancellationException when the thread is interrupted; the device
   *     goes on
   */
  default void synchronize() {}

  /**
   * Begins an evaluation: launches up to {@link #end} may be held back and made together.
   *
   * @param plan the same object for every evaluation of one plan, whatever its lengths
   */
  default void begin(Object plan) {}

  /** Ends an evaluation: everything is on its way. */
  default void end() {}

  /** Ends an evaluation that failed or was interrupted. */
  default void abandon() {}

  /**
   * {@return what was wrong with the values of operands of launches that say {@link Kernel#late}
   * since the last question, null for nothing} Waits for them.
   */
  default @Nullable Late late() {
    return null;
  }

  /**
   * An error that a device told of after the launch had returned.
   *
   * @param launch which of the launches that were late, from 0
   * @param error what was wrong
   */
  record Late(int launch, ArrayException error) {}

  /**
   * {@return what became of a plan's launches, in a sentence for tables, or an empty string}
   *
   * @param plan as in {@link #begin}
   */
  default String replay(Object plan) {
    return "";
  }

  /** {@return what holds the device back at the moment, such as its clocks; empty if not known} */
  default String state() {
    return "";
  }

  /**
   * {@return the measured limits of the device, measured when they are first asked for; null where
   * somebody else measures them, or where times mean nothing}
   */
  default @Nullable Peaks peaks() {
    return null;
  }

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
