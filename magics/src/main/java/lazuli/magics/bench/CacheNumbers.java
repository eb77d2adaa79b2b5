package lazuli.magics.bench;

import static lazuli.array.Lazuli.memory;
import static lazuli.array.Lazuli.resetPeakMemory;
import static lazuli.array.type.DType.BF16;
import static lazuli.magics.bench.Promises.interval;
import static lazuli.magics.bench.Promises.micros;
import static lazuli.magics.bench.Turns.SEED;
import static lazuli.magics.bench.Turns.median;
import static lazuli.magics.bench.Turns.random;
import static lazuli.magics.report.Cell.digits;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lazuli.array.Array;
import lazuli.array.KvCache;
import lazuli.array.attention.KvFormat;
import lazuli.magics.stats.Comparison;
import lazuli.magics.stats.Summary;
import lazuli.magics.stats.Timing;

/** Quantised caches beside the plain one, and appends at several lengths. */
record CacheNumbers(Promises promises, Turns turns, boolean quick) {
  private static final double INT8 = 1.1;

  /** A new row at the end of the longest cache may cost so much more than of the shortest. */
  private static final double FLAT = 1.25;

  private static KvCache filled(KvFormat format, int length) {
    KvCache empty = KvCache.growing(BF16, 1, 8, 128, 128);
    KvCache cache = format == KvFormat.PLAIN ? empty : empty.quantised(format);
    int block = 512;
    Array k = random(5, BF16, 1, 8, block, 128);
    Array v = random(6, BF16, 1, 8, block, 128);
    for (int at = 0; at < length; at += block) {
      cache = cache.append(k, v);
    }
    return cache;
  }

  void quantised() throws Exception {
    Array q = random(7, BF16, 1, 32, 1, 128);
    for (int length : quick ? new int[] {1024} : new int[] {512, 4096, 16384, 65536}) {
      List<KvCache> caches = new ArrayList<>();
      List<Long> peaks = new ArrayList<>();
      List<KvFormat> formats = List.of(KvFormat.PLAIN, KvFormat.INT8, KvFormat.INT4, KvFormat.FP8);
      for (KvFormat format : formats) {
        KvCache cache = filled(format, length);
        cache.attend(q).eval();
        long before = memory().active();
        resetPeakMemory();
        cache.attend(q).eval();
        peaks.add(cache.bytes() + memory().peak() - before);
        caches.add(cache);
      }
      for (int i = 1; i < formats.size(); i++) {
        promises.row(
            "a quantised cache is smaller",
            formats.get(i).name().toLowerCase(Locale.ROOT) + ", " + length + " keys",
            digits(peaks.get(i) / 1e6) + " MB",
            digits(peaks.getFirst() / 1e6) + " MB, bf16",
            digits((double) peaks.get(i) / peaks.getFirst()),
            "below 1",
            peaks.get(i) < peaks.getFirst());
      }
      List<Timing> times =
          turns.times(List.of(() -> caches.get(0).attend(q), () -> caches.get(1).attend(q)));
      Comparison c = Comparison.of(times.get(1).samples(), times.get(0).samples(), SEED);
      promises.row(
          "decoding from int8",
          length + " keys",
          micros(median(times.get(1))),
          micros(median(times.get(0))) + ", bf16",
          interval(c),
          INT8 + "",
          c.ratio() <= INT8);
    }
  }

  /**
   * Appends by turns; each cache is followed by the next, so that each grows by one token a turn.
   */
  void appends() {
    Array k = random(8, BF16, 1, 8, 1, 128);
    Array v = random(9, BF16, 1, 8, 1, 128);
    int[] lengths = quick ? new int[] {512, 8192} : new int[] {512, 4096, 65536};
    KvCache[] caches = new KvCache[lengths.length];
    for (int c = 0; c < caches.length; c++) {
      caches[c] = filled(KvFormat.PLAIN, lengths[c]).append(k, v);
    }
    int turns = 400;
    double[][] nanos = new double[lengths.length][turns / 2];
    for (int turn = 0; turn < turns; turn++) {
      for (int c = 0; c < caches.length; c++) {
        long start = System.nanoTime();
        caches[c] = caches[c].append(k, v);
        // The first half is for the compiler.
        if (turn >= turns / 2) {
          nanos[c][turn - turns / 2] = System.nanoTime() - start;
        }
      }
    }
    double first = Summary.median(nanos[0]);
    for (int c = 1; c < caches.length; c++) {
      double median = Summary.median(nanos[c]);
      promises.row(
          "an append costs the same at any length",
          "one token after " + lengths[c],
          micros(median),
          micros(first) + " after 512",
          digits(median / first),
          FLAT + "",
          median <= FLAT * first);
    }
  }
}
