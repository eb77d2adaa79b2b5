package lazuli.magics.measure;

import lazuli.array.cpu.CpuPeaks;
import lazuli.array.cpu.Workers;

/** This machine's limits, for everything that reports shares of them. */
public final class Machine {
  private Machine() {}

  /** {@return the kept limits of the processor with the threads in use now} */
  public static PeaksFile peaks() {
    return PeaksFile.ofUser(Workers.threads(), CpuPeaks::measure);
  }

  /** {@return the limits of the processor: as kept, or measured now, which takes a moment} */
  public static Limits limits() {
    return new Limits(peaks().get());
  }
}
