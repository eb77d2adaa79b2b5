package lazuli.magics.bench;

import static lazuli.array.Lazuli.causal;
import static lazuli.array.Lazuli.sdpa;
import static lazuli.array.Lazuli.window;
import static lazuli.array.type.DType.BF16;
import static lazuli.array.type.DType.F32;
import static lazuli.magics.bench.Promises.micros;
import static lazuli.magics.bench.Turns.SEED;
import static lazuli.magics.bench.Turns.median;
import static lazuli.magics.bench.Turns.random;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import lazuli.array.Array;
import lazuli.array.type.DType;
import lazuli.magics.stats.Comparison;
import lazuli.magics.stats.Timing;

/** Masked calls beside the dense one. */
record SkippedScores(Promises promises, Turns turns, boolean quick) {
  /** Of the ratio of scores that a mask leaves, so much must be seen in the times. */
  private static final double SKIPPED = 0.85;

  void run() throws Exception {
    for (DType type : List.of(F32, BF16)) {
      for (int length : quick ? new int[] {1024} : new int[] {1024, 2048, 4096}) {
        Array q = random(1, type, 1, 4, length, 64);
        Array k = random(2, type, 1, 4, length, 64);
        Array v = random(3, type, 1, 4, length, 64);
        List<String> names = new ArrayList<>();
        List<Double> pairs = new ArrayList<>();
        List<Supplier<Array>> calls = new ArrayList<>();
        calls.add(() -> sdpa(q, k, v));
        calls.add(() -> sdpa(q, k, v, causal()));
        names.add("causal");
        pairs.add(pairs(length, length));
        for (int size : new int[] {512, 1024}) {
          if (size < length) {
            calls.add(() -> sdpa(q, k, v, causal().and(window(size))));
            names.add("window " + size);
            pairs.add(pairs(length, size));
          }
        }
        List<Timing> times = turns.times(calls);
        for (int i = 0; i < names.size(); i++) {
          Timing dense = times.getFirst();
          Timing part = times.get(i + 1);
          Comparison c = Comparison.of(dense.samples(), part.samples(), SEED);
          double ideal = (double) length * length / pairs.get(i);
          promises.row(
              "what is hidden is skipped",
              String.format(Locale.ROOT, "%s, %s, T=%d, 4 heads, D=64", names.get(i), type, length),
              micros(median(part)),
              micros(median(dense)) + ", dense",
              String.format(
                  Locale.ROOT,
                  "%.2f times faster, %.2f of %.2f",
                  c.ratio(),
                  c.ratio() / ideal,
                  ideal),
              SKIPPED + " of the ratio of scores",
              c.ratio() >= SKIPPED * ideal);
        }
      }
    }
  }

  /** Scores that a causal window leaves. */
  private static double pairs(long length, long window) {
    double pairs = 0;
    for (long i = 0; i < length; i++) {
      pairs += Math.min(i + 1, window);
    }
    return pairs;
  }
}
