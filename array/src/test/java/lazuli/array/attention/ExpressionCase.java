package lazuli.array.attention;

import static lazuli.array.Lazuli.*;

import java.util.List;
import java.util.Random;
import lazuli.array.Array;
import lazuli.array.type.DType;

/**
 * A mask and a score change beside their meaning in plain Java, and attention in float64 loops that
 * look at nothing else: the oracle of expressions. Independent of every kernel and of the terms.
 *
 * @param mask the mask, or null
 * @param sees its meaning
 * @param score the score change, or null
 * @param changed its meaning
 * @param aligned whether positions beyond the lengths are asked, so that Tq must not pass Tk
 */
record ExpressionCase(
    String name, Mask mask, Sees sees, Score score, Changed changed, boolean aligned) {

  /** Whether a query sees a key; tq and tk are the lengths. */
  interface Sees {
    boolean at(int b, int h, int q, int k, int tq, int tk);
  }

  /** What a score becomes. */
  interface Changed {
    double at(double s, int b, int h, int q, int k, int tq, int tk);
  }

  /** Sizes of one attention. */
  record Sizes(int batch, int heads, int keyHeads, int queries, int keys, int dim, int valueDim) {}

  private static final Sees ALL = (b, h, q, k, tq, tk) -> true;
  private static final Changed SAME = (s, b, h, q, k, tq, tk) -> s;
  private static final int HEADS = 4;
  private static final int MOST = 700;

  private static ExpressionCase masked(String name, Mask mask, Sees sees) {
    return new ExpressionCase(name, mask, sees, null, SAME, false);
  }

  private static ExpressionCase scored(String name, Score score, Changed changed) {
    return new ExpressionCase(name, null, ALL, score, changed, false);
  }

  private static int document(int k) {
    return k / 37;
  }

  private static Array ids() {
    int[] ids = new int[MOST];
    for (int k = 0; k < MOST; k++) {
      ids[k] = document(k);
    }
    return array(ids);
  }

  private static float slope(int h) {
    return (float) Math.pow(2, -8.0 * (h + 1) / HEADS);
  }

  /** Every named mask and score change, their combinations, and functions. */
  static List<ExpressionCase> all() {
    Sees causal = (b, h, q, k, tq, tk) -> k <= q + tk - tq;
    Array table = array(new float[] {0.5f, -1, 2, 0.25f});
    Array flags = array(new boolean[] {true, false, true, true, false});
    return List.of(
        masked("causal", causal(), causal),
        masked("top left", causalTopLeft(), (b, h, q, k, tq, tk) -> k <= q),
        masked("window", window(40), (b, h, q, k, tq, tk) -> q + tk - tq - k < 40),
        masked(
            "causal window",
            causal().and(window(100)),
            (b, h, q, k, tq, tk) -> k <= q + tk - tq && q + tk - tq - k < 100),
        masked(
            "window of both sides",
            window(5, 9),
            (b, h, q, k, tq, tk) -> k >= q + tk - tq - 5 && k <= q + tk - tq + 9),
        masked(
            "prefix", causal().or(prefix(20)), (b, h, q, k, tq, tk) -> k <= q + tk - tq || k < 20),
        masked(
            "dilated", dilated(3), (b, h, q, k, tq, tk) -> Math.floorMod(q + tk - tq - k, 3) == 0),
        masked(
            "dilated window",
            dilated(4).and(window(30)).and(causal()),
            (b, h, q, k, tq, tk) -> {
              int d = q + tk - tq - k;
              return d >= 0 && d < 30 && d % 4 == 0;
            }),
        masked(
            "global plus local",
            globalPlusLocal(4, 16),
            (b, h, q, k, tq, tk) -> {
              int p = q + tk - tq;
              return k < 4 || p < 4 || Math.abs(p - k) <= 16;
            }),
        masked(
            "not",
            window(12).not().and(causal()),
            (b, h, q, k, tq, tk) -> k <= q + tk - tq && q + tk - tq - k >= 12),
        masked(
            "nothing",
            lazuli.array.Lazuli.mask((b, h, q, k) -> k.lt(0)),
            (b, h, q, k, tq, tk) -> false),
        masked(
            "heads and batches",
            lazuli.array.Lazuli.mask((b, h, q, k) -> k.add(h).mod(5).ne(b)),
            (b, h, q, k, tq, tk) -> (k + h) % 5 != b),
        masked(
            "where",
            lazuli.array.Lazuli.mask(
                (b, h, q, k) -> h.mod(2).eq(0).where(k, q.aligned()).mod(7).lt(4)),
            (b, h, q, k, tq, tk) -> Math.floorMod(h % 2 == 0 ? k : q + tk - tq, 7) < 4),
        masked(
            "flags",
            lazuli.array.Lazuli.mask((b, h, q, k) -> conditionAt(flags, k.mod(5))),
            (b, h, q, k, tq, tk) -> k % 5 != 1 && k % 5 != 4),
        new ExpressionCase(
            "documents",
            documents(ids()).and(causal()),
            (b, h, q, k, tq, tk) -> k <= q + tk - tq && document(q + tk - tq) == document(k),
            null,
            SAME,
            true),
        new ExpressionCase(
            "shared prefix",
            sharedPrefix(10, ids()),
            (b, h, q, k, tq, tk) -> k < 10 || document(q + tk - tq) == document(k),
            null,
            SAME,
            true),
        scored(
            "alibi",
            alibi(alibiSlopes(HEADS)),
            (s, b, h, q, k, tq, tk) -> s - Math.abs(q + tk - tq - k) * slope(h)),
        scored("soft cap", softCap(1.5), (s, b, h, q, k, tq, tk) -> 1.5 * Math.tanh(s / 1.5)),
        scored(
            "function",
            lazuli.array.Lazuli.score(
                (s, b, h, q, k) -> s.mul(2).add(valueAt(table, h)).sub(k.mod(3).mul(0.125))),
            (s, b, h, q, k, tq, tk) ->
                2 * s + new double[] {0.5, -1, 2, 0.25}[h] - 0.125 * (k % 3)),
        scored(
            "hides",
            lazuli.array.Lazuli.score(
                (s, b, h, q, k) -> k.mod(3).ne(1).where(s, Double.NEGATIVE_INFINITY)),
            (s, b, h, q, k, tq, tk) -> k % 3 == 1 ? Double.NEGATIVE_INFINITY : s),
        new ExpressionCase(
            "alibi, soft cap and window",
            causal().and(window(33)),
            (b, h, q, k, tq, tk) -> k <= q + tk - tq && q + tk - tq - k < 33,
            alibi(alibiSlopes(HEADS)).then(softCap(3)),
            (s, b, h, q, k, tq, tk) ->
                3 * Math.tanh((s - Math.abs(q + tk - tq - k) * slope(h)) / 3),
            false));
  }

  /** Operands in the values that a type holds. */
  record Data(double[] q, double[] k, double[] v, double[] sinks) {
    static Data random(Sizes s, DType dtype, long seed) {
      Random random = new Random(seed);
      return new Data(
          normal(random, s.batch() * s.heads() * s.queries() * s.dim(), dtype),
          normal(random, s.batch() * s.keyHeads() * s.keys() * s.dim(), dtype),
          normal(random, s.batch() * s.keyHeads() * s.keys() * s.valueDim(), dtype),
          normal(random, s.heads(), dtype));
    }

    private static double[] normal(Random random, int n, DType dtype) {
      double[] x = new double[n];
      for (int i = 0; i < n; i++) {
        x[i] = lazuli.array.type.Rounding.to(dtype, random.nextGaussian());
      }
      return x;
    }
  }

  /** What an attention gives: results [B, Hq, Tq, Dv] and log-sum-exps [B, Hq, Tq]. */
  record Expected(double[] out, double[] logSumExp) {}

  /** The oracle; keys of batch b are start[b] to end[b] - 1. */
  Expected expected(Sizes s, Data x, int[] start, int[] end, boolean sinks) {
    double[] out = new double[s.batch() * s.heads() * s.queries() * s.valueDim()];
    double[] lse = new double[s.batch() * s.heads() * s.queries()];
    double scale = 1 / Math.sqrt(s.dim());
    for (int b = 0; b < s.batch(); b++) {
      int tk = end[b] - start[b];
      double[] p = new double[Math.max(0, tk)];
      for (int h = 0; h < s.heads(); h++) {
        int kv = (b * s.keyHeads() + h / (s.heads() / s.keyHeads())) * s.keys() + start[b];
        for (int t = 0; t < s.queries(); t++) {
          int row = (b * s.heads() + h) * s.queries() + t;
          double max = sinks ? x.sinks()[h] : Double.NEGATIVE_INFINITY;
          for (int j = 0; j < tk; j++) {
            p[j] = Double.NEGATIVE_INFINITY;
            if (sees.at(b, h, t, j, s.queries(), tk)) {
              double dot = 0;
              for (int d = 0; d < s.dim(); d++) {
                dot += x.q()[row * s.dim() + d] * x.k()[(kv + j) * s.dim() + d];
              }
              p[j] = changed.at(dot * scale, b, h, t, j, s.queries(), tk);
            }
            max = Math.max(max, p[j]);
          }
          double sum = sinks ? Math.exp(x.sinks()[h] - max) : 0;
          for (int j = 0; j < tk; j++) {
            if (p[j] > Double.NEGATIVE_INFINITY) {
              double w = Math.exp(p[j] - max);
              sum += w;
              for (int d = 0; d < s.valueDim(); d++) {
                out[row * s.valueDim() + d] += w * x.v()[(kv + j) * s.valueDim() + d];
              }
            }
          }
          for (int d = 0; d < s.valueDim() && sum != 0; d++) {
            out[row * s.valueDim() + d] /= sum;
          }
          lse[row] = sum == 0 ? Double.NEGATIVE_INFINITY : max + Math.log(sum);
        }
      }
    }
    return new Expected(out, lse);
  }

  /** The mask and the score change as options, with others. */
  AttentionOption[] options(AttentionOption... others) {
    List<AttentionOption> all = new java.util.ArrayList<>(List.of(others));
    if (mask != null) {
      all.add(mask);
    }
    if (score != null) {
      all.add(score);
    }
    return all.toArray(new AttentionOption[0]);
  }

  @Override
  public String toString() {
    return name;
  }
}
