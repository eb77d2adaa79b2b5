package lazuli.gpu;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import lazuli.array.Array;
import lazuli.array.attention.AttentionOption;
import lazuli.array.profile.Dispatch;
import lazuli.array.type.DType;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Masks, score changes, key ranges and sinks inside the GPU's kernels, against float64. */
class SimMasksTest {
  /** B, Hq, Hkv, Tq, Tk, D: prefill, few queries, decode. */
  private static final long[][] SHAPES = {
    {2, 2, 1, 70, 100, 16}, {2, 4, 2, 3, 200, 16}, {1, 4, 2, 1, 600, 32}
  };

  private static AttentionOption ids(long keys) {
    return documents(arange(keys).astype(I64).floorDivide(37));
  }

  /** Every kind of option, for a batch of 2 or 1, some heads and keys. */
  private static Map<String, Supplier<AttentionOption[]>> options(long b, long h, long keys) {
    Map<String, Supplier<AttentionOption[]>> all = new LinkedHashMap<>();
    all.put("window", () -> of(causal().and(window(40))));
    all.put("both sides", () -> of(window(20, 9)));
    all.put("prefix", () -> of(causal().or(prefix(20))));
    all.put("documents", () -> of(ids(keys)));
    all.put("dilated", () -> of(dilated(3).and(causalTopLeft())));
    all.put("global", () -> of(globalPlusLocal(4, 16)));
    all.put("picture", () -> of(neighbourhood(10, 20, 5)));
    all.put(
        "head and batch",
        () -> of(mask((bb, hh, q, k) -> q.aligned().sub(k).abs().le(hh.mul(9).add(bb)))));
    all.put(
        "wide", () -> of(mask((bb, hh, q, k) -> k.mul(4_000_000_000L).mod(7_000_000_000L).gt(9L))));
    all.put(
        "places",
        () -> {
          Array at = uniform(key(9), b, keys).gt(0.4);
          return of(mask((bb, hh, q, k) -> conditionAt(at, bb, k).or(q.eq(k))));
        });
    all.put(
        "numbers",
        () -> {
          Array x = normal(key(8), F64, keys);
          return of(mask((bb, hh, q, k) -> valueAt(x, k).exp().lt(1.5).and(k.lt(q).not())));
        });
    all.put(
        "indices",
        () -> {
          Array x = arange(keys).astype(I32).remainder(11);
          return of(mask((bb, hh, q, k) -> indexAt(x, k).sub(40).floorDiv(3).add(q).mod(2).eq(0)));
        });
    all.put("alibi", () -> of(alibi(alibiSlopes((int) h)), causal()));
    all.put("cap", () -> of(softCap(2)));
    all.put("alibi and cap", () -> of(alibi(alibiSlopes((int) h)).then(softCap(5)), window(50)));
    all.put(
        "lambda",
        () ->
            of(
                score(
                    (s, bb, hh, q, k) ->
                        k.mod(5)
                            .eq(0)
                            .where(s.abs().add(1).log().neg(), s.max(-1).min(hh.value().sqrt()))
                            .div(1.5))));
    all.put(
        "hiding score",
        () ->
            of(
                score(
                    (s, bb, hh, q, k) -> k.lt(q).where(s, s.mul(0).sub(Double.POSITIVE_INFINITY))),
                mask(normal(key(4), BF16, 1, keys))));
    all.put("sinks", () -> of(sinks(normal(key(6), h)), causal()));
    all.put(
        "lengths",
        () ->
            of(keyLengths(array(b == 1 ? new long[] {keys / 2} : new long[] {9, keys})), causal()));
    all.put(
        "starts",
        () ->
            of(
                keyStarts(array(b == 1 ? new long[] {70} : new long[] {0, 41})),
                causal().and(window(60)),
                alibi(alibiSlopes((int) h))));
    all.put(
        "starts and lengths",
        () ->
            of(
                keyStarts(array(new long[] {33})),
                keyLengths(array(b == 1 ? new long[] {90} : new long[] {33, 90})),
                causalTopLeft()));
    return all;
  }

  private static AttentionOption[] of(AttentionOption... options) {
    return options;
  }

  private static Array attend(
      long[] s, DType t, Supplier<AttentionOption[]> options, String kernel) {
    Array q = normal(key(1), t, s[0], s[1], s[3], s[5]);
    Array k = normal(key(2), t, s[0], s[2], s[4], s[5]);
    Array v = normal(key(3), t, s[0], s[2], s[4], s[5]);
    List<AttentionOption> all = new ArrayList<>(List.of(options.get()));
    all.add(kernel(kernel));
    return sdpa(q, k, v, all.toArray(AttentionOption[]::new));
  }

  private static void check(long[] s, DType t, Supplier<AttentionOption[]> options, String kernel)
      throws Exception {
    double[] got = on("sim", () -> attend(s, t, options, kernel).toDoubleArray());
    double[] expected = on("cpu", () -> attend(s, t, options, "reference").toDoubleArray());
    double difference = 0;
    double size = 1e-30;
    for (int i = 0; i < got.length; i++) {
      difference += (got[i] - expected[i]) * (got[i] - expected[i]);
      size += expected[i] * expected[i];
    }
    int dim = (int) s[5];
    for (int row = 0; row < got.length; row += dim) {
      assertEquals(zeros(expected, row, dim), zeros(got, row, dim), "only rows without keys are 0");
    }
    double error = Math.sqrt(difference / size);
    double allowed = t == F16 ? 0x1p-10 : t == BF16 ? 0x1.8p-8 : 2e-6;
    assertTrue(error <= allowed, () -> "relative error " + error + ", allowed " + allowed);
  }

  private static boolean zeros(double[] x, int from, int n) {
    return Arrays.stream(x, from, from + n).allMatch(y -> y == 0);
  }

  private static Stream<DynamicTest> tests(int step) {
    List<DynamicTest> tests = new ArrayList<>();
    int n = 0;
    for (DType t : new DType[] {BF16, F32, F16}) {
      for (long[] s : SHAPES) {
        Map<String, Supplier<AttentionOption[]>> all = options(s[0], s[1], s[4]);
        for (String name : all.keySet()) {
          for (String kernel : List.of("flash", "split")) {
            boolean few = s[1] / s[2] * s[3] <= 64;
            if ((kernel.equals("flash") || few) && n++ % step == 0) {
              tests.add(
                  DynamicTest.dynamicTest(
                      t + " " + s[3] + "x" + s[4] + " " + name + " " + kernel,
                      () -> check(s, t, all.get(name), kernel)));
            }
          }
        }
      }
    }
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> everyOptionAgreesWithFloat64() {
    return tests(11);
  }

  @TestFactory
  @Tag("slow")
  Stream<DynamicTest> everyOptionAgreesWithFloat64OnEveryShapeAndType() {
    return tests(1);
  }

  @ParameterizedTest
  @CsvSource({"flash,BF16", "flash,F16", "flash,F32", "split,BF16"})
  void whatATermHidesIsNotRead(String kernel, DType t) throws Exception {
    on(
        "sim",
        () -> {
          Array q = normal(key(1), t, 1, 2, 3, 16);
          Array k = normal(key(2), t, 1, 1, 150, 16);
          Array v = normal(key(3), t, 1, 1, 150, 16);
          Array bad = arange(150).floorDivide(10).remainder(2).eq(0).reshape(1, 1, 150, 1);
          AttentionOption[][] all = {
            {mask((b, h, i, j) -> j.floorDiv(10).mod(2).eq(1))},
            {
              score(
                  (s, b, h, i, j) -> j.floorDiv(10).mod(2).eq(1).where(s, Double.NEGATIVE_INFINITY))
            },
          };
          for (AttentionOption[] one : all) {
            AttentionOption[] options = {one[0], kernel(kernel)};
            double[] clean = sdpa(q, k, v, options).toDoubleArray();
            Array nan = full(Float.NaN, F32, 1);
            Array k2 = where(bad, nan, k.astype(F32)).astype(t);
            Array v2 = where(bad, nan, v.astype(F32)).astype(t);
            double[] dirty =
                sdpa(q, one[0] instanceof lazuli.array.attention.Mask ? k2 : k, v2, options)
                    .toDoubleArray();
            assertArrayEquals(clean, dirty, "what is hidden changes no bit");
          }
          return 0;
        });
  }

  @ParameterizedTest
  @CsvSource({"flash,BF16", "flash,F16", "flash,F32", "split,BF16"})
  void slotsBeyondABatchsKeysAreNotRead(String kernel, DType t) throws Exception {
    on(
        "sim",
        () -> {
          Array q = normal(key(1), t, 2, 2, 2, 16);
          Array k = normal(key(2), t, 2, 1, 200, 16);
          Array v = normal(key(3), t, 2, 1, 200, 16);
          Array nan = full(Float.NaN, F32, 1);
          Array slot = arange(200).reshape(1, 1, 200, 1);
          Array stale = slot.lt(20).logicalOr(slot.ge(150));
          AttentionOption[] options = {
            keyStarts(array(new long[] {20, 33})),
            keyLengths(array(new long[] {150, 40})),
            causal(),
            kernel(kernel)
          };
          double[] clean = sdpa(q, k, v, options).toDoubleArray();
          double[] dirty =
              sdpa(
                      q,
                      where(stale, nan, k.astype(F32)).astype(t),
                      where(stale, nan, v.astype(F32)).astype(t),
                      options)
                  .toDoubleArray();
          assertArrayEquals(clean, dirty);
          return 0;
        });
  }

  @ParameterizedTest
  @CsvSource({"flash,BF16", "flash,F32", "split,F16", "split,F32"})
  void theLogSumExpIsALastColumn(String kernel, DType t) throws Exception {
    double[][] both = new double[2][];
    for (int i = 0; i < 2; i++) {
      String device = i == 0 ? "sim" : "cpu";
      String name = i == 0 ? kernel : "reference";
      both[i] =
          on(
              device,
              () -> {
                Array q = normal(key(1), t, 1, 2, 30, 16);
                Array k = normal(key(2), t, 1, 2, 20, 16);
                var r = attention(q, k, k, causal(), sinks(normal(key(3), 2)), kernel(name));
                double[] lse = r.logSumExp().toDoubleArray();
                double[] plain =
                    attention(q, k, k, causal(), kernel(name)).logSumExp().toDoubleArray();
                double[] all = Arrays.copyOf(lse, lse.length + plain.length);
                System.arraycopy(plain, 0, all, lse.length, plain.length);
                return all;
              });
    }
    assertArrayEquals(both[1], both[0], 2e-5);
    assertTrue(Arrays.stream(both[0]).anyMatch(x -> x == Double.NEGATIVE_INFINITY), "no keys");
  }

  @Test
  void aCacheThatGrowsKeepsItsKernel() throws Exception {
    on(
        "sim",
        () -> {
          Array k = normal(key(2), BF16, 1, 2, 64, 16).eval();
          Array q = normal(key(1), BF16, 1, 2, 1, 16).eval();
          for (int n = 1; n < 4; n++) {
            Array length = array(new long[] {n * 10});
            Array out = sdpa(q, k, k, keyLengths(length), causal());
            Array seen = k.get(":, :, :" + n * 10);
            assertArrayEquals(
                on("cpu", () -> sdpa(q, seen, seen, kernel("reference")).toDoubleArray()),
                out.toDoubleArray(),
                2e-2);
          }
          return 0;
        });
  }

  private static Dispatch dispatch(Array x) {
    x.eval();
    return Objects.requireNonNull(x.dispatch());
  }

  @Test
  void reportsNameMasksTilesAndReasons() throws Exception {
    on(
        "sim",
        () -> {
          Array x = normal(key(2), BF16, 1, 1, 256, 16).eval();
          Dispatch window = dispatch(sdpa(x, x, x, causal().and(window(64)), kernel("flash")));
          assertEquals(
              "mma.sync m16n8k16, 64x64 tiles, weights rounded to the values' type, causal() and"
                  + " window(64), 64x64 mask tiles: 0 full, 7 partial, 9 empty",
              window.details());
          Dispatch ids = dispatch(sdpa(x, x, x, ids(256), kernel("flash")));
          assertTrue(
              ids.details().endsWith(", documents, mask tiles known when it runs"), ids.details());
          Dispatch few = dispatch(sdpa(x.get(":, :, :2"), x, x, softCap(3)));
          assertEquals("split", few.kernel());
          assertEquals(
              "16x32 tiles, multiply-adds in f32, 2 parts of the keys merged by the last block,"
                  + " softCap(3.0)",
              few.details());
          return 0;
        });
  }

  /** What no kernel of the GPU has a form for says so, and core operations run, visibly. */
  @Test
  void pagesAndCodesAreRefusedWithTheirNames() throws Exception {
    on(
        "sim",
        () -> {
          Array k = normal(key(2), F32, 1, 1, 40, 32);
          Array q = normal(key(1), F32, 1, 1, 2, 32);
          var cache =
              lazuli.array.KvCache.growing(F32, 1, 1, 32, 32)
                  .quantised(lazuli.array.attention.KvFormat.INT8)
                  .append(k, k);
          Array out = cache.attend(q, causal());
          Dispatch said = dispatch(out);
          assertEquals("naive", said.kernel());
          assertEquals("flash: it has no form for int8 codes", said.refusals().get(0).toString());
          return 0;
        });
  }
}
