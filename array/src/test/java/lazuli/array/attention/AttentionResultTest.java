package lazuli.array.attention;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import lazuli.array.Array;
import lazuli.array.AttentionResult;
import lazuli.array.AttentionState;
import lazuli.array.profile.Explanation;
import lazuli.array.type.ArrayException;
import org.junit.jupiter.api.Test;

/** What may be asked about an attention, against weights written out. */
class AttentionResultTest {
  private static final Array Q = normal(key(1), 2, 4, 70, 16).eval();
  private static final Array K = normal(key(2), 2, 2, 90, 16).eval();
  private static final Array V = normal(key(3), 2, 2, 90, 12).eval();

  private static final List<AttentionOption[]> OPTIONS =
      List.of(
          new AttentionOption[] {},
          new AttentionOption[] {causal().and(window(20)), softCap(4)},
          new AttentionOption[] {causalTopLeft(), sinks(array(new float[] {1, 2, 0, -1}))},
          new AttentionOption[] {mask(normal(key(5), 70, 90))});

  private static void near(Array expected, Array actual) {
    assertArrayEquals(expected.shape().dims(), actual.shape().dims());
    assertArrayEquals(expected.toDoubleArray(), actual.toDoubleArray(), 1e-5);
  }

  @Test
  void statisticsAreThoseOfTheWeights() {
    for (AttentionOption[] options : OPTIONS) {
      AttentionResult result = attention(Q, K, V, options);
      Array w = attentionWeights(Q, K, options);
      near(sdpa(Q, K, V, options), result.out());
      near(w.sum(2), result.columnMass());
      Array logs = where(w.gt(0.0), w, onesLike(w)).log();
      near(w.mul(logs).sum(-1).neg(), result.entropy());
      long[] heads = {3, 0};
      long[] queries = {69, 5, 6};
      Array some = result.weights(heads, queries);
      for (int i = 0; i < heads.length; i++) {
        for (int n = 0; n < queries.length; n++) {
          near(w.get(":, {}, {}", heads[i], queries[n]), some.get(":, {}, {}", i, n));
        }
      }
      near(w.get(":, 1:2, 7:8"), result.weights(1, 7));
    }
  }

  @Test
  void topKeysAreTheLargestInOrder() {
    for (AttentionOption[] options : OPTIONS) {
      AttentionResult result = attention(Q, K, V, options);
      double[] w = attentionWeights(Q, K, options).toDoubleArray();
      int[] keys = result.topKeys(3).toIntArray();
      double[] top = result.topWeights(3).toDoubleArray();
      for (int row = 0; row < 2 * 4 * 70; row++) {
        double last = Double.POSITIVE_INFINITY;
        double rest = 1;
        int seen = 0;
        for (int j = 0; j < 90; j++) {
          seen += w[row * 90 + j] > 1e-30 ? 1 : 0;
        }
        for (int i = 0; i < 3; i++) {
          int key = keys[row * 3 + i];
          assertTrue(seen > i ? key >= 0 : true, "row " + row + " sees " + seen);
          double expected = key < 0 ? 0 : w[row * 90 + key];
          assertEquals(expected, top[row * 3 + i], 1e-6);
          assertTrue(top[row * 3 + i] <= last, "not in order in row " + row);
          last = top[row * 3 + i];
          rest -= last;
        }
        for (int j = 0; j < 90; j++) {
          boolean taken = false;
          for (int i = 0; i < 3; i++) {
            taken |= keys[row * 3 + i] == j;
          }
          assertTrue(taken || w[row * 90 + j] <= last + 1e-6, "row " + row + " key " + j);
        }
      }
    }
  }

  @Test
  void namedKernelsOfStatisticsAgree() {
    for (AttentionOption[] options : OPTIONS) {
      AttentionOption[] naive = java.util.Arrays.copyOf(options, options.length + 1);
      naive[options.length] = kernel("naive");
      AttentionResult a = attention(Q, K, V, options);
      AttentionResult b = attention(Q, K, V, naive);
      near(b.columnMass(), a.columnMass());
      near(b.entropy(), a.entropy());
      near(b.topWeights(2), a.topWeights(2));
      near(b.weights(2, 33), a.weights(2, 33));
      near(b.logSumExp(), a.logSumExp());
    }
  }

  @Test
  void nothingOfTqTimesTkIsWritten() {
    AttentionResult result = attention(Q, K, V, causal());
    for (Array x :
        List.of(result.out(), result.logSumExp(), result.columnMass(), result.entropy())) {
      Explanation e = explain(x);
      for (Explanation.Row row : e.steps()) {
        assertTrue(row.bytes() < 4L * 2 * 4 * 70 * 90, e.text());
      }
    }
    Explanation both = explain(result.out(), result.logSumExp());
    long kernels = both.steps().stream().filter(row -> row.op().equals("attention")).count();
    assertEquals(1, kernels, both.text());
  }

  @Test
  void statesOfPartsMergeToTheWhole() {
    for (AttentionOption[] options :
        List.of(new AttentionOption[] {}, new AttentionOption[] {softCap(2)})) {
      AttentionState[] parts = new AttentionState[3];
      int[] ends = {0, 1, 40, 90};
      for (int i = 0; i < 3; i++) {
        Array k = K.get(":, :, {}:{}", ends[i], ends[i + 1]);
        Array v = V.get(":, :, {}:{}", ends[i], ends[i + 1]);
        parts[i] = attention(Q, k, v, options).state();
      }
      AttentionState whole = attention(Q, K, V, options).state();
      AttentionState merged = AttentionState.merge(parts);
      assertArrayEquals(whole.out().toDoubleArray(), merged.out().toDoubleArray(), 2e-6);
      assertArrayEquals(
          whole.logSumExp().toDoubleArray(), merged.logSumExp().toDoubleArray(), 2e-6);
    }
    Array nothing = zeros(2, 2, 0, 16);
    AttentionState empty = attention(Q, nothing, zeros(2, 2, 0, 12)).state();
    AttentionState merged = AttentionState.merge(empty, empty);
    assertEquals(Double.NEGATIVE_INFINITY, merged.logSumExp().max().item());
    assertEquals(0, merged.out().abs().max().item());
    ArrayException e =
        assertThrows(
            ArrayException.class, () -> AttentionState.merge(empty, attention(Q, K, K).state()));
    assertEquals(
        "merge was given states of shapes [2,4,70,12] and [2,4,70,16]\n"
            + "  accepted: states of the same queries, [B, Hq, Tq, Dv]\n"
            + "  fix: attend with the same q to each part of the keys",
        e.getMessage());
  }

  @Test
  void wrongRowsSayWhatFits() {
    AttentionResult result = attention(Q, K, V);
    assertEquals(
        "weights was given heads [4]\n"
            + "  accepted: numbers from 0 to 3\n"
            + "  fix: count from 0; negative numbers do not count from the end here",
        assertThrows(ArrayException.class, () -> result.weights(4, 0)).getMessage());
    assertEquals(
        "topKeys was given 91 for 90 keys\n  accepted: 1 to 90\n  fix: ask for fewer keys",
        assertThrows(ArrayException.class, () -> result.topKeys(91)).getMessage());
  }
}
