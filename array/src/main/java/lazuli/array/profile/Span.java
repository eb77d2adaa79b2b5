package lazuli.array.profile;

import java.util.List;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * One step that ran.
 *
 * @param op the operation's name
 * @param kernel the kernel's name
 * @param device where it ran
 * @param shape the result's shape
 * @param dtype the result's type
 * @param startNanos {@link System#nanoTime} at its start
 * @param nanos how long it took; on an asynchronous device the device's own time
 * @param work the work it did
 * @param inputs the types of its operands
 * @param origin why the step exists when no user line asked for it, such as {@code "promotion: k
 *     bf16 to f32"}; empty otherwise
 * @param dispatch the choice of kernel, when there was one to make
 */
public record Span(
    String op,
    String kernel,
    Device device,
    Shape shape,
    DType dtype,
    long startNanos,
    long nanos,
    Work work,
    List<DType> inputs,
    String origin,
    @Nullable Dispatch dispatch) {

  /** Copies the list. */
  public Span {
    inputs = List.copyOf(inputs);
  }
}
