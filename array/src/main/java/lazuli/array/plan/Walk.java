package lazuli.array.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lazuli.array.backend.View;
import lazuli.array.op.Node;
import lazuli.array.op.Op;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that some outputs need, operands first, and the structure they form. Two graphs with
 * equal structures have the same plan: given values count by their type and layout only.
 *
 * <p>Does not recurse: graphs may be a hundred thousand nodes deep.
 */
final class Walk {
  private static final Object LEAF = new Object();
  private static final Object AGAIN = new Object();
  private static final Object HELD = new Object();

  final List<Node> nodes = new ArrayList<>();
  final List<Stored> leaves = new ArrayList<>();
  private final List<Object> key = new ArrayList<>();

  /** Marks nodes with {@code number}; the caller holds the evaluator's lock. */
  Walk(List<Node> outputs, int number) {
    Node[] stack = new Node[16];
    int[] next = new int[16];
    for (Node output : outputs) {
      int depth = 0;
      if (output.enter(number)) {
        stack[0] = output;
        next[0] = 0;
        depth = 1;
      }
      while (depth > 0) {
        Node node = stack[depth - 1];
        Node.@Nullable Value value = node.value();
        List<Node> inputs = value == null ? node.inputs() : List.of();
        if (next[depth - 1] < inputs.size()) {
          Node in = inputs.get(next[depth - 1]++);
          if (in.enter(number)) {
            if (depth == stack.length) {
              stack = Arrays.copyOf(stack, 2 * depth);
              next = Arrays.copyOf(next, 2 * depth);
            }
            stack[depth] = in;
            next[depth++] = 0;
          }
        } else {
          depth--;
          add(node, inputs, value);
        }
      }
    }
    for (Node output : outputs) {
      key.add(output.number());
    }
  }

  private void add(Node node, List<Node> inputs, Node.@Nullable Value value) {
    node.number(nodes.size());
    nodes.add(node);
    if (value instanceof Stored stored) {
      leaves.add(stored);
      key.add(LEAF);
      key.add(node.aval());
      View view = stored.view();
      key.add(new Strides(view.strides()));
      return;
    }
    Op op = node.op();
    key.add(op);
    if (node.computed()) {
      key.add(AGAIN);
    }
    if (node.held()) {
      key.add(HELD);
    }
    for (Node in : inputs) {
      key.add(in.number());
    }
  }

  /** {@return the structure, equal for graphs that have the same plan} */
  Structure structure(Capabilities capabilities) {
    key.add(capabilities.kind());
    Object[] parts = key.toArray();
    return new Structure(parts, Arrays.hashCode(parts));
  }

  private record Strides(long[] steps) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Strides s && Arrays.equals(steps, s.steps);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(steps);
    }
  }

  /**
   * A graph's structure.
   *
   * @param parts operations, operand numbers, types and layouts, in order
   * @param hash of the parts
   */
  record Structure(Object[] parts, int hash) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Structure s && hash == s.hash && Arrays.equals(parts, s.parts);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }
}
