package lazuli.array.plan;

import java.util.List;
import lazuli.array.op.Axes;
import lazuli.array.op.Binary;
import lazuli.array.op.Copy;
import lazuli.array.op.MatMul;
import lazuli.array.op.Op;
import lazuli.array.op.Pointwise;
import lazuli.array.op.Reduce;
import lazuli.array.op.Reduction;
import lazuli.array.op.Softmax;

/**
 * Recognises attention written by hand, softmax(q kᵀ ...) v, and notes at its last product that
 * {@code sdpa} never writes the scores. Changes no result.
 */
final class NaiveAttention {
  /** Operations between the scores and the softmax: scale, mask, bias, casts. */
  private static final int DEEPEST = 12;

  /** How notes begin. */
  static final String NOTE = "attention by hand";

  private NaiveAttention() {}

  static void note(List<Planner.Item> items) {
    for (Planner.Item item : items) {
      if (!(item.op instanceof MatMul) || !item.origin.isEmpty()) {
        continue;
      }
      Planner.Item weights = past(items, item.inputs.getFirst().item());
      int scores = scores(items, weights);
      if (scores >= 0 && fromProduct(items, scores, DEEPEST)) {
        item.origin =
            NOTE
                + ": sdpa(q, k, v), or compile(f, REPLACE_ATTENTION), does not write its "
                + weights.aval.bytes()
                + " bytes of weights";
      }
    }
  }

  /** The item behind casts and copies. */
  private static Planner.Item past(List<Planner.Item> items, int at) {
    Planner.Item item = items.get(at);
    while (item.inputs.size() == 1 && (item.op instanceof Copy || item.op instanceof Pointwise)) {
      item = items.get(item.inputs.getFirst().item());
    }
    return item;
  }

  /** The item that a softmax normalises, also one written out; else -1. */
  private static int scores(List<Planner.Item> items, Planner.Item item) {
    if (item.op instanceof Softmax softmax) {
      boolean last = softmax.axis() == item.aval.shape().rank() - 1;
      return last ? item.inputs.getFirst().item() : -1;
    }
    if (item.op != Binary.DIV) {
      return -1;
    }
    int exp = item.inputs.get(0).item();
    Planner.Item sum = items.get(item.inputs.get(1).item());
    Op op = sum.op;
    boolean normalised =
        op instanceof Reduce reduce
            && reduce.row() == Reduction.SUM
            && reduce.axes().equals(Axes.of(item.aval.shape().rank() - 1))
            && sum.inputs.getFirst().item() == exp;
    return normalised ? exp : -1;
  }

  private static boolean fromProduct(List<Planner.Item> items, int at, int deepest) {
    Planner.Item item = items.get(at);
    if (item.op instanceof MatMul) {
      return true;
    }
    boolean through = item.op instanceof Pointwise || item.op instanceof Copy;
    if (!through || deepest == 0) {
      return false;
    }
    for (Planner.Ref in : item.inputs) {
      if (fromProduct(items, in.item(), deepest - 1)) {
        return true;
      }
    }
    return false;
  }
}
