package lazuli.array;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.type.ArrayException;

/**
 * Attention over some of the keys: the weighted mean of their values and the log-sum-exp of their
 * scores, which is all that attention over more keys needs of them. States over disjoint keys merge
 * to the state over all of them, in any order: how long key sequences are split, and how a prefix
 * that many sequences share is attended once.
 *
 * @param out [B, Hq, Tq, Dv]: the attention over these keys alone
 * @param logSumExp [B, Hq, Tq]: the logarithm of the sum of exp(score); -infinity where no key was
 *     seen
 */
public record AttentionState(Array out, Array logSumExp) {
  /** Checks that both belong together. */
  public AttentionState {
    long[] a = out.shape().dims();
    long[] b = logSumExp.shape().dims();
    boolean fits = a.length == 4 && b.length == 3;
    for (int i = 0; fits && i < 3; i++) {
      fits = a[i] == b[i];
    }
    if (!fits) {
      throw new ArrayException(
          "AttentionState was given out "
              + out.node().aval()
              + " and logSumExp "
              + logSumExp.node().aval(),
          "out [B, Hq, Tq, Dv] and logSumExp [B, Hq, Tq]",
          "take both from one attention(q, k, v)");
    }
  }

  /**
   * {@return the attention over the keys of all states} Exact up to rounding: 1e-6 of attending to
   * all keys at once in f32. Sinks must be in one of the states only. Computes nothing.
   *
   * @param states over disjoint keys, of one shape; at least one
   * @throws ArrayException if there is none, or shapes differ
   */
  public static AttentionState merge(AttentionState... states) {
    if (states.length == 0) {
      throw new ArrayException(
          "merge was given no state", "one state or more", "pass the states of all parts");
    }
    List<AttentionState> all = new ArrayList<>(List.of(states));
    AttentionState first = all.getFirst();
    Array max = first.logSumExp;
    for (AttentionState state : all) {
      if (!state.out.shape().equals(first.out.shape())) {
        throw new ArrayException(
            "merge was given states of shapes " + first.out.shape() + " and " + state.out.shape(),
            "states of the same queries, [B, Hq, Tq, Dv]",
            "attend with the same q to each part of the keys");
      }
      max = Lazuli.maximum(max, state.logSumExp);
    }
    // Where no part saw a key all are -infinity, which must not be subtracted from itself.
    Array start = Lazuli.where(max.eq(Double.NEGATIVE_INFINITY), Lazuli.zerosLike(max), max);
    Array sum = Lazuli.zerosLike(start);
    Array out = Lazuli.zerosLike(first.out);
    for (AttentionState state : all) {
      Array weight = state.logSumExp.sub(start).exp();
      sum = sum.add(weight);
      out = out.add(state.out.mul(weight.expandDims(-1)));
    }
    Array some = sum.gt(0.0);
    Array divisor = Lazuli.where(some, sum, Lazuli.onesLike(sum));
    return new AttentionState(out.div(divisor.expandDims(-1)), start.add(sum.log()));
  }
}
