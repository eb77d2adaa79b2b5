package lazuli.array.profile;

import java.time.Instant;
import lazuli.array.type.DType;
import lazuli.array.type.Device;

/**
 * The measured limits of one device.
 *
 * @param device the device
 * @param name its name as the machine reports it
 * @param threads threads used in the measurement
 * @param f32 peak multiply-add rate in f32, FLOP/s
 * @param f64 peak multiply-add rate in f64, FLOP/s
 * @param half peak rate of the half types in the kernels that this build has, FLOP/s
 * @param bandwidth main-memory read bandwidth, bytes/s
 * @param cache bandwidth of a set that fits the last private cache, bytes/s
 * @param launchNanos the cost of the smallest evaluation, nanoseconds
 * @param measured when it was measured
 */
public record Peaks(
    Device device,
    String name,
    int threads,
    double f32,
    double f64,
    double half,
    double bandwidth,
    double cache,
    double launchNanos,
    Instant measured) {

  /** What bounds a piece of work. */
  public enum Bound {
    /** Arithmetic. */
    COMPUTE("compute"),
    /** Memory traffic. */
    MEMORY("mem"),
    /** Neither: the fixed cost of starting work. */
    LAUNCH("launch");

    private final String label;

    Bound(String label) {
      this.label = label;
    }

    /** {@return the word that tables print} */
    public String label() {
      return label;
    }
  }

  /**
   * How close a run came to the limit.
   *
   * @param limitNanos the least time that the machine allows
   * @param share limit over measured time; above 1 when the data came from a cache
   * @param bound what binds
   */
  public record OfLimit(double limitNanos, double share, Bound bound) {}

  /**
   * {@return how close a run came to this device's limit}
   *
   * <p>The roofline model (Williams, Waterman and Patterson, 2009) with a third class: work whose
   * limit is under 20 empty evaluations is bound by launching it.
   *
   * @param work the work done
   * @param dtype the type it was computed in
   * @param nanos the measured time
   */
  public OfLimit ofLimit(Work work, DType dtype, double nanos) {
    double rate = dtype == DType.F64 ? f64 : dtype.isHalf() ? half : f32;
    double compute = work.flops() / rate * 1e9;
    double memory = work.bytes() / bandwidth * 1e9;
    double limit = Math.max(compute, memory);
    Bound bound =
        limit < 20 * launchNanos && nanos < 100 * launchNanos
            ? Bound.LAUNCH
            : compute >= memory ? Bound.COMPUTE : Bound.MEMORY;
    return new OfLimit(limit, nanos > 0 ? limit / nanos : 0, bound);
  }
}
