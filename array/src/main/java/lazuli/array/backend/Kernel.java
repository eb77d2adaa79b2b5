package lazuli.array.backend;

import java.util.List;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.Work;

/**
 * Compiled code for one operation on one kind of operands. Immutable; may run on several threads.
 */
public interface Kernel {
  /** {@return its name in dispatch records and tables, such as {@code flash}} */
  String name();

  /** {@return tiles, splits, threads: what a reader wants to know, or an empty string} */
  default String details() {
    return "";
  }

  /** {@return conversions that happen inside the kernel} */
  default List<Dispatch.Cast> casts() {
    return List.of();
  }

  /**
   * {@return whether what is wrong with the values of operands comes out at the end of the
   * evaluation, from {@link Backend#late}, and not from the launch}
   */
  default boolean late() {
    return false;
  }

  /** {@return the work of one launch} */
  Work work();

  /**
   * Computes the output; returns when it is complete (the CPU) or queued (other devices).
   *
   * @param inputs operands in the operation's order, with any strides
   * @param output a contiguous view to fill
   */
  void launch(List<View> inputs, View output);

  /**
   * {@return whether {@link #launch(List, View, Number[])} gives parameters other values} A plan
   * with a kernel that does not is made anew when a scalar changes.
   */
  default boolean takesParameters() {
    return false;
  }

  /**
   * Computes the output with other values for the {@link lazuli.array.op.Parameter} constants of
   * the operation.
   *
   * @param inputs operands in the operation's order, with any strides
   * @param output a contiguous view to fill
   * @param parameters the values, by number
   */
  default void launch(List<View> inputs, View output, Number[] parameters) {
    launch(inputs, output);
  }
}
