package lazuli.array.attention;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lazuli.array.Array;
import lazuli.array.type.DType;
import lazuli.array.type.Tolerance;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rows of MLX's attention tests that the grid of shapes does not have: masks of every form that
 * broadcasts, 32 query heads on 32 and 8 key heads, operands as projections leave them, sinks. Held
 * against the float64 kernel, which other tests hold against loops.
 */
class MlxGridTest {
  private int compared;

  private static Array rows(long seed, DType dtype, long batch, long heads, long tokens, long dim) {
    return normal(key(seed), batch, heads, tokens, dim).astype(dtype).eval();
  }

  /** The same numbers in memory as [B, T, H, D]. */
  private static Array transposed(Array x) {
    return x.transpose(0, 2, 1, 3).add(0).eval().transpose(0, 2, 1, 3);
  }

  private void check(
      List<String> wrong, String where, Array q, Array k, Array v, AttentionOption... options) {
    double[] expected =
        sdpa(q.astype(F64), k.astype(F64), v.astype(F64), with(options, "reference"))
            .toDoubleArray();
    for (String kernel : new String[] {"naive", "flash", "split"}) {
      if (kernel.equals("split") && q.shape().dim(2) > 8) {
        continue;
      }
      double[] actual = sdpa(q, k, v, with(options, kernel)).toDoubleArray();
      // The unfused form rounds its scores and weights to a half type.
      double factor = kernel.equals("naive") && q.dtype().isHalf() ? 8 : 1;
      for (int i = 0; i < expected.length; i++) {
        double off = Math.abs(expected[i] - actual[i]);
        if (!(off <= factor * Tolerance.bound(q.dtype(), expected[i]))) {
          wrong.add(where + " " + kernel + " [" + i + "] " + actual[i] + ", " + expected[i]);
          break;
        }
      }
      compared++;
    }
  }

  private static AttentionOption[] with(AttentionOption[] options, String kernel) {
    List<AttentionOption> all = new ArrayList<>(List.of(options));
    all.add(kernel(kernel));
    return all.toArray(new AttentionOption[0]);
  }

  /** Masks in every form, for so many queries and keys. */
  private static Map<String, Array> masks(long queries, long keys) {
    Array seen = uniform(key(5), queries, keys).lt(0.5).logicalOr(arange(keys).eq(0));
    Map<String, Array> all = new LinkedHashMap<>();
    all.put("scalar", full(0.25, F32));
    all.put("true", full(1, DType.BOOL, 1));
    all.put("a row", normal(key(6), keys));
    all.put("bool row", uniform(key(7), keys).lt(0.5).logicalOr(arange(keys).eq(0)));
    all.put("a column", normal(key(8), queries, 1));
    all.put("bool", seen);
    all.put("transposed", normal(key(9), keys, queries).t());
    all.put("log of bool", seen.astype(F32).log());
    all.put("heads", normal(key(10), 4, 1, keys));
    all.put("batches", uniform(key(11), 2, 1, queries, keys).lt(0.9));
    return all;
  }

  private void maskForms(int keys, DType... types) {
    List<String> wrong = new ArrayList<>();
    for (DType dtype : types) {
      for (int queries : new int[] {1, 5, 43}) {
        Array q = rows(1, dtype, 2, 4, queries, 64);
        Array k = rows(2, dtype, 2, 2, keys, 64);
        Array v = rows(3, dtype, 2, 2, keys, 64);
        masks(queries, keys)
            .forEach(
                (name, mask) -> {
                  String where = dtype + " Tq " + queries + " " + name;
                  check(wrong, where, q, k, v, mask(mask));
                  check(wrong, where + ", causal", q, k, v, mask(mask), causal());
                });
      }
    }
    assertEquals(List.of(), wrong);
    assertTrue(compared >= 100 * types.length, "compared " + compared);
  }

  @ParameterizedTest
  @ValueSource(ints = 43)
  void masksOfEveryForm(int keys) {
    maskForms(keys, F32, BF16);
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(ints = 4096)
  void masksOfEveryFormOnManyKeys(int keys) {
    maskForms(keys, F32, BF16, F16);
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(ints = {7, 9, 32, 63, 67, 129, 400, 2000})
  void decodingWithManyHeads(int keys) {
    List<String> wrong = new ArrayList<>();
    for (int heads : new int[] {32, 8}) {
      for (DType dtype : new DType[] {F32, F16, BF16}) {
        Array q = rows(1, dtype, 1, 32, 1, 64);
        Array k = rows(2, dtype, 1, heads, keys, 64);
        Array v = rows(3, dtype, 1, heads, keys, 64);
        Array bias = normal(key(4), 1, 1, 1, keys);
        for (boolean other : new boolean[] {false, true}) {
          Array q2 = other ? transposed(q) : q;
          Array k2 = other ? transposed(k) : k;
          Array v2 = other ? transposed(v) : v;
          String where = "Tk " + keys + " Hkv " + heads + " " + dtype + " transposed " + other;
          check(wrong, where + " none", q2, k2, v2);
          check(wrong, where + " causal", q2, k2, v2, causal());
          check(wrong, where + " bool", q2, k2, v2, mask(bias.gt(-1)));
          check(wrong, where + " additive", q2, k2, v2, mask(bias));
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8})
  void sinksTakeWeightAndGiveNoValue(int heads) {
    sinks(heads, 128, F32, F16);
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(ints = {2, 8})
  void sinksOnManyKeys(int heads) {
    sinks(heads, 4096, F32, F16, BF16);
  }

  private void sinks(int heads, int keys, DType... types) {
    List<String> wrong = new ArrayList<>();
    for (DType dtype : types) {
      for (int queries : new int[] {1, 128}) {
        Array q = rows(1, dtype, 1, 8, queries, 64);
        Array k = rows(2, dtype, 1, heads, keys, 64);
        Array v = rows(3, dtype, 1, heads, keys, 64);
        Array logits = normal(key(4), 8).mul(3);
        String where = "Tq " + queries + " " + dtype;
        check(wrong, where, q, k, v, lazuli.array.Lazuli.sinks(logits));
        check(wrong, where + " causal", q, k, v, lazuli.array.Lazuli.sinks(logits), causal());
      }
    }
    assertEquals(List.of(), wrong);
  }
}
