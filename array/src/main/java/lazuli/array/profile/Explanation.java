package lazuli.array.profile;

import java.util.List;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;

/**
 * What evaluating some arrays will do; made without computing anything.
 *
 * @param backend the kind of backend, such as {@code cpu}
 * @param steps the launches in order
 * @param peakBytes the most memory that results and intermediates will take at once, in bytes
 * @param replay whether the launches will be made together, and why not; empty where that cannot be
 */
public record Explanation(String backend, List<Row> steps, long peakBytes, String replay) {
  /** Copies the list. */
  public Explanation {
    steps = List.copyOf(steps);
  }

  /**
   * One launch.
   *
   * @param op the operation, such as {@code matmul} or {@code mul+add}
   * @param kernel the kernel that will run
   * @param shape the result's shape
   * @param dtype the result's type
   * @param bytes the size of the result, in bytes
   * @param work the work to do
   * @param origin why the step exists when no user line asked for it, or an empty string
   * @param dispatch the choice of kernel, with casts and refusals
   */
  public record Row(
      String op,
      String kernel,
      Shape shape,
      DType dtype,
      long bytes,
      Work work,
      String origin,
      Dispatch dispatch) {}

  /** {@return an aligned table of the steps, then the casts and the kernels passed over} */
  public String text() {
    return ExplanationText.of(this);
  }

  @Override
  public String toString() {
    return text();
  }
}
