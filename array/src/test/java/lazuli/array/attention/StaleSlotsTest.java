package lazuli.array.attention;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import lazuli.array.Array;
import lazuli.array.type.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * NaN, infinities and 1e30 in every slot that no query may look at change no bit of any result:
 * before a batch's first key, after its last one, in pages that are not listed, in scales of codes,
 * behind a slice, and under masks that are arrays.
 */
class StaleSlotsTest {
  private static final double[] BAD = {
    Double.NaN, 1e30, -1e30, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
  };

  static Stream<Arguments> paths() {
    List<Arguments> all = new ArrayList<>();
    for (String kernel : new String[] {"naive", "reference", "flash", "split"}) {
      for (DType dtype : new DType[] {F32, BF16, F16}) {
        for (int queries : new int[] {1, 5, 70}) {
          if (!kernel.equals("split") || queries <= 8) {
            all.add(Arguments.of(kernel, dtype, queries));
          }
        }
      }
    }
    return all.stream();
  }

  /** Rows [B, Hkv, T, D] where those that are not used hold what must not be seen. */
  private static Array rows(
      long seed,
      int batch,
      int heads,
      int tokens,
      int dim,
      DType dtype,
      boolean[][] used,
      int bad) {
    Random random = new Random(seed);
    double[] x = new double[batch * heads * tokens * dim];
    for (int i = 0; i < x.length; i++) {
      double good = random.nextGaussian();
      int row = i / dim;
      boolean seen = used[row / tokens / heads][row % tokens];
      double most = dtype == F16 ? 6e4 : 1e30;
      x[i] = seen ? good : bad < 0 ? 0 : Math.clamp(BAD[(bad + i) % BAD.length], -most, most);
      if (!seen && bad >= 0 && Double.isInfinite(BAD[(bad + i) % BAD.length])) {
        x[i] = BAD[(bad + i) % BAD.length];
      }
    }
    return array(x, dtype).reshape(batch, heads, tokens, dim).eval();
  }

  private static Array query(int queries, int dim, DType dtype) {
    return normal(key(4), 2, 4, queries, dim).astype(dtype).eval();
  }

  /**
   * The same bits, where the clean result has the same bits before and after: in its first calls,
   * naive's elementary functions may change a last bit when the compiler takes their loops over.
   */
  private static void same(Supplier<Array> clean, Supplier<Array> dirty) {
    int[] before = bits(clean.get());
    for (int round = 0; ; round++) {
      int[] between = bits(dirty.get());
      int[] after = bits(clean.get());
      if (Arrays.equals(before, after) || round == 50) {
        assertArrayEquals(before, between);
        return;
      }
      before = after;
    }
  }

  private static int[] bits(Array x) {
    float[] values = x.toFloatArray();
    int[] bits = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      assertTrue(Float.isFinite(values[i]), "[" + i + "] " + values[i]);
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }

  @ParameterizedTest(name = "{0} {1} Tq {2}")
  @MethodSource("paths")
  void slotsOutsideABatchsKeys(String kernel, DType dtype, int queries) {
    int tokens = 300;
    int[] starts = {0, 40};
    int[] ends = {130, 300};
    boolean[][] used = new boolean[2][tokens];
    for (int b = 0; b < 2; b++) {
      for (int j = starts[b]; j < ends[b]; j++) {
        used[b][j] = true;
      }
    }
    Array q = query(queries, 32, dtype);
    for (AttentionOption extra : new AttentionOption[] {causal(), softCap(4).then(softCap(9))}) {
      AttentionOption[] options = {
        kernel(kernel), extra, keyStarts(array(starts)), keyLengths(array(ends))
      };
      same(
          () -> attend(q, tokens, used, dtype, -1, options),
          () -> attend(q, tokens, used, dtype, 0, options));
    }
  }

  private static Array attend(
      Array q, int tokens, boolean[][] used, DType dtype, int bad, AttentionOption... options) {
    Array k = rows(1, 2, 2, tokens, 32, dtype, used, bad);
    Array v = rows(2, 2, 2, tokens, 48, dtype, used, bad < 0 ? bad : bad + 1);
    return sdpa(q, k, v, options);
  }

  @ParameterizedTest(name = "{0} {1} Tq {2}")
  @MethodSource("paths")
  void pagesThatAreNotListedAndTheEndOfTheLast(String kernel, DType dtype, int queries) {
    // Eight pages of 16; the batches take 5 and 2 of them, the last one in part.
    Array table = array(new int[] {6, 1, 4, 3, 0, 2, 7, 2, 2, 2}).reshape(2, 5);
    int[] lengths = {70, 20};
    boolean[][] used = new boolean[8][16];
    int[][] pages = {{6, 1, 4, 3, 0}, {2, 7}};
    for (int b = 0; b < 2; b++) {
      for (int t = 0; t < lengths[b]; t++) {
        used[pages[b][t / 16]][t % 16] = true;
      }
    }
    Array q = query(queries, 32, dtype);
    IntFunction<Array> attend =
        bad -> {
          Array k = rows(1, 8, 2, 16, 32, dtype, used, bad);
          Array v = rows(2, 8, 2, 16, 48, dtype, used, bad < 0 ? bad : bad + 2);
          return sdpa(
              q,
              k,
              v,
              kernel(kernel),
              causal(),
              keyLengths(array(lengths)),
              new AttentionOption.Pages(table.astype(I64).node()));
        };
    same(() -> attend.apply(-1), () -> attend.apply(0));
  }

  @ParameterizedTest(name = "{0} {1} Tq {2}")
  @MethodSource("paths")
  void codesAndScalesOfSlotsWithoutAToken(String kernel, DType dtype, int queries) {
    int tokens = 90;
    boolean[][] used = new boolean[2][tokens];
    for (int j = 0; j < 60; j++) {
      used[0][j] = true;
      used[1][j] = j < 25;
    }
    Array q = query(queries, 32, dtype);
    Array lengths = array(new int[] {60, 25});
    for (KvFormat format : new KvFormat[] {KvFormat.INT8, KvFormat.INT4, KvFormat.FP8}) {
      IntFunction<Array> attend =
          bad ->
              sdpa(
                  q,
                  codes(3, format, used, bad),
                  codes(4, format, used, bad),
                  kernel(kernel),
                  keyLengths(lengths),
                  new AttentionOption.Codes(
                      format,
                      rows(5, 2, 2, tokens, 1, BF16, used, bad).node(),
                      rows(6, 2, 2, tokens, 1, BF16, used, bad).node()));
      same(() -> attend.apply(-1), () -> attend.apply(0));
    }
  }

  private static Array codes(long seed, KvFormat format, boolean[][] used, int bad) {
    Random random = new Random(seed);
    int tokens = used[0].length;
    int width = 32 / format.perByte();
    double[] x = new double[2 * 2 * tokens * width];
    for (int i = 0; i < x.length; i++) {
      int row = i / width;
      boolean seen = used[row / tokens / 2][row % tokens];
      double good = format == KvFormat.INT4 ? random.nextInt(256) : random.nextInt(255) - 127;
      double junk =
          format == KvFormat.FP8 ? BAD[(bad + i + 5) % 5] : format == KvFormat.INT4 ? 255 : -128;
      x[i] = seen || bad < 0 ? good : junk;
    }
    DType type = format.codes(BF16);
    Array numbers = array(x, F32);
    return numbers.astype(type).reshape(2, 2, tokens, width).eval();
  }

  @ParameterizedTest(name = "{0} {1} Tq {2}")
  @MethodSource("paths")
  void rowsBehindASlice(String kernel, DType dtype, int queries) {
    // MLX's heads of 256 on a cache with large stale rows behind the slice.
    boolean[][] used = new boolean[2][64];
    for (int j = 0; j < 41; j++) {
      used[0][j] = true;
      used[1][j] = true;
    }
    Array q = query(queries, 256, dtype);
    IntFunction<Array> attend =
        bad -> {
          Array k = rows(1, 2, 2, 64, 256, dtype, used, bad).get("..., :41, :");
          Array v = rows(2, 2, 2, 64, 256, dtype, used, bad).get("..., :41, :");
          return sdpa(q, k, v, kernel(kernel));
        };
    same(() -> attend.apply(-1), () -> attend.apply(1));
  }

  @ParameterizedTest(name = "{0} {1} Tq {2}")
  @MethodSource("paths")
  void keysThatAnArrayHides(String kernel, DType dtype, int queries) {
    int tokens = 300;
    boolean[][] used = new boolean[2][tokens];
    boolean[] seen = new boolean[tokens];
    Random random = new Random(8);
    for (int j = 0; j < tokens; j++) {
      seen[j] = random.nextInt(3) > 0;
      used[0][j] = seen[j];
      used[1][j] = seen[j];
    }
    Array bool = array(seen);
    Array minus = where(bool, zeros(tokens), full(Double.NEGATIVE_INFINITY, F32, tokens));
    Array whole = minus.broadcastTo(2, 4, queries, tokens).add(normal(key(9), queries, tokens));
    Array q = query(queries, 32, dtype);
    for (Array mask : new Array[] {bool, minus, whole.eval()}) {
      same(
          () -> attend(q, tokens, used, dtype, -1, kernel(kernel), mask(mask)),
          () -> attend(q, tokens, used, dtype, 1, kernel(kernel), mask(mask)));
    }
  }

  @Test
  void thePoisonIsThere() {
    Array x = rows(1, 1, 1, 2, 8, F32, new boolean[][] {{true, false}}, 0);
    assertTrue(
        Float.isNaN(x.toFloatArray()[10]) || Float.isNaN(x.get("0, 0, 1").sum().toFloatArray()[0]));
    assertTrue(Float.isFinite(x.get("0, 0, 0").sum().toFloatArray()[0]));
  }
}
