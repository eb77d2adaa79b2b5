package lazuli.array.profile;

import java.util.List;
import lazuli.array.type.DType;
import lazuli.array.type.Device;

/**
 * Which kernel computed a result, and why the others did not.
 *
 * @param op the operation, such as {@code sdpa}
 * @param kernel the kernel that ran, such as {@code flash}
 * @param device where it ran
 * @param why why this kernel was chosen, one sentence without a full stop
 * @param details tiles, splits, threads and the like, formatted, such as {@code 64x256 tiles}
 * @param casts every conversion, also those inside the kernel, in order
 * @param refusals one for each kernel that did not run
 * @param work the work it does
 */
public record Dispatch(
    String op,
    String kernel,
    Device device,
    String why,
    String details,
    List<Cast> casts,
    List<Refusal> refusals,
    Work work) {

  /** Copies the lists. */
  public Dispatch {
    casts = List.copyOf(casts);
    refusals = List.copyOf(refusals);
  }

  /**
   * One conversion of an operand.
   *
   * @param operand the user's name for it, such as {@code k}
   * @param from the type it had
   * @param to the type it was computed in
   * @param where {@code "tile load"} when converted inside the kernel, {@code "copy"} when written
   *     out
   * @param origin who asked for it: {@code "user"}, {@code "promotion"} or {@code "kernel"}
   */
  public record Cast(String operand, DType from, DType to, String where, String origin) {
    @Override
    public String toString() {
      return operand
          + " "
          + from
          + " to "
          + to
          + (where.equals("copy") ? " by a " : " in the ")
          + where
          + " ("
          + origin
          + ")";
    }
  }

  /**
   * {@return the same choice, of a kernel that now runs in another way}
   *
   * @param name the kernel's name
   * @param how its details
   */
  public Dispatch as(String name, String how) {
    return new Dispatch(op, name, device, why, how, casts, refusals, work);
  }

  /** {@return a line for the kernel that ran, one for each cast, one for each that did not run} */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(op + " ran " + kernel + " on " + device + ": " + why);
    if (!details.isEmpty()) {
      text.append(" (").append(details).append(')');
    }
    for (Cast cast : casts) {
      text.append("\n  cast ").append(cast);
    }
    for (Refusal refusal : refusals) {
      text.append("\n  not ").append(refusal);
    }
    return text.toString();
  }
}
