package lazuli.magics.bench;

import static lazuli.array.Lazuli.mask;
import static lazuli.array.Lazuli.sdpa;
import static lazuli.array.type.DType.BF16;
import static lazuli.array.type.DType.F32;
import static lazuli.magics.bench.Promises.interval;
import static lazuli.magics.bench.Promises.micros;
import static lazuli.magics.bench.Turns.SEED;
import static lazuli.magics.bench.Turns.median;
import static lazuli.magics.bench.Turns.random;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import lazuli.array.Array;
import lazuli.array.attention.AttentionOption;
import lazuli.array.type.DType;
import lazuli.magics.stats.Comparison;
import lazuli.magics.stats.Timing;

/** Calls of mixed types beside the slowest uniform one. */
record MixedTypes(Promises promises, Turns turns, boolean quick) {
  /** A mixed call may take this much longer than the slowest uniform one. */
  private static final double MIXED = 1.05;

  void run() throws Exception {
    mixed();
    mixedCache();
  }

  /** The six calls of S0: one query on 16 keys, 32 heads of 128, a mask for each key. */
  private void mixed() throws Exception {
    Array[] half = s0(BF16);
    Array[] wide = s0(F32);
    List<String> names = List.of("bbbb", "ffff", "bbbf", "bbff", "fbbf", "fbff");
    List<Supplier<Array>> calls = new ArrayList<>();
    for (String name : names) {
      Array[] in = new Array[4];
      for (int i = 0; i < 4; i++) {
        in[i] = (name.charAt(i) == 'f' ? wide : half)[i];
      }
      AttentionOption hides = mask(in[3]);
      calls.add(() -> sdpa(in[0], in[1], in[2], hides));
    }
    List<Timing> times = turns.times(calls);
    for (int i = 2; i < names.size(); i++) {
      mixedRow(
          names.get(i) + ": q, k, v, mask; 32 heads, Tk=16, D=128",
          times.get(i),
          times.subList(0, 2));
    }
  }

  private static Array[] s0(DType type) {
    return new Array[] {
      random(1, type, 1, 32, 1, 128),
      random(2, type, 1, 32, 16, 128),
      random(3, type, 1, 32, 16, 128),
      random(4, type, 1, 16)
    };
  }

  private void mixedCache() throws Exception {
    int keys = quick ? 1024 : 4096;
    Array[] wide = {
      random(1, F32, 1, 32, 1, 128),
      random(2, F32, 1, 8, keys, 128),
      random(3, F32, 1, 8, keys, 128)
    };
    Array[] half = {
      wide[0].astype(BF16).eval(), wide[1].astype(BF16).eval(), wide[2].astype(BF16).eval()
    };
    List<Timing> times =
        turns.times(
            List.of(
                () -> sdpa(half[0], half[1], half[2]),
                () -> sdpa(wide[0], wide[1], wide[2]),
                () -> sdpa(wide[0], half[1], half[2])));
    mixedRow("f32 query, bf16 cache, Tk=" + keys, times.get(2), times.subList(0, 2));
  }

  private void mixedRow(String what, Timing mixed, List<Timing> uniform) {
    Timing slowest =
        median(uniform.get(0)) >= median(uniform.get(1)) ? uniform.get(0) : uniform.get(1);
    Comparison c = Comparison.of(mixed.samples(), slowest.samples(), SEED);
    promises.row(
        "mixed types cost nothing",
        what,
        micros(median(mixed)),
        micros(median(slowest)) + ", the slowest uniform call",
        interval(c),
        "upper bound " + MIXED,
        c.high() <= MIXED);
  }
}
