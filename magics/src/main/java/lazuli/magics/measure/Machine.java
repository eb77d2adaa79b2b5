package lazuli.magics.measure;

import lazuli.array.Array;
import lazuli.array.Lazuli;
import lazuli.array.cpu.CpuPeaks;
import lazuli.array.cpu.Workers;
import lazuli.array.profile.Peaks;

/** This machine's limits, for everything that reports shares of them. */
public final class Machine {
  private Machine() {}

  /** {@return the kept limits of the processor with the threads in use now} */
  public static PeaksFile peaks() {
    return PeaksFile.ofUser(Workers.threads(), Machine::measure);
  }

  private static Peaks measure() {
    Array one = Lazuli.ones(1).eval();
    return CpuPeaks.measure(() -> one.add(1.0).eval());
  }

  /** {@return the limits of the processor: as kept, or measured now, which takes a moment} */
  public static Limits limits() {
    return new Limits(peaks().get());
  }
}
