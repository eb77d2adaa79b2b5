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

  /**
   * {@return the limits of the processor, with the cost of the smallest attention as that of
   * starting work} One number added to another says little of what a call of attention costs.
   */
  public static Limits attentionLimits() {
    return limits().starting(smallestAttention(), "the smallest attention");
  }

  /** {@return nanoseconds of one query on one key with heads of one number, at their best} */
  static double smallestAttention() {
    return Smallest.NANOS;
  }

  /** Measured once a session, at first use. */
  private static final class Smallest {
    private static final long PATIENCE = 150_000_000;
    private static final int BATCH = 50;
    static final double NANOS = measured();

    private static double measured() {
      Array one = Lazuli.ones(1, 1, 1, 1).eval();
      double best = Double.POSITIVE_INFINITY;
      long end = System.nanoTime() + PATIENCE;
      do {
        long start = System.nanoTime();
        for (int i = 0; i < BATCH; i++) {
          Lazuli.sdpa(one, one, one).eval();
        }
        // The best batch counts: other programs only ever slow one down.
        best = Math.min(best, (System.nanoTime() - start) / (double) BATCH);
      } while (System.nanoTime() < end);
      return best;
    }
  }

  /** {@return the limits of the processor: as kept, or measured now, which takes a moment} */
  public static Limits limits() {
    return new Limits(peaks().get());
  }
}
