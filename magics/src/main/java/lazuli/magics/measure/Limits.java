package lazuli.magics.measure;

import lazuli.array.Lazuli;
import lazuli.array.backend.Backend;
import lazuli.array.backend.BackendProvider.Availability;
import lazuli.array.profile.Peaks;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.magics.report.Cell;
import lazuli.magics.report.Environment;
import org.jspecify.annotations.Nullable;

/**
 * How far measured times are from what the machine can do.
 *
 * @param peaks the measured limits; null when they are unknown
 */
public record Limits(@Nullable Peaks peaks) {
  /**
   * {@return the cell {@code of limit}: a share and the word for what binds, with a bar}
   *
   * @param work the work of one run
   * @param dtype what it was computed in
   * @param nanos its time
   */
  public Cell share(Work work, DType dtype, double nanos) {
    if (peaks == null || (work.flops() == 0 && work.bytes() == 0) || !(nanos > 0)) {
      return Cell.NONE;
    }
    return share(peaks.ofLimit(work, dtype, nanos));
  }

  /**
   * {@return the cell for a share of the limit; more than all of it is never shown silently}
   *
   * @param of the share
   */
  public static Cell share(Peaks.OfLimit of) {
    double percent = of.share() * 100;
    boolean above = percent > 100;
    String why = of.bound() == Peaks.Bound.COMPUTE ? " compute" : " (cache-resident)";
    return Cell.of(
        percent,
        above ? ">100 %" + why : Cell.digits(percent) + " % " + of.bound().label(),
        of.share());
  }

  /**
   * {@return the limits of the device that something ran on, unknown where nobody measured them}
   *
   * @param device where it ran
   */
  public Limits on(Device device) {
    if (device.equals(Device.CPU)) {
      return this;
    }
    return Lazuli.backends().get(device.kind()) instanceof Availability.Available(Backend backend)
        ? new Limits(backend.peaks())
        : new Limits(null);
  }

  /** {@return the peaks in words, empty when they are unknown} */
  public String text() {
    return peaks == null
        ? ""
        : "f32 "
            + Cell.digits(peaks.f32() / 1e9)
            + " GFLOP/s, memory "
            + Cell.digits(peaks.bandwidth() / 1e9)
            + " GB/s, cache "
            + Cell.digits(peaks.cache() / 1e9)
            + " GB/s, empty evaluation "
            + Unit.text(peaks.launchNanos())
            + ", "
            + peaks.threads()
            + " threads, measured "
            + peaks.measured().toString().substring(0, 10);
  }

  /**
   * {@return the environment of a result measured here, now}
   *
   * @param device where it ran
   * @param seed of every random choice
   */
  public Environment environment(String device, long seed) {
    int threads = peaks == null ? Runtime.getRuntime().availableProcessors() : peaks.threads();
    return Environment.here(device, threads, seed, text());
  }
}
