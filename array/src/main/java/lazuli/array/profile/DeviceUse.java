package lazuli.array.profile;

import java.util.Locale;
import lazuli.array.type.Device;

/**
 * How a device spent one evaluation, on its own clock: at work, or waiting for the next launch.
 *
 * @param device the device
 * @param launches how many steps it ran
 * @param busyNanos the sum of their times
 * @param elapsedNanos from the start of the first to the end of the last
 * @param before what held the device back before, such as its clocks; empty when it is not known
 * @param after the same afterwards
 * @param replay what becomes of the launches when nobody times each of them; empty for nothing
 */
public record DeviceUse(
    Device device,
    int launches,
    long busyNanos,
    long elapsedNanos,
    String before,
    String after,
    String replay) {
  /** Above this share of gaps the host is what bounds. */
  private static final double HOST_BOUND = 0.25;

  /** {@return the nanoseconds between launches, in which the device did nothing} */
  public long gapNanos() {
    return Math.max(0, elapsedNanos - busyNanos);
  }

  /** {@return the share of gaps in the whole, from 0 to 1} */
  public double gaps() {
    return elapsedNanos > 0 ? (double) gapNanos() / elapsedNanos : 0;
  }

  /** {@return whether the device waited for the host more than it should} */
  public boolean hostBound() {
    return launches > 1 && gaps() > HOST_BOUND;
  }

  /**
   * {@return the whole of two evaluations on one device}
   *
   * @param later the second one
   */
  public DeviceUse plus(DeviceUse later) {
    return new DeviceUse(
        device,
        launches + later.launches,
        busyNanos + later.busyNanos,
        elapsedNanos + later.elapsedNanos,
        before,
        later.after,
        later.replay);
  }

  /** {@return a line for tables} */
  public String text() {
    return String.format(
        Locale.ROOT,
        "%s: %d %s, busy %.1f of %.1f us, gaps %.0f %%: %s",
        device,
        launches,
        launches == 1 ? "launch" : "launches",
        busyNanos / 1e3,
        elapsedNanos / 1e3,
        100 * gaps(),
        hostBound() ? "host-bound, the device waits for launches" : "the device is what binds");
  }
}
