package lazuli.array.attention;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import lazuli.array.Array;
import lazuli.array.KvCache;
import lazuli.array.attention.ExpressionCase.Data;
import lazuli.array.attention.ExpressionCase.Expected;
import lazuli.array.attention.ExpressionCase.Sizes;
import lazuli.array.profile.Dispatch;
import lazuli.array.type.DType;
import lazuli.array.type.Rounding;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kind of cache with every kind of codes, each batch with its own length, under masks and
 * score changes, on every kernel, against float64 loops over the numbers that the codes stand for;
 * codes are made again here. What each kernel gives names it, and flash is no less exact than naive
 * in half types.
 */
class FeatureGridTest {
  private static final int TOKENS = 83;
  private static final int[] COUNTS = {83, 30};
  private static final List<String> CASES =
      List.of("causal window", "prefix", "alibi, soft cap and window");

  static Stream<Arguments> caches() {
    List<Arguments> all = new ArrayList<>();
    for (KvCache.Kind kind : KvCache.Kind.values()) {
      for (KvFormat format : KvFormat.values()) {
        all.add(Arguments.of(kind, format));
      }
    }
    return all.stream();
  }

  private static KvCache empty(KvCache.Kind kind, KvFormat format) {
    KvCache cache =
        switch (kind) {
          case GROWING -> KvCache.growing(BF16, 2, 2, 32, 64);
          case FIXED -> KvCache.fixed(100, BF16, 2, 2, 32, 64);
          case ROTATING -> KvCache.rotating(90, 0, BF16, 2, 2, 32, 64);
          case PAGED -> KvCache.paged(16, BF16, 2, 2, 32, 64);
        };
    return format == KvFormat.PLAIN ? cache : cache.quantised(format);
  }

  /** The numbers that codes of these rows stand for. */
  private static double[] kept(double[] x, int width, KvFormat format) {
    double[] y = x.clone();
    int group = format == KvFormat.INT4 ? 32 : width;
    double top = format == KvFormat.INT4 ? 7 : format == KvFormat.INT8 ? 127 : 448;
    for (int at = 0; at < x.length && format != KvFormat.PLAIN; at += group) {
      double most = 0;
      for (int i = at; i < at + group; i++) {
        most = Math.max(most, Math.abs(x[i]));
      }
      double scale = Rounding.to(BF16, most / top);
      for (int i = at; i < at + group && scale != 0; i++) {
        double code = Math.clamp(x[i] / scale, -top, top);
        y[i] =
            scale * (format == KvFormat.FP8 ? Rounding.to(DType.F8_E4M3, code) : Math.rint(code));
      }
    }
    return y;
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("caches")
  void everyKernelReadsEveryCache(KvCache.Kind kind, KvFormat format) {
    List<String> wrong = new ArrayList<>();
    int compared = 0;
    for (int queries : new int[] {1, 5, 66}) {
      Sizes s = new Sizes(2, 4, 2, queries, TOKENS, 32, 64);
      Data x = Data.random(s, BF16, 31L * queries + kind.ordinal());
      Data numbers = new Data(x.q(), kept(x.k(), 32, format), kept(x.v(), 64, format), x.sinks());
      Array k = array(x.k(), BF16).reshape(2, 2, TOKENS, 32);
      Array v = array(x.v(), BF16).reshape(2, 2, TOKENS, 64);
      KvCache cache = appended(empty(kind, format), k, v);
      int[] start = {TOKENS - COUNTS[0], TOKENS - COUNTS[1]};
      for (ExpressionCase c : ExpressionCase.all()) {
        if (!CASES.contains(c.name())) {
          continue;
        }
        Expected expected = c.expected(s, numbers, start, new int[] {TOKENS, TOKENS}, false);
        double naive = Double.NaN;
        for (DType dtype : new DType[] {F32, BF16}) {
          Array q = array(x.q(), dtype).reshape(2, 4, queries, 32);
          for (String kernel : new String[] {"naive", "reference", "flash", "split"}) {
            if (kernel.equals("split") && queries > 8) {
              continue;
            }
            Array out = cache.attend(q, c.options(kernel(kernel)));
            double[] actual = out.toDoubleArray();
            Dispatch dispatch = out.dispatch();
            String where = c + " Tq " + queries + " " + dtype + " " + kernel + ": ";
            if (dispatch == null || !dispatch.kernel().equals(kernel)) {
              wrong.add(where + "ran " + dispatch);
            }
            double rms = compare(wrong, where, expected.out(), actual, bound(out, kernel));
            naive = kernel.equals("naive") ? rms : naive;
            if (kernel.equals("flash") && out.dtype().isHalf() && rms > naive) {
              wrong.add(where + "RMS " + rms + ", naive " + naive);
            }
            compared++;
          }
        }
      }
    }
    assertEquals(List.of(), wrong);
    assertTrue(compared >= 60, "compared " + compared);
  }

  /** In two steps, so that a batch's tokens lie behind each other in memory of both. */
  private static KvCache appended(KvCache empty, Array k, Array v) {
    IntFunction<int[]> counts = n -> new int[] {Math.min(n, COUNTS[0]), Math.min(n, COUNTS[1])};
    int first = TOKENS - 20;
    int[] before = {COUNTS[0] - 20, COUNTS[1] - 20};
    return empty
        .append(k.get("..., :{}, :", first), v.get("..., :{}, :", first), before)
        .append(k.get("..., {}:, :", first), v.get("..., {}:, :", first), counts.apply(20));
  }

  private static double bound(Array out, String kernel) {
    // The unfused form rounds its scores to the type; products of bf16 round weights.
    return out.dtype() == F32 ? 3e-5 : kernel.equals("naive") ? 6e-2 : 1e-2;
  }

  private static double compare(
      List<String> wrong, String where, double[] expected, double[] actual, double bound) {
    double squares = 0;
    for (int i = 0; i < expected.length; i++) {
      double off = Math.abs(expected[i] - actual[i]);
      squares += off * off;
      if (!(off <= bound * (1 + Math.abs(expected[i])))) {
        wrong.add(where + "[" + i + "] " + actual[i] + ", expected " + expected[i]);
        break;
      }
    }
    return Math.sqrt(squares / Math.max(1, expected.length));
  }
}
