package lazuli.array.profile;

/**
 * Why a kernel did not run.
 *
 * @param kernel the kernel that was considered
 * @param reason the reason, formatted when it is read
 */
public record Refusal(String kernel, Reason reason) {
  /** One reason of a closed set, carrying the values that decided; formatted by {@link #text}. */
  public interface Reason {
    /**
     * {@return a stable code for tests and for machine-readable reports, such as {@code
     * D_TOO_LARGE}}
     */
    String code();

    /** {@return the reason as one sentence without a full stop} */
    String text();

    /**
     * {@return how many times the chosen kernel's estimate this kernel's is, where an estimate
     * decided; NaN elsewhere}
     */
    default double slower() {
      return Double.NaN;
    }
  }

  @Override
  public String toString() {
    return kernel + ": " + reason.text();
  }
}
