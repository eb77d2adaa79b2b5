package lazuli.gpu;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import lazuli.array.Array;
import lazuli.array.attention.AttentionOption;
import lazuli.array.profile.Dispatch;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The GPU's attention kernels, executed by the simulator, against the float64 kernel. */
class SimAttentionTest {
  private static final float NAN = Float.NaN;
  private static final float INFINITY = Float.POSITIVE_INFINITY;

  /** B, Hq, Hkv, Tq, Tk, D, Dv. */
  private static final long[][] SHAPES = {
    {2, 4, 2, 70, 131, 32, 48},
    {1, 3, 1, 5, 200, 20, 9},
    {1, 2, 1, 1, 600, 64, 64},
    {1, 2, 2, 80, 50, 16, 16},
    {1, 1, 1, 65, 65, 128, 128},
  };

  private static final DType[][] TYPES = {
    {F32, F32, F32}, {BF16, BF16, BF16}, {F16, F16, F16}, {F32, BF16, F16}, {BF16, F32, BF16}
  };

  private static final List<String> MASKS = List.of("none", "causal", "top", "bool", "add", "both");

  private static Array attend(long[] s, DType[] t, String mask, String kernel) {
    Array q = normal(key(1), t[0], s[0], s[1], s[3], s[5]);
    Array k = normal(key(2), t[1], s[0], s[2], s[4], s[5]);
    Array v = normal(key(3), t[2], s[0], s[2], s[4], s[6]);
    List<AttentionOption> options = new ArrayList<>(List.of(kernel(kernel)));
    switch (mask) {
      case "causal" -> options.add(causal());
      case "top" -> options.add(causalTopLeft());
      case "bool" -> options.add(mask(uniform(key(4), s[3], s[4]).gt(0.3)));
      case "add" -> options.add(mask(normal(key(4), BF16, s[0], 1, s[3], s[4])));
      case "both" -> {
        options.add(causal());
        options.add(mask(uniform(key(4), s[1], 1, s[4]).gt(0.5)));
      }
      default -> {}
    }
    return sdpa(q, k, v, options.toArray(AttentionOption[]::new));
  }

  private static void check(long[] s, DType[] t, String mask, String kernel) throws Exception {
    double[] got = on("sim", () -> attend(s, t, mask, kernel).toDoubleArray());
    double[] expected = on("cpu", () -> attend(s, t, mask, "reference").toDoubleArray());
    double difference = 0;
    double size = 1e-30;
    for (int i = 0; i < got.length; i++) {
      difference += (got[i] - expected[i]) * (got[i] - expected[i]);
      size += expected[i] * expected[i];
    }
    double error = Math.sqrt(difference / size);
    boolean half = t[0] == t[1] && t[1] == t[2] && t[0].isHalf();
    // Weights and result are rounded once each to the half type; f32 sums in another order.
    double allowed = half ? (t[0] == F16 ? 0x1p-10 : 0x1.8p-8) : 2e-6;
    assertTrue(error <= allowed, () -> "relative error " + error + ", allowed " + allowed);
  }

  private static Stream<DynamicTest> tests(int step) {
    List<DynamicTest> tests = new ArrayList<>();
    int n = 0;
    for (int s = 0; s < SHAPES.length; s++) {
      for (DType[] t : TYPES) {
        for (String mask : MASKS) {
          for (String kernel : List.of("flash", "split")) {
            long[] shape = SHAPES[s];
            boolean few = shape[1] / shape[2] * shape[3] <= 64;
            if ((kernel.equals("flash") || few) && n++ % step == 0) {
              String name =
                  List.of(t) + " " + List.of(shape).size() + s + " " + mask + " " + kernel;
              tests.add(DynamicTest.dynamicTest(name, () -> check(shape, t, mask, kernel)));
            }
          }
        }
      }
    }
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> agreesWithFloat64() {
    return tests(7);
  }

  @TestFactory
  @Tag("slow")
  Stream<DynamicTest> agreesWithFloat64OnEveryShapeTypeAndMask() {
    return tests(1);
  }

  private static Array heads(DType type, float[] values, long rows) {
    return array(values).astype(type).reshape(1, 1, rows, values.length / rows);
  }

  private static void near(double[] expected, Array actual) {
    assertArrayEquals(expected, actual.toDoubleArray(), 1e-2);
  }

  @ParameterizedTest
  @CsvSource({"flash,BF16", "flash,F16", "flash,F32", "split,BF16", "split,F32"})
  void aQueryThatSeesNoKeyGivesExactlyZero(String kernel, DType t) throws Exception {
    on(
        "sim",
        () -> {
          Array q = ones(t, 1, 1, 3, 2);
          Array k = ones(t, 1, 1, 2, 2);
          Array v = heads(t, new float[] {1, 2, 3, 4}, 2);
          double[] out = sdpa(q, k, v, causal(), kernel(kernel)).toDoubleArray();
          assertEquals(0, out[0]);
          assertEquals(0, out[1]);
          near(new double[] {0, 0, 1, 2, 2, 3}, sdpa(q, k, v, causal(), kernel(kernel)));
          Array minus = zeros(3, 2).sub(Double.POSITIVE_INFINITY);
          assertArrayEquals(
              new double[6], sdpa(q, k, v, mask(minus), kernel(kernel)).toDoubleArray());
          Array none = zeros(t, 1, 1, 0, 2);
          assertArrayEquals(new double[6], sdpa(q, none, none, kernel(kernel)).toDoubleArray());
          return kernel;
        });
  }

  @ParameterizedTest
  @CsvSource({"flash,BF16", "flash,F16", "flash,F32", "split,BF16", "split,F32"})
  void nothingLeaksFromMaskedPositions(String kernel, DType t) throws Exception {
    on(
        "sim",
        () -> {
          Array q = ones(t, 1, 1, 2, 2);
          Array k = heads(t, new float[] {1, 1, NAN, 1, INFINITY, NAN}, 3);
          Array v = heads(t, new float[] {1, 2, NAN, INFINITY, -INFINITY, NAN}, 3);
          double[] first = {1, 2, 1, 2};
          Array bool = array(new float[] {1, 0, 0}).ne(0);
          near(first, sdpa(q, k, v, mask(bool), kernel(kernel)));
          Array additive = array(0, -INFINITY, -INFINITY);
          near(first, sdpa(q, k, v, mask(additive), kernel(kernel)));
          // The second query sees what is not finite, the first does not.
          Array plain = ones(t, 1, 1, 2, 2);
          Array v2 = v.get(":, :, :2");
          double[] out = sdpa(q, plain, v2, causal(), kernel(kernel)).toDoubleArray();
          assertEquals(1, out[0], 1e-2);
          assertEquals(2, out[1], 1e-2);
          assertTrue(Double.isNaN(out[2]), "attends NaN: " + out[2]);
          assertEquals(Double.POSITIVE_INFINITY, out[3]);
          return kernel;
        });
  }

  @Test
  void aMaskOfAnyTypeNeverChangesTheDtype() throws Exception {
    on(
        "sim",
        () -> {
          for (DType type : new DType[] {F16, BF16, F32, F64, BOOL}) {
            Array q = ones(BF16, 1, 1, 2, 4);
            Array out = sdpa(q, q, q, mask(ones(type, 2, 2)));
            assertEquals(BF16, out.dtype());
            double[] expected = new double[8];
            java.util.Arrays.fill(expected, 1);
            assertArrayEquals(expected, out.toDoubleArray());
          }
          return 0;
        });
  }

  @Test
  void theMostNegativeFiniteMaskIsABiasAndNoMask() throws Exception {
    on(
        "sim",
        () -> {
          Array q = ones(1, 1, 1, 2);
          Array k = ones(1, 1, 2, 2);
          Array v = heads(F32, new float[] {1, 2, 3, 4}, 2);
          for (String kernel : List.of("flash", "split")) {
            Array lowest = full(-Float.MAX_VALUE, F32, 1, 2);
            near(new double[] {2, 3}, sdpa(q, k, v, mask(lowest), kernel(kernel)));
            Array wider = full(-Double.MAX_VALUE, F64, 1, 2);
            near(new double[] {2, 3}, sdpa(q, k, v, mask(wider), kernel(kernel)));
          }
          return 0;
        });
  }

  @Test
  void transposedOperandsNeedNoCopy() throws Exception {
    on(
        "sim",
        () -> {
          Array x = normal(key(5), BF16, 1, 40, 3, 16).eval();
          Array seen = x.transpose(0, 2, 1, 3);
          Array out = sdpa(seen, seen, seen, causal());
          assertEquals(1, explain(out).steps().size(), explain(out).text());
          Array dense = seen.add(0.0).eval();
          assertArrayEquals(
              sdpa(dense, dense, dense, causal()).toDoubleArray(), out.toDoubleArray());
          return 0;
        });
  }

  @Test
  void everyKernelThatDidNotRunSaysWhy() throws Exception {
    on(
        "sim",
        () -> {
          Array x = normal(key(2), BF16, 1, 4, 70, 64).eval();
          Dispatch many = dispatch(sdpa(x, x, x));
          assertEquals("flash", many.kernel());
          assertEquals("sim", many.device().toString());
          assertEquals("half types run on tensor cores", many.why());
          assertEquals(
              "mma.sync m16n8k16, 64x64 tiles, weights rounded to the values' type",
              many.details());
          assertEquals(
              "split: Tq*Hq/Hkv=70 > 64: it reads the keys once for a few queries",
              many.refusals().get(0).toString());
          Dispatch one = dispatch(sdpa(x.get(":, :, :1"), x, x));
          assertEquals("split", one.kernel());
          Array wide = normal(key(3), BF16, 1, 1, 4, 160).eval();
          Dispatch dims = dispatch(sdpa(wide, wide, wide));
          assertEquals("split", dims.kernel());
          assertEquals(
              "flash: D=160 > 128: its sums would not fit registers",
              dims.refusals().get(0).toString());
          Array f64 = x.astype(F64);
          Dispatch naive = dispatch(sdpa(f64, f64, f64));
          assertEquals("naive", naive.kernel());
          assertEquals("flash: dtype f64: it computes in f32", naive.refusals().get(0).toString());
          var refused =
              assertThrows(ArrayException.class, () -> sdpa(f64, f64, f64, kernel("flash")).eval());
          assertTrue(refused.getMessage().contains("which refuses: dtype f64"));
          return 0;
        });
  }

  private static Dispatch dispatch(Array x) {
    x.eval();
    return java.util.Objects.requireNonNull(x.dispatch());
  }
}
