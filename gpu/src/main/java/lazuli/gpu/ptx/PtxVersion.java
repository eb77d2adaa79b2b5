package lazuli.gpu.ptx;

/**
 * Versions of the PTX language, as 10 times the number: 70 is 7.0. A driver reads texts up to the
 * version of its own CUDA release, so a text names the least that its instructions need.
 */
public final class PtxVersion {
  /** What all kernels for sm_80 need. */
  public static final int LEAST = 70;

  // CUDA release (as drivers number it) and the version that came with it: release notes of CUDA.
  private static final int[][] RELEASES = {
    {11000, 70},
    {12000, 80},
    {12010, 81},
    {12020, 82},
    {12030, 83},
    {12040, 84},
    {12050, 85},
    {12070, 86},
    {12080, 87},
    {12090, 88},
    {13000, 90},
    {13010, 91}
  };

  private PtxVersion() {}

  /**
   * {@return the highest version that a driver reads; 0 when it reads none of ours}
   *
   * @param driver as the driver tells it, such as 12040
   */
  public static int highest(int driver) {
    int version = 0;
    for (int[] release : RELEASES) {
      if (driver >= release[0]) {
        version = release[1];
      }
    }
    return version;
  }

  /**
   * {@return the version that a text names}
   *
   * @param driver as the driver tells it
   * @param needed the least version that the text's instructions need
   * @throws IllegalStateException if the driver does not read it
   */
  public static int chosen(int driver, int needed) {
    if (needed > highest(driver)) {
      throw new IllegalStateException(
          "a kernel needs PTX "
              + text(needed)
              + ", the driver for CUDA "
              + driver / 1000
              + "."
              + driver % 1000 / 10
              + " reads up to "
              + text(highest(driver)));
    }
    return needed;
  }

  /** {@return such as 7.0} */
  public static String text(int version) {
    return version / 10 + "." + version % 10;
  }
}
