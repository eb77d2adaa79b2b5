package lazuli.array.attention;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.Array;
import lazuli.array.cpu.Workers;
import lazuli.array.cpu.code.Bf16Code;
import lazuli.array.cpu.code.MachineCode;
import lazuli.array.profile.Dispatch;
import lazuli.array.type.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What attention means at its edges: one rule on every path. */
class AttentionMeaningTest {
  private static final float NAN = Float.NaN;
  private static final float INFINITY = Float.POSITIVE_INFINITY;

  private static Array heads(float[] values, long rows) {
    return array(values).reshape(1, 1, rows, values.length / rows);
  }

  private static void near(double[] expected, Array actual) {
    assertArrayEquals(expected, actual.toDoubleArray(), 1e-6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"naive", "reference", "flash", "split"})
  void aQueryThatSeesNoKeyGivesExactlyZero(String kernel) {
    Array q = ones(1, 1, 3, 2);
    Array k = ones(1, 1, 2, 2);
    Array v = heads(new float[] {1, 2, 3, 4}, 2);
    near(new double[] {0, 0, 1, 2, 2, 3}, sdpa(q, k, v, causal(), kernel(kernel)));
    Array none = array(new float[][] {{1, 1}, {0, 0}, {0, 1}}).ne(0);
    near(new double[] {2, 3, 0, 0, 3, 4}, sdpa(q, k, v, mask(none), kernel(kernel)));
    Array minus = zeros(3, 2).sub(Double.POSITIVE_INFINITY);
    assertArrayEquals(new double[6], sdpa(q, k, v, mask(minus), kernel(kernel)).toDoubleArray());
    assertArrayEquals(
        new double[6],
        sdpa(q, zeros(1, 1, 0, 2), zeros(1, 1, 0, 2), kernel(kernel)).toDoubleArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"naive", "reference", "flash", "split"})
  void nothingLeaksFromMaskedPositions(String kernel) {
    Array q = ones(1, 1, 2, 2);
    Array k = heads(new float[] {1, 1, NAN, 1, INFINITY, NAN}, 3);
    Array v = heads(new float[] {1, 2, NAN, INFINITY, -INFINITY, NAN}, 3);
    double[] first = {1, 2, 1, 2};
    Array bool = array(new float[] {1, 0, 0}).ne(0);
    near(first, sdpa(q, k, v, mask(bool), kernel(kernel)));
    Array rows = array(new float[][] {{1, 0, 0}, {1, 0, 0}}).ne(0);
    near(first, sdpa(q, k, v, mask(rows), kernel(kernel)));
    Array additive = array(0, -INFINITY, -INFINITY);
    near(first, sdpa(q, k, v, mask(additive), kernel(kernel)));
    Array k2 = k.get(":, :, :2");
    Array v2 = v.get(":, :, :2");
    double[] out = sdpa(q, k2, v2, causal(), kernel(kernel)).toDoubleArray();
    assertEquals(1, out[0], 1e-6);
    assertEquals(2, out[1], 1e-6);
    assertTrue(Double.isNaN(out[2]), "the second query attends the NaN key: " + out[2]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"naive", "reference", "flash", "split"})
  void aNanThatIsAttendedPropagatesToItsOwnResultOnly(String kernel) {
    Array q = ones(1, 1, 2, 2);
    Array k = ones(1, 1, 2, 2);
    Array v = heads(new float[] {1, 2, NAN, 4}, 2);
    double[] out = sdpa(q, k, v, causal(), kernel(kernel)).toDoubleArray();
    assertEquals(1, out[0], 1e-6);
    assertEquals(2, out[1], 1e-6);
    assertTrue(Double.isNaN(out[2]), "value NaN: " + out[2]);
    assertEquals(3, out[3], 1e-6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"naive", "reference", "flash", "split"})
  void nansOfAnyPayloadStayNan(String kernel) {
    Array q = ones(1, 1, 1, 1);
    for (int bits : new int[] {0x7fc00000, 0x7fffffff, 0xffffffff, 0x7fc00001}) {
      Array k = heads(new float[] {1, Float.intBitsToFloat(bits)}, 2);
      double out = sdpa(q, k, ones(1, 1, 2, 1), kernel(kernel)).item();
      assertTrue(Double.isNaN(out), Integer.toHexString(bits) + " gave " + out);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"naive", "reference", "flash", "split"})
  void theMostNegativeFiniteMaskIsABiasAndNoMask(String kernel) {
    Array q = ones(1, 1, 1, 2);
    Array k = ones(1, 1, 2, 2);
    Array v = heads(new float[] {1, 2, 3, 4}, 2);
    Array lowest = full(-Float.MAX_VALUE, F32, 1, 2);
    near(new double[] {2, 3}, sdpa(q, k, v, mask(lowest), kernel(kernel)));
    Array wider = full(-Double.MAX_VALUE, F64, 1, 2);
    near(new double[] {2, 3}, sdpa(q, k, v, mask(wider), kernel(kernel)));
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F16", "BF16", "F32", "F64", "BOOL"})
  void aMaskNeverChangesTheDtype(DType maskType) {
    Array q = ones(BF16, 1, 1, 2, 4);
    Array out = sdpa(q, q, q, mask(ones(maskType, 2, 2)));
    assertEquals(BF16, out.dtype());
    double[] expected = new double[8];
    java.util.Arrays.fill(expected, 1);
    assertArrayEquals(expected, out.toDoubleArray());
  }

  @Test
  void mixedTypesAreConvertedInTheTileLoadAndListed() {
    Array q = normal(key(1), F32, 1, 2, 4, 16);
    Array k = normal(key(2), BF16, 1, 2, 6, 16);
    Array v = normal(key(3), F16, 1, 2, 6, 16);
    Array m = zeros(BF16, 4, 6);
    for (String kernel : new String[] {"flash", "split"}) {
      Array out = sdpa(q, k, v, mask(m), kernel(kernel));
      assertEquals(F32, out.dtype());
      double[] plain = sdpa(q, k.astype(F32), v.astype(F32), kernel(kernel)).toDoubleArray();
      assertArrayEquals(plain, out.toDoubleArray());
      assertEquals(
          List.of(
              new Dispatch.Cast("k", BF16, F32, "tile load", "promotion"),
              new Dispatch.Cast("v", F16, F32, "tile load", "promotion"),
              new Dispatch.Cast("mask", BF16, F32, "tile load", "kernel")),
          dispatch(out).casts());
    }
  }

  @Test
  void integersArePromotedToTheFloatingOperand() {
    Array q = ones(I32, 1, 1, 2, 4);
    Array out = sdpa(q, q, ones(BF16, 1, 1, 2, 4));
    assertEquals(BF16, out.dtype());
    assertEquals(1, out.toDoubleArray()[0]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"naive", "reference", "flash", "split"})
  void aBatchOfOneRepeats(String kernel) {
    Array q = normal(key(1), 3, 2, 4, 8);
    Array k = normal(key(2), 1, 2, 5, 8);
    Array v = normal(key(3), 3, 2, 5, 8);
    Array repeated = k.broadcastTo(3, 2, 5, 8);
    near(sdpa(q, repeated, v, kernel(kernel)).toDoubleArray(), sdpa(q, k, v, kernel(kernel)));
    near(
        sdpa(q.get("0:1").broadcastTo(3, 2, 4, 8), repeated, v).toDoubleArray(),
        sdpa(q.get("0:1"), k, v, kernel(kernel)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"naive", "reference", "flash", "split"})
  void transposedOperandsNeedNoCopyAndGiveTheSame(String kernel) {
    Array x = normal(key(5), 1, 6, 3, 8).eval();
    Array seen = x.transpose(0, 2, 1, 3);
    double[] dense =
        sdpa(seen.add(0.0), seen.add(0.0), seen.add(0.0), causal(), kernel(kernel)).toDoubleArray();
    Array out = sdpa(seen, seen, seen, causal(), kernel(kernel));
    if (!kernel.equals("naive")) {
      assertEquals(1, explain(out).steps().size(), explain(out).text());
    }
    near(dense, out);
  }

  @Test
  void alignmentsDifferOnlyWhereLengthsDo() {
    Array q = ones(1, 1, 2, 2);
    Array k = ones(1, 1, 3, 2);
    Array v = heads(new float[] {1, 4, 10}, 3);
    near(new double[] {2.5, 5}, sdpa(q, k, v, causal()));
    near(new double[] {1, 2.5}, sdpa(q, k, v, causalTopLeft()));
    Array m = array(new float[] {1, 0, 1}).ne(0);
    near(new double[] {1, 5.5}, sdpa(q, k, v, causal(), mask(m)));
  }

  @Test
  void scaleReplacesTheDefault() {
    Array q = heads(new float[] {1}, 1);
    Array k = heads(new float[] {1, 0}, 2);
    Array v = heads(new float[] {1, 0}, 2);
    double e3 = Math.exp(3);
    near(new double[] {e3 / (e3 + 1)}, sdpa(q, k, v, scale(3)));
    near(new double[] {0.5}, sdpa(q, k, v, scale(0)));
  }

  @Test
  void resultsAreTheSameBitsForAnyNumberOfThreads() {
    Array q = normal(key(1), 2, 4, 150, 32).eval();
    Array k = normal(key(2), 2, 2, 700, 32).eval();
    Array v = normal(key(3), 2, 2, 700, 40).eval();
    Array few = q.get(":, :, :5");
    int before = Workers.threads();
    List<float[]> flash = new ArrayList<>();
    List<float[]> split = new ArrayList<>();
    try {
      for (int threads : new int[] {1, 2, 3, 7}) {
        Workers.threads(threads);
        flash.add(sdpa(q, k, v, causal(), kernel("flash")).toFloatArray());
        split.add(sdpa(few, k, v, kernel("split")).toFloatArray());
      }
    } finally {
      Workers.threads(before);
    }
    for (int i = 1; i < flash.size(); i++) {
      assertArrayEquals(flash.get(0), flash.get(i));
      assertArrayEquals(split.get(0), split.get(i));
    }
  }

  @Test
  void thePlanTakesSplitForFewQueriesAndFlashForMany() {
    Array k = normal(key(2), 1, 4, 300, 64);
    Dispatch one = dispatch(sdpa(normal(key(1), 1, 4, 1, 64), k, k));
    assertEquals("split", one.kernel());
    assertEquals("Tq=1: keys and values are read once for each key head", one.why());
    Dispatch many = dispatch(sdpa(normal(key(1), 1, 4, 200, 64), k, k));
    assertEquals("flash", many.kernel());
    assertEquals("tiles keep the 200 x 300 scores in cache", many.why());
    assertEquals("64x256 tiles", many.details());
    assertEquals(
        List.of("reference", "split", "naive"),
        many.refusals().stream().map(r -> r.kernel()).toList());
    Dispatch wide = dispatch(sdpa(k, k, k.astype(F64)));
    assertEquals("reference", wide.kernel());
    assertEquals("the only kernel that computes in float64", wide.why());
    assertEquals(
        List.of(
            new Dispatch.Cast("q", F32, F64, "tile load", "promotion"),
            new Dispatch.Cast("k", F32, F64, "tile load", "promotion")),
        wide.casts());
  }

  @Test
  void halfTypesNameTheirOneRounding() {
    Array x = normal(key(2), BF16, 1, 4, 300, 64);
    Bf16Code code = MachineCode.bf16();
    assertEquals(
        code == null
            ? "64x256 tiles, f32 inside, result rounded once to bf16"
            : "64x256 tiles, bf16 products by "
                + code.name()
                + ", weights rounded to bf16, f32 sums, result rounded once to bf16",
        dispatch(sdpa(x, x, x)).details());
    Array one = x.get(":, :, :1");
    assertEquals(
        "2 splits of 256 keys, f32 inside, result rounded once to bf16",
        dispatch(sdpa(one, x, x)).details());
  }

  @Test
  void weightsAreTheSoftmaxThatSdpaUses() {
    Array q = normal(key(1), 2, 4, 6, 8);
    Array k = normal(key(2), 2, 2, 7, 8);
    Array v = normal(key(3), 2, 2, 7, 5);
    Array w = attentionWeights(q, k, causal());
    assertArrayEquals(new long[] {2, 4, 6, 7}, w.shape().dims());
    assertNull(w.dispatch());
    near(
        sdpa(q, k, v, causal()).toDoubleArray(),
        w.reshape(2, 2, 2, 6, 7).matmul(v.expandDims(2)).reshape(2, 4, 6, 5));
    double[] sums = w.sum(-1).toDoubleArray();
    for (double sum : sums) {
      assertEquals(1, sum, 1e-6);
    }
    assertEquals(0, attentionWeights(q, k.get(":, :, :0")).size());
    assertFalse(Double.isNaN(w.get("0, 0, 0, 6").item()));
  }

  private static Dispatch dispatch(Array x) {
    x.eval();
    Dispatch dispatch = x.dispatch();
    assertNotNull(dispatch);
    return dispatch;
  }
}
