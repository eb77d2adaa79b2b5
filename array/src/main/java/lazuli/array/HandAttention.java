package lazuli.array;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lazuli.array.attention.Attention;
import lazuli.array.attention.AttentionOption;
import lazuli.array.op.Axes;
import lazuli.array.op.Binary;
import lazuli.array.op.Build;
import lazuli.array.op.Cast;
import lazuli.array.op.Expand;
import lazuli.array.op.Fill;
import lazuli.array.op.MatMul;
import lazuli.array.op.Movements;
import lazuli.array.op.Node;
import lazuli.array.op.Reduce;
import lazuli.array.op.Reduction;
import lazuli.array.op.Reshape;
import lazuli.array.op.Softmax;
import lazuli.array.op.Ternary;
import lazuli.array.op.Unary;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Replaces attention written by hand, softmax(scale q kᵀ + bias) v, by {@code sdpa}. Scales may be
 * factors or divisors anywhere between the product and the softmax, a mask a sum or a {@code where}
 * with a very negative value. The softmax may be written out. Weights that something else reads are
 * written anyway, so they stay.
 */
final class HandAttention {
  /** In the plan's column of origins. */
  static final String ORIGIN = "attention by hand, replaced";

  /** Where a score is this small, or smaller, exp gives 0 unless all others are as small. */
  private static final double MASKED = -1e8;

  private final Map<Node, Integer> readers = new HashMap<>();

  private HandAttention() {}

  /** {@return the outputs with attention replaced} Nodes among {@code places} are not followed. */
  static List<Node> replaced(List<Node> places, List<Node> outputs) {
    HandAttention rewriter = new HandAttention();
    Set<Node> known = new HashSet<>(places);
    List<Node> order = new ArrayList<>();
    for (Node output : outputs) {
      List<Node> more = Node.order(output, known);
      known.addAll(more);
      order.addAll(more);
      rewriter.readers.merge(output, 1, Integer::sum);
    }
    for (Node node : order) {
      node.inputs().forEach(in -> rewriter.readers.merge(in, 1, Integer::sum));
    }
    Map<Node, Node> now = new IdentityHashMap<>();
    for (Node node : order) {
      Found found = node.op() instanceof MatMul ? rewriter.find(node) : null;
      if (found != null) {
        now.put(node, found.with(now));
        continue;
      }
      List<Node> operands = new ArrayList<>();
      boolean changed = false;
      for (Node in : node.inputs()) {
        Node other = now.getOrDefault(in, in);
        changed |= other != in;
        operands.add(other);
      }
      if (changed) {
        now.put(node, Node.of(node.op(), operands).because(node.origin()));
      }
    }
    List<Node> results = new ArrayList<>();
    for (Node output : outputs) {
      results.add(now.getOrDefault(output, output));
    }
    return results;
  }

  /** The parts of one attention: scores are scale times the product, plus the sum of the biases. */
  private record Found(
      Node product, Node scores, Node values, double scale, List<Node> biases, Shape shape) {
    private Node with(Map<Node, Node> now) {
      Node q = four(now, scores.inputs().get(0));
      Node k = Movements.swapLast(four(now, scores.inputs().get(1)));
      Node v = four(now, values);
      List<AttentionOption> options = new ArrayList<>();
      options.add(AttentionFunctions.scale(scale));
      Node bias = null;
      for (Node one : biases) {
        Node next = now.getOrDefault(one, one);
        bias = bias == null ? next : Build.add(bias, next);
      }
      if (bias != null) {
        options.add(AttentionFunctions.mask(new Array(bias)));
      }
      Node out = Attention.of(q, k, v, options.toArray(AttentionOption[]::new)).because(ORIGIN);
      Node same = Movements.reshape(out, product.aval().shape().dims());
      return Build.cast(same, product.aval().dtype());
    }

    /** The operand of a product with four dimensions. */
    private static Node four(Map<Node, Node> now, Node operand) {
      Node node = now.getOrDefault(operand, operand);
      while (node.aval().shape().rank() < 4) {
        node = Movements.expandDims(node, 0);
      }
      return node;
    }
  }

  /** {@return the attention that ends with a product, or null} */
  private @Nullable Found find(Node product) {
    int rank = product.aval().shape().rank();
    Node weights = product.inputs().getFirst();
    while (weights.op() instanceof Cast && alone(weights)) {
      weights = weights.inputs().getFirst();
    }
    Node scores = alone(weights) && rank <= 4 ? normalised(weights) : null;
    return scores == null ? null : scores(product, scores, 1, new ArrayList<>());
  }

  private boolean alone(Node node) {
    return readers.getOrDefault(node, 0) == 1;
  }

  /** What a softmax along the last dimension normalises, also one written out; else null. */
  private @Nullable Node normalised(Node node) {
    int last = node.aval().shape().rank() - 1;
    if (node.op() instanceof Softmax(int axis)) {
      return axis == last ? node.inputs().getFirst() : null;
    }
    if (node.op() != Binary.DIV) {
      return null;
    }
    Node exp = node.inputs().get(0);
    Node sum = seen(node.inputs().get(1));
    boolean written =
        exp.op() == Unary.EXP
            && readers.getOrDefault(exp, 0) == 2
            && reduces(sum, Reduction.SUM, last)
            && sum.inputs().getFirst() == exp;
    if (!written) {
      return null;
    }
    Node shifted = exp.inputs().getFirst();
    boolean shift =
        shifted.op() == Binary.SUB && reduces(seen(shifted.inputs().get(1)), Reduction.MAX, last);
    return shift ? shifted.inputs().getFirst() : shifted;
  }

  /** The node behind views that repeat or rename dimensions. */
  private static Node seen(Node node) {
    Node at = node;
    while (at.op() instanceof Reshape || at.op() instanceof Expand) {
      at = at.inputs().getFirst();
    }
    return at;
  }

  private static boolean reduces(Node node, Reduction row, int axis) {
    return node.op() instanceof Reduce(Reduction r, Axes axes)
        && r == row
        && axes.equals(Axes.of(axis));
  }

  /** Goes from the softmax to the product, gathering factors and biases; null if it is not one. */
  private @Nullable Found scores(Node product, Node from, double factor, List<Node> biases) {
    Node at = from;
    double scale = factor;
    while (!(at.op() instanceof MatMul)) {
      List<Node> in = at.inputs();
      if (at.op() instanceof Cast && at.aval().dtype().isFloat()) {
        at = in.getFirst();
      } else if (at.op() == Binary.MUL || at.op() == Binary.DIV) {
        Double c = constant(in.get(1));
        Node next = in.get(0);
        if (c == null && at.op() == Binary.MUL) {
          c = constant(in.get(0));
          next = in.get(1);
        }
        if (c == null) {
          return null;
        }
        scale = at.op() == Binary.MUL ? scale * c : scale / c;
        at = next;
      } else if (at.op() == Binary.ADD) {
        boolean first = leads(in.get(0));
        biases.add(times(in.get(first ? 1 : 0), scale));
        at = in.get(first ? 0 : 1);
      } else if (at.op() == Ternary.WHERE) {
        boolean kept = leads(in.get(1));
        Double c = constant(in.get(kept ? 2 : 1));
        if (c == null || c * scale > MASKED) {
          return null;
        }
        Node masked = Build.fill(in.get(1).aval().dtype(), Shape.SCALAR, c * scale);
        Node zero = Build.fill(in.get(1).aval().dtype(), Shape.SCALAR, 0.0);
        biases.add(
            kept ? Build.where(in.get(0), zero, masked) : Build.where(in.get(0), masked, zero));
        at = in.get(kept ? 1 : 2);
      } else {
        return null;
      }
    }
    boolean fits =
        Double.isFinite(scale)
            && biases.stream().allMatch(b -> b.aval().dtype().isFloat() && !leads(b))
            && at.aval().shape().equals(from.aval().shape())
            && product.inputs().get(1).aval().shape().rank() == at.aval().shape().rank();
    return fits
        ? new Found(product, at, product.inputs().get(1), scale, biases, at.aval().shape())
        : null;
  }

  private static Node times(Node bias, double scale) {
    return scale == 1 ? bias : Build.mul(bias, Build.scalar(bias, scale));
  }

  /** Whether pointwise operations lead from a node to a product. */
  private static boolean leads(Node node) {
    Node at = node;
    for (int i = 0; i < 12; i++) {
      if (at.op() instanceof MatMul) {
        return true;
      }
      boolean scaled = at.op() instanceof Binary || at.op() == Ternary.WHERE;
      if (!(scaled || at.op() instanceof Cast) || at.inputs().isEmpty()) {
        return false;
      }
      Node next = at.inputs().getFirst();
      for (Node in : at.inputs()) {
        if (in.aval().shape().equals(at.aval().shape()) && constant(in) == null) {
          next = in;
          if (in.op() instanceof MatMul) {
            break;
          }
        }
      }
      at = next;
    }
    return false;
  }

  /** The value that a node has everywhere, or null. */
  private static @Nullable Double constant(Node node) {
    Node at = seen(node);
    return at.op() instanceof Fill fill && at.value() == null ? fill.value().doubleValue() : null;
  }
}
