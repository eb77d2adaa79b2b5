package lazuli.array.attention;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import lazuli.array.Array;
import lazuli.array.KvCache;
import lazuli.array.profile.Dispatch;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Caches of codes: every kernel reads the same numbers, and how far they are off is told. */
class QuantisedCacheTest {
  private static final int B = 2;
  private static final int HEADS = 2;
  private static final int D = 64;
  private static final int DV = 96;

  private static Array tokens(long seed, int count, int dim) {
    return normal(key(seed), B, HEADS, count, dim).eval();
  }

  private static KvCache filled(KvFormat format, int tokens) {
    return filled(KvCache.growing(BF16, B, HEADS, D, DV), format, tokens);
  }

  private static KvCache filled(KvCache empty, KvFormat format, int tokens) {
    KvCache cache = empty.quantised(format);
    for (int at = 0; at < tokens; at += 90) {
      int n = Math.min(90, tokens - at);
      cache = cache.append(tokens(10 + at, n, D), tokens(500 + at, n, DV));
    }
    return cache;
  }

  @ParameterizedTest
  @EnumSource(
      value = KvFormat.class,
      names = {"INT8", "INT4", "FP8"})
  void everyKernelReadsTheSameNumbers(KvFormat format) {
    readsTheSame(filled(KvCache.growing(BF16, B, HEADS, D, DV), format, 300), format);
    readsTheSame(filled(KvCache.paged(16, BF16, B, HEADS, D, DV), format, 100), format);
  }

  private static void readsTheSame(KvCache cache, KvFormat format) {
    assertEquals(format, cache.format());
    for (int queries : new int[] {1, 7, 70}) {
      for (DType dtype : new DType[] {F32, BF16, F64}) {
        Array q = normal(key(7), B, 2 * HEADS, queries, D).astype(dtype).eval();
        double[] expected = cache.attend(q, causal(), kernel("reference")).toDoubleArray();
        assertEquals(dtype, cache.attend(q).dtype());
        for (String kernel : new String[] {"naive", "flash", "split"}) {
          if (dtype == F64 && !kernel.equals("naive") || kernel.equals("split") && queries > 8) {
            continue;
          }
          double[] actual = cache.attend(q, causal(), kernel(kernel)).toDoubleArray();
          double tolerance = dtype == BF16 ? 2e-2 : 2e-5;
          for (int i = 0; i < expected.length; i++) {
            double off = Math.abs(expected[i] - actual[i]);
            assertTrue(
                off <= tolerance * (1 + Math.abs(expected[i])),
                format
                    + " "
                    + kernel
                    + " "
                    + dtype
                    + " ["
                    + i
                    + "] "
                    + expected[i]
                    + " "
                    + actual[i]);
          }
        }
      }
    }
  }

  @Test
  void theErrorIsThatOfTheCodes() {
    double[] limits = {0.012, 0.12, 0.04};
    KvFormat[] formats = {KvFormat.INT8, KvFormat.INT4, KvFormat.FP8};
    Array k = tokens(10, 90, D);
    Array v = tokens(500, 90, DV);
    Array q = normal(key(7), B, 2 * HEADS, 1, D).eval();
    double[] exact = sdpa(q, k, v, kernel("reference")).toDoubleArray();
    double before = 0;
    for (int i = 0; i < 3; i++) {
      KvCache cache = filled(formats[i], 90);
      KvCache.Error error = cache.error();
      assertTrue(error.keyRms() > 0.001 && error.keyRms() < limits[i], formats[i] + " " + error);
      assertTrue(
          error.valueRms() > 0.001 && error.valueRms() < limits[i], formats[i] + " " + error);
      assertTrue(error.keyMax() > 0 && error.valueMax() > 0, error.toString());
      double[] out = cache.attend(q).toDoubleArray();
      double off = 0;
      for (int j = 0; j < out.length; j++) {
        off = Math.max(off, Math.abs(out[j] - exact[j]));
      }
      assertTrue(off > 0 && off < limits[i], formats[i] + ": " + off);
      before = Math.max(before, off);
    }
    assertEquals(new KvCache.Error(0, 0, 0, 0), KvCache.growing(F32, 1, 1, 32, 32).error());
  }

  @Test
  void codesTakeLessMemoryThanBf16AtEveryLength() {
    for (int tokens : new int[] {1, 90, 300, 700}) {
      KvCache plain = filled(KvFormat.PLAIN, tokens);
      for (KvFormat format : List.of(KvFormat.INT8, KvFormat.INT4, KvFormat.FP8)) {
        KvCache cache = filled(format, tokens);
        double most = format == KvFormat.INT4 ? 0.3 : 0.52;
        assertTrue(
            cache.bytes() < most * plain.bytes(),
            format + ": " + cache.bytes() + " " + plain.bytes());
      }
    }
  }

  @Test
  void theTileLoadConvertsAndNothingIsWrittenOut() {
    KvCache cache = filled(KvFormat.INT8, 300);
    Array q = normal(key(7), B, 2 * HEADS, 1, D).eval();
    Array out = cache.attend(q);
    assertEquals(1, explain(out).steps().size(), explain(out).text());
    out.eval();
    Dispatch dispatch = out.dispatch();
    assertNotNull(dispatch);
    assertEquals("split", dispatch.kernel());
    assertEquals(
        List.of(
            new Dispatch.Cast("k", DType.I8, F32, "tile load", "promotion"),
            new Dispatch.Cast("v", DType.I8, F32, "tile load", "promotion")),
        dispatch.casts().subList(0, 2));
  }

  @Test
  void staleSlotsAndNansStayWhereTheyAre() {
    Array q = normal(key(7), B, 2 * HEADS, 1, D).eval();
    for (KvFormat format : List.of(KvFormat.INT8, KvFormat.INT4, KvFormat.FP8)) {
      KvCache cache = KvCache.fixed(200, BF16, B, HEADS, D, DV).quantised(format);
      cache = cache.append(tokens(1, 30, D), tokens(2, 30, DV));
      float[] clean = cache.attend(q).toFloatArray();
      Array nan = full(Double.NaN, F32, B, HEADS, 100, D);
      KvCache dirty = cache.append(nan, full(Double.NaN, F32, B, HEADS, 100, DV));
      assertArrayEquals(clean, cache.attend(q).toFloatArray(), format + " stale");
      float[] seen = dirty.attend(q).toFloatArray();
      for (float x : seen) {
        assertTrue(Float.isNaN(x), format + " attended NaN gave " + x);
      }
    }
  }

  @Test
  void wrongUseSaysWhatFits() {
    ArrayException e =
        assertThrows(
            ArrayException.class,
            () -> KvCache.growing(F32, 1, 1, 40, 32).quantised(KvFormat.INT4));
    assertEquals(
        "quantised was given int4 for D 40 and Dv 32\n"
            + "  accepted: multiples of 32\n"
            + "  fix: use KvFormat.INT8, which takes any",
        e.getMessage());
    KvCache some = KvCache.growing(F32, 1, 1, 8, 8).append(zeros(1, 1, 2, 8), zeros(1, 1, 2, 8));
    e = assertThrows(ArrayException.class, () -> some.quantised(KvFormat.INT8));
    assertEquals(
        "quantised was called on a cache that holds [2] tokens\n"
            + "  accepted: an empty cache\n"
            + "  fix: call it before the first append",
        e.getMessage());
  }
}
