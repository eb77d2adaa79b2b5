package lazuli.gpu.driver;

/** A driver call that did not succeed. */
public final class DriverException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** CUDA_ERROR_OUT_OF_MEMORY. */
  public static final int OUT_OF_MEMORY = 2;

  /** CUDA_ERROR_NOT_READY: not an error, but "not yet". */
  public static final int NOT_READY = 600;

  private final int code;

  /**
   * Makes the error.
   *
   * @param call the driver's function
   * @param code its answer
   * @param name the answer's name
   * @param detail what else is known, or an empty string
   */
  public DriverException(String call, int code, String name, String detail) {
    super(call + " answered " + name + (detail.isEmpty() ? "" : ": " + detail));
    this.code = code;
  }

  /** {@return the answer, as in CUresult} */
  public int code() {
    return code;
  }

  /** {@return whether the device does nothing any more for this process} */
  public boolean deviceLost() {
    return switch (code) {
      case 4, 46, 100, 214, 219, 700, 702, 714, 715, 716, 717, 718, 719, 721, 999 -> true;
      default -> false;
    };
  }
}
