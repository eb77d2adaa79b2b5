package lazuli.array.attention;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.Array;
import lazuli.array.KvCache;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Caches against attention to the concatenated tokens. */
class KvCacheTest {
  private static final int B = 2;
  private static final int HEADS = 2;
  private static final int D = 16;

  private static Array tokens(long seed, int count, int dim) {
    return normal(key(seed), B, HEADS, count, dim).eval();
  }

  private static Array queries(long seed, int count) {
    return normal(key(seed), B, 2 * HEADS, count, D).eval();
  }

  private static Array join(List<Array> parts) {
    return concatenate(2, parts.toArray(new Array[0]));
  }

  private static void near(Array expected, Array actual, double tolerance) {
    assertArrayEquals(expected.toDoubleArray(), actual.toDoubleArray(), tolerance);
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "F16", "BF16"})
  void everyStepSeesAllTokensSoFar(DType dtype) {
    KvCache growing = KvCache.growing(dtype, B, HEADS, D, D);
    KvCache fixed = KvCache.fixed(700, dtype, B, HEADS, D, D);
    KvCache pages = KvCache.paged(32, dtype, B, HEADS, D, D);
    KvCache odd = KvCache.paged(7, dtype, B, HEADS, D, D);
    List<Array> keys = new ArrayList<>();
    List<Array> values = new ArrayList<>();
    int[] steps = {5, 1, 1, 250, 1, 300, 2};
    for (int i = 0; i < steps.length; i++) {
      Array k = tokens(10 + i, steps[i], D);
      Array v = tokens(50 + i, steps[i], D);
      keys.add(k.astype(dtype).astype(F32));
      values.add(v.astype(dtype).astype(F32));
      growing = growing.append(k, v);
      fixed = fixed.append(k, v);
      pages = pages.append(k, v);
      odd = odd.append(k, v);
      Array q = queries(90 + i, steps[i]);
      Array expected = sdpa(q, join(keys), join(values), causal(), kernel("reference"));
      near(expected, growing.attend(q, causal()), 1e-5);
      near(expected, fixed.attend(q, causal()), 1e-5);
      for (KvCache paged : List.of(pages, odd)) {
        near(expected, paged.attend(q, causal()), 1e-5);
        for (String kernel : new String[] {"naive", "reference", "flash"}) {
          near(expected, paged.attend(q, causal(), kernel(kernel)), 1e-5);
        }
      }
      near(expected, fixed.attend(q, causal(), kernel("naive")), 1e-5);
    }
    assertEquals(1024, growing.capacity());
    assertArrayEquals(new int[] {560, 560}, growing.lengths());
  }

  @Test
  void aRotatingCacheSeesTheWindowAndTheFirstTokens() {
    for (int sinks : new int[] {0, 3}) {
      KvCache cache = KvCache.rotating(20, sinks, F32, B, HEADS, D, D);
      List<Array> keys = new ArrayList<>();
      List<Array> values = new ArrayList<>();
      for (int i = 0; i < 70; i++) {
        int n = i == 30 ? 6 : 1;
        Array k = tokens(1000 + i, n, D);
        Array v = tokens(2000 + i, n, D);
        keys.add(k);
        values.add(v);
        cache = cache.append(k, v);
        Array q = queries(3000 + i, 1);
        int keep = sinks;
        Array all = join(keys);
        long t = all.shape().dim(2);
        Array expected =
            sdpa(
                q,
                all,
                join(values),
                mask((b, h, x, y) -> y.lt(keep).or(y.ge(t - 20))),
                kernel("reference"));
        near(expected, cache.attend(q), 1e-5);
        near(expected, cache.attend(q, causal()), 1e-5);
        assertEquals(Math.min(t, 20 + sinks), cache.lengths()[0]);
      }
      assertEquals(40 + sinks, cache.capacity());
    }
  }

  @Test
  void anEarlierVersionSeesWhatItWas() {
    for (KvCache empty :
        List.of(
            KvCache.growing(F32, B, HEADS, D, D),
            KvCache.fixed(300, F32, B, HEADS, D, D),
            KvCache.paged(4, F32, B, HEADS, D, D),
            KvCache.rotating(8, 0, F32, B, HEADS, D, D),
            KvCache.rotating(8, 2, F32, B, HEADS, D, D))) {
      KvCache one = empty.append(tokens(1, 6, D), tokens(2, 6, D));
      Array q = queries(3, 2);
      Array lazy = one.attend(q, causal());
      float[] before = one.attend(q, causal()).toFloatArray();
      KvCache later = one;
      for (int i = 0; i < 100; i++) {
        later = later.append(tokens(10 + i, 1, D), tokens(200 + i, 1, D));
      }
      KvCache branch = one.append(tokens(500, 1, D), tokens(501, 1, D));
      assertArrayEquals(before, lazy.toFloatArray(), one + " was read after later appends");
      assertArrayEquals(before, one.attend(q, causal()).toFloatArray());
      // A second append to one version must not write where the first one did.
      Array k = join(List.of(tokens(1, 6, D), tokens(500, 1, D)));
      Array v = join(List.of(tokens(2, 6, D), tokens(501, 1, D)));
      near(sdpa(q, k, v, causal()), branch.attend(q, causal()), 1e-5);
    }
  }

  @Test
  void batchesHaveTheirOwnLengths() {
    batches(KvCache.growing(F32, B, HEADS, D, D));
    batches(KvCache.paged(4, F32, B, HEADS, D, D));
  }

  private static void batches(KvCache empty) {
    KvCache cache = empty;
    Array k = tokens(1, 9, D);
    Array v = tokens(2, 9, D);
    cache = cache.append(k, v, new int[] {9, 4});
    Array k2 = tokens(3, 1, D);
    Array v2 = tokens(4, 1, D);
    cache = cache.append(k2, v2);
    assertArrayEquals(new int[] {10, 5}, cache.lengths());
    Array q = queries(5, 1);
    Array out = cache.attend(q, causal());
    for (int b = 0; b < B; b++) {
      int from = b == 0 ? 0 : 5;
      Array kb = concatenate(2, k.get("{}:{}, :, {}:", b, b + 1, from), k2.get("{}:{}", b, b + 1));
      Array vb = concatenate(2, v.get("{}:{}, :, {}:", b, b + 1, from), v2.get("{}:{}", b, b + 1));
      near(
          sdpa(q.get("{}:{}", b, b + 1), kb, vb, causal(), kernel("reference")),
          out.get("{}:{}", b, b + 1),
          1e-5);
    }
    Array prompt = empty.append(k, v, new int[] {9, 4}).attend(queries(6, 9), causal());
    double[] padding = prompt.get("1, :, :5").toDoubleArray();
    assertArrayEquals(new double[padding.length], padding, "queries of padding see nothing");
  }

  @Test
  void staleSlotsAreNeverRead() {
    Array k = tokens(1, 30, D);
    Array v = tokens(2, 30, D);
    Array q = queries(3, 1);
    Array many = queries(4, 40);
    Array nan = full(Double.NaN, F32, B, HEADS, 200, D);
    Array huge = full(1e30, F32, B, HEADS, 200, D);
    List<float[]> results = new ArrayList<>();
    for (Array stale : List.of(nan, huge)) {
      KvCache clean = KvCache.fixed(256, F32, B, HEADS, D, D);
      // Another version fills the slots behind this one.
      clean.append(stale, stale);
      KvCache cache = clean.append(k, v);
      KvCache dirty = KvCache.fixed(256, F32, B, HEADS, D, D).append(k, v);
      dirty.append(stale, stale);
      for (KvCache c : List.of(cache, dirty)) {
        for (String kernel : new String[] {"flash", "split", "reference"}) {
          results.add(c.attend(q, kernel(kernel)).toFloatArray());
        }
        results.add(c.attend(many, causal()).toFloatArray());
      }
    }
    for (int i = 4; i < results.size(); i++) {
      assertArrayEquals(results.get(i % 4), results.get(i), "case " + i);
    }
  }

  @Test
  void onePlanServesAllLengthsOfAFixedCache() {
    KvCache cache = KvCache.fixed(300, BF16, B, HEADS, D, D);
    Array q = queries(1, 1);
    cache = cache.append(tokens(2, 1, D), tokens(3, 1, D));
    cache.attend(q, causal()).eval();
    KvCache next = cache.append(tokens(4, 1, D), tokens(5, 1, D));
    assertSame(cache.keys(), next.keys(), "an append moved the memory");
    assertEquals(
        explain(cache.attend(q, causal())).text(), explain(next.attend(q, causal())).text());
    KvCache branch = cache.append(tokens(6, 1, D), tokens(7, 1, D));
    assertNotSame(cache.keys(), branch.keys());
  }

  @Test
  void versionsOfAPagedCacheShareFullPages() {
    KvCache cache = KvCache.paged(16, BF16, 1, HEADS, D, D);
    Array k = normal(key(1), 1, HEADS, 40, D);
    KvCache prefix = cache.append(k, k);
    assertEquals(48, prefix.capacity());
    long before = prefix.bytes();
    KvCache[] branches = new KvCache[4];
    for (int i = 0; i < branches.length; i++) {
      Array one = normal(key(10 + i), 1, HEADS, 1, D);
      branches[i] = prefix.append(one, one);
    }
    for (KvCache branch : branches) {
      assertSame(prefix.keys(), branch.keys(), "a branch took memory of its own");
      assertEquals(before, branch.bytes());
    }
    Array q = normal(key(3), 1, 2 * HEADS, 1, D).eval();
    Array one = normal(key(11), 1, HEADS, 1, D);
    Array all = concatenate(2, k.astype(BF16), one.astype(BF16));
    near(sdpa(q, all, all), branches[1].attend(q), 1e-5);
  }

  @Test
  void wrongUseSaysWhatFits() {
    KvCache cache = KvCache.fixed(4, F32, 1, 2, 8, 6);
    Array k = zeros(1, 2, 3, 8);
    Array v = zeros(1, 2, 3, 6);
    KvCache some = cache.append(k, v);
    fails(
        () -> some.append(k, v),
        "append was given [3] tokens for a fixed cache of 4 that holds [3]",
        "at most its capacity",
        "make it larger, or use KvCache.growing or KvCache.rotating");
    fails(
        () -> cache.append(zeros(1, 3, 2, 8), v),
        "append was given k f32[1,3,2,8]",
        "floating k [B, Hkv, T, D] = [1, 2, T, 8]",
        "put heads before tokens: k.transpose(0, 2, 1, 3)");
    fails(
        () -> cache.append(k, zeros(1, 2, 3, 8)),
        "append was given v f32[1,2,3,8]",
        "floating v [B, Hkv, T, Dv] = [1, 2, T, 6]",
        "reshape it, or make the cache for these sizes");
    fails(
        () -> cache.append(k, v, new int[] {4}),
        "append was given k f32[1,2,3,8], v f32[1,2,3,6] and counts [4]",
        "k and v of the same T, and for each of 1 batches a count from 0 to T",
        "slice k and v from the same step");
    fails(
        () -> KvCache.paged(0, F32, 1, 2, 8, 6),
        "paged was given a page size of 0",
        "1 or more",
        "count tokens");
    fails(
        () -> KvCache.fixed(0, F32, 1, 2, 8, 6),
        "fixed was given a capacity of 0",
        "1 or more",
        "count tokens");
    fails(
        () -> KvCache.rotating(4, -1, F32, 1, 2, 8, 6),
        "rotating was given -1 sinks",
        "0 or more",
        "pass 0 for none");
    fails(
        () -> KvCache.rotating(2, 0, F32, 1, 2, 8, 6).append(k, v),
        "append was given 3 tokens for a rotating window of 2",
        "at most the window at once",
        "append them in parts, attending after each");
    fails(
        () -> KvCache.growing(I32, 1, 2, 8, 6),
        "a cache was asked for with dtype i32",
        "f32, f16 or bf16",
        "use bf16: attention takes queries of any type with it");
    fails(
        () -> KvCache.growing(F32, 1, 0, 8, 6),
        "a cache was asked for with sizes B, Hkv, D, Dv = [1, 0, 8, 6]",
        "1 or more each",
        "pass batch, key heads, head dimension and value dimension");
    fails(
        () -> KvCache.rotating(4, 1, F32, 1, 2, 8, 6).append(k, v).attend(k, window(2)),
        "attend of a rotating cache with sinks was given window(2)",
        "causal(), and score changes that do not look at the key's position",
        "leave it out: the first tokens stay while others go, so their distance means nothing");
  }

  private static void fails(Executable call, String given, String accepted, String fix) {
    ArrayException e = assertThrows(ArrayException.class, call);
    assertEquals(given + "\n  accepted: " + accepted + "\n  fix: " + fix, e.getMessage());
  }

  @Test
  void textSaysWhatItHolds() {
    KvCache cache = KvCache.fixed(4, BF16, 1, 2, 8, 6);
    assertEquals(
        "KvCache fixed bf16, B 1, Hkv 2, D 8, Dv 6: tokens [3] of 4 slots, 224 bytes",
        cache.append(zeros(1, 2, 3, 8), zeros(1, 2, 3, 6)).toString());
  }
}
