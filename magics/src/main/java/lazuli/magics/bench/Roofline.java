package lazuli.magics.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import lazuli.array.Array;
import lazuli.array.Lazuli;
import lazuli.array.cpu.CpuPeaks;
import lazuli.array.cpu.Workers;
import lazuli.array.profile.Peaks;
import lazuli.magics.measure.Limits;

/**
 * The limits of this machine, measured in the same run as what is held against them.
 *
 * @param peaks multiply-add rates; its bandwidth is that of reading or of copying, whichever is
 *     more
 * @param read bytes a second read from memory
 * @param copy bytes a second read and written by a copy
 */
record Roofline(Peaks peaks, double read, double copy) {
  private static final long CHUNK = 4L << 20;
  private static final int CHUNKS = 32;
  private static final int ROUNDS = 12;

  /** {@return the limits with the threads in use now; takes some seconds} */
  static Roofline measure() {
    Array one = Lazuli.ones(1).eval();
    Peaks p = CpuPeaks.measure(() -> one.add(1.0).eval());
    double copy = copying();
    Peaks both =
        new Peaks(
            p.device(),
            p.name(),
            p.threads(),
            p.f32(),
            p.f64(),
            p.half(),
            Math.max(p.bandwidth(), copy),
            p.cache(),
            p.launchNanos(),
            p.measured());
    return new Roofline(both, p.bandwidth(), copy);
  }

  /** Bytes read and written a second by a copy of 128 MiB, the best of some rounds. */
  private static double copying() {
    try (Arena arena = Arena.ofShared()) {
      long bytes = CHUNK * CHUNKS;
      MemorySegment from = arena.allocate(bytes, 64);
      MemorySegment to = arena.allocate(bytes, 64);
      from.fill((byte) 1);
      double best = 0;
      for (int round = 0; round < ROUNDS; round++) {
        long start = System.nanoTime();
        Workers.run(
            CHUNKS, Long.MAX_VALUE, i -> MemorySegment.copy(from, i * CHUNK, to, i * CHUNK, CHUNK));
        best = Math.max(best, 2.0 * bytes * 1e9 / (System.nanoTime() - start));
      }
      return best;
    }
  }

  Limits limits() {
    return new Limits(peaks);
  }

  /** {@return the limits in one line} */
  String text() {
    return String.format(
        Locale.ROOT,
        "roofline at %d thread%s, measured in this run: f32 %.0f GFLOP/s, bf16 %.0f GFLOP/s, memory"
            + " read %.1f GB/s, copy %.1f GB/s, empty evaluation %.1f us",
        peaks.threads(),
        peaks.threads() == 1 ? "" : "s",
        peaks.f32() / 1e9,
        peaks.half() / 1e9,
        read / 1e9,
        copy / 1e9,
        peaks.launchNanos() / 1e3);
  }
}
