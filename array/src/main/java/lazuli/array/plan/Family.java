package lazuli.array.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lazuli.array.attention.Attention;
import lazuli.array.op.ArgReduce;
import lazuli.array.op.Binary;
import lazuli.array.op.Cast;
import lazuli.array.op.Concat;
import lazuli.array.op.Detach;
import lazuli.array.op.Expand;
import lazuli.array.op.Fill;
import lazuli.array.op.LayerNorm;
import lazuli.array.op.MatMul;
import lazuli.array.op.Node;
import lazuli.array.op.Op;
import lazuli.array.op.Permute;
import lazuli.array.op.Reduce;
import lazuli.array.op.Reshape;
import lazuli.array.op.RmsNorm;
import lazuli.array.op.Scan;
import lazuli.array.op.Softmax;
import lazuli.array.op.Ternary;
import lazuli.array.op.Unary;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * The structure of a graph without its lengths: two graphs of one family differ in what their
 * lengths are, not in which of them are equal. Lengths 0 and 1 count as they are, since they
 * broadcast or leave nothing to do.
 *
 * @param parts operations, types and layouts, and the codes of {@link #of}, in order
 * @param lengths each length once, in the order in which the nodes have them; no part of what the
 *     family is
 */
record Family(List<Object> parts, List<Long> lengths) {
  /** How a length that counts as it is differs from a number in the order of lengths. */
  private static final int FIXED = -1;

  /**
   * {@return the family of the graph that was just followed, or null when it has none: an operation
   * holds lengths or positions itself}
   */
  static @Nullable Family of(Walk walk, List<Node> outputs) {
    List<Object> parts = new ArrayList<>();
    Map<Long, Integer> numbers = new HashMap<>();
    List<Long> lengths = new ArrayList<>();
    int leaves = 0;
    for (int i = 0; i < walk.size(); i++) {
      Node node = walk.node(i);
      if (node.value() != null) {
        parts.add(walk.layout(leaves++));
      } else {
        Object op = part(walk, node);
        if (op == null) {
          return null;
        }
        parts.add(op);
        parts.add(node.origin());
        // Marks that change what is kept and what is noted.
        parts.add(node.computed());
        parts.add(node.held());
        for (Node in : node.inputs()) {
          parts.add(in.number());
        }
      }
      parts.add(node.aval().dtype());
      parts.add(node.aval().device());
      Shape shape = node.aval().shape();
      parts.add(shape.rank());
      for (int axis = 0; axis < shape.rank(); axis++) {
        long length = shape.dim(axis);
        if (length <= 1) {
          parts.add(FIXED - (int) length);
        } else {
          Integer number = numbers.putIfAbsent(length, lengths.size());
          if (number == null) {
            number = lengths.size();
            lengths.add(length);
          }
          parts.add(number);
        }
      }
    }
    for (Node output : outputs) {
      parts.add(output.number());
    }
    return new Family(List.copyOf(parts), List.copyOf(lengths));
  }

  /** {@return what an operation is without lengths, or null when it holds some} */
  private static @Nullable Object part(Walk walk, Node node) {
    int parameter = walk.parameter(node);
    if (parameter >= 0) {
      return node.op() instanceof Fill ? "scalar " + parameter : null;
    }
    Op op = node.op();
    return switch (op) {
      case Reshape to -> "reshape";
      case Expand to -> "expand";
      case Unary row -> row;
      case Binary row -> row;
      case Ternary row -> row;
      case Cast cast -> cast;
      case Detach detach -> detach;
      case Permute permute -> permute;
      case MatMul product -> product;
      case Reduce reduce -> reduce;
      case ArgReduce reduce -> reduce;
      case Scan scan -> scan;
      case Concat concat -> concat;
      case Softmax softmax -> softmax;
      case RmsNorm norm -> norm;
      case LayerNorm norm -> norm;
      case Attention attention -> attention;
      default -> null;
    };
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Family f && parts.equals(f.parts);
  }

  @Override
  public int hashCode() {
    return parts.hashCode();
  }
}
