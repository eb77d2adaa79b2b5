package lazuli.gpu.driver;

/**
 * One GPU as its driver describes it.
 *
 * @param name the product name
 * @param major major number of the compute capability
 * @param minor minor number of the compute capability
 * @param memory bytes of device memory
 */
public record GpuInfo(String name, int major, int minor, long memory) {
  @Override
  public String toString() {
    return String.format("%s (sm_%d%d, %.1f GiB)", name, major, minor, memory / 0x1p30);
  }
}
