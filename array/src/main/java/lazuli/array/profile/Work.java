package lazuli.array.profile;

/**
 * The work of a step, known before it runs.
 *
 * @param flops floating-point operations that the result needs (masked parts removed)
 * @param executed floating-point operations that the kernel performs
 * @param bytes compulsory traffic: each input and output once
 * @param traffic the kernel's modelled traffic in bytes
 */
public record Work(double flops, double executed, double bytes, double traffic) {
  /** No work: a view, for instance. */
  public static final Work NONE = new Work(0, 0, 0, 0);

  /**
   * {@return work where nothing is wasted}
   *
   * @param flops floating-point operations
   * @param bytes bytes moved
   */
  public static Work of(double flops, double bytes) {
    return new Work(flops, flops, bytes, bytes);
  }
}
