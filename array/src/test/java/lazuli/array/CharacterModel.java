package lazuli.array;

import static lazuli.array.Lazuli.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The model of notebooks/character-model.ipynb. */
final class CharacterModel {
  static final int BATCH = 8;
  static final int T = 32;
  static final int D = 32;
  static final int HEADS = 2;
  static final double RATE = 0.5;

  private final String text;
  private final List<Integer> alphabet;

  CharacterModel(String text) {
    this.text = text;
    alphabet = text.chars().distinct().sorted().boxed().toList();
  }

  /** Everything that is learned; names are the same in the Python twin. */
  record Weights(
      Array embedding,
      Array position,
      Array wq,
      Array wk,
      Array wv,
      Array wo,
      Array w1,
      Array b1,
      Array w2,
      Array b2,
      Array out) {
    static Weights of(Map<String, Array> w) {
      return new Weights(
          w.get("embedding"),
          w.get("position"),
          w.get("wq"),
          w.get("wk"),
          w.get("wv"),
          w.get("wo"),
          w.get("w1"),
          w.get("b1"),
          w.get("w2"),
          w.get("b2"),
          w.get("out"));
    }
  }

  /** Tokens and what follows each, as one-hot rows, [BATCH, T, vocabulary]. */
  record Batch(Array tokens, Array targets) {}

  Batch batch(int step) {
    int[][] tokens = new int[BATCH][T];
    int[][] targets = new int[BATCH][T];
    for (int b = 0; b < BATCH; b++) {
      int start = (int) ((long) (step * BATCH + b) * 7919 % (text.length() - T));
      for (int t = 0; t < T; t++) {
        tokens[b][t] = alphabet.indexOf((int) text.charAt(start + t));
        targets[b][t] = alphabet.indexOf((int) text.charAt(start + t + 1));
      }
    }
    return new Batch(oneHot(array(tokens)), oneHot(array(targets)));
  }

  private Array oneHot(Array tokens) {
    return tokens.expandDims(-1).eq(arange(alphabet.size())).astype(F32);
  }

  private static Array norm(Array x) {
    return x.mul(x.square().mean(true, -1).add(1e-5).rsqrt());
  }

  private static Array heads(Array x) {
    return x.reshape(BATCH, T, HEADS, D / HEADS).transpose(0, 2, 1, 3);
  }

  static Array logits(Weights p, Array tokens) {
    Array x = tokens.matmul(p.embedding).add(p.position);
    Array h = norm(x);
    Array seen =
        sdpa(heads(h.matmul(p.wq)), heads(h.matmul(p.wk)), heads(h.matmul(p.wv)), causal());
    x = x.add(seen.transpose(0, 2, 1, 3).reshape(BATCH, T, D).matmul(p.wo));
    x = x.add(norm(x).matmul(p.w1).add(p.b1).maximum(0).matmul(p.w2).add(p.b2));
    return norm(x).matmul(p.out);
  }

  /** The mean cross-entropy. */
  static Array loss(Weights p, Batch batch) {
    Array logits = logits(p, batch.tokens);
    Array right = logits.mul(batch.targets).sum(-1);
    return logits.logSumExp(-1).sub(right).mean();
  }

  /** Plain gradient descent; returns the loss of every step. */
  List<Double> train(Weights start, int steps) {
    Weights weights = start;
    List<Double> losses = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      Batch batch = batch(step);
      var found = valueAndGrad((Weights p) -> loss(p, batch)).apply(weights);
      weights = treeMap((w, g) -> w.sub(g.mul(RATE)), weights, found.grad());
      List<Array> wanted = new ArrayList<>(treeLeaves(weights));
      wanted.add(found.value());
      eval(wanted.toArray(Array[]::new));
      losses.add(found.value().item());
    }
    return losses;
  }
}
