package lazuli.array.transform;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lazuli.array.op.Aval;
import lazuli.array.op.Build;
import lazuli.array.op.Composite;
import lazuli.array.op.Detach;
import lazuli.array.op.Movements;
import lazuli.array.op.Node;
import lazuli.array.op.Reduction;
import lazuli.array.type.ArrayException;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Reverse-mode differentiation of a graph: every operation's own gradient, from the result back to
 * the operands, added up where a value is used several times. A composite without an own gradient
 * is differentiated through its definition. Computes nothing, and does not recurse along the graph.
 */
public final class Backward {
  private final Set<Node> sought;
  private final Set<Node> active = identitySet();
  private final Map<Node, Node> gradients = new IdentityHashMap<>();

  private Backward(List<Node> wrt) {
    sought = identitySet();
    sought.addAll(wrt);
  }

  private static Set<Node> identitySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  /**
   * {@return the gradient of each sought node, null where the result does not depend on it}
   *
   * @param result the result
   * @param seed the gradient of the result
   * @param wrt the sought nodes
   * @throws ArrayException if an operation on the way has no gradient
   */
  public static List<@Nullable Node> of(Node result, Node seed, List<Node> wrt) {
    return new Backward(wrt).run(result, seed, wrt);
  }

  private List<@Nullable Node> run(Node result, Node seed, List<Node> wrt) {
    List<Node> order = Node.order(result, sought);
    active.addAll(sought);
    for (Node node : order) {
      if (depends(node)) {
        active.add(node);
      }
    }
    if (active.contains(result)) {
      gradients.put(result, seed);
    }
    for (Node node : order.reversed()) {
      Node d = gradients.remove(node);
      if (d != null && !sought.contains(node)) {
        spread(node, d);
      } else if (d != null) {
        gradients.put(node, d);
      }
    }
    List<@Nullable Node> found = new ArrayList<>();
    for (Node node : wrt) {
      found.add(gradients.get(node));
    }
    return found;
  }

  private boolean depends(Node node) {
    if (node.op() instanceof Detach || !node.aval().dtype().isFloat()) {
      return false;
    }
    for (Node in : node.inputs()) {
      if (active.contains(in)) {
        return true;
      }
    }
    return false;
  }

  private void spread(Node node, Node d) {
    List<Node> inputs = node.inputs();
    List<Node> through = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Node in = inputs.get(i);
      if (!active.contains(in)) {
        continue;
      }
      Node gradient = node.op().gradient(i, inputs, node, d);
      if (gradient != null) {
        add(in, gradient);
      } else if (node.op() instanceof Composite) {
        through.add(in);
      } else {
        throw none(node, in);
      }
    }
    if (node.op() instanceof Composite composite && !through.isEmpty()) {
      define(composite, inputs, through, d);
    }
  }

  /** Differentiates the definition with respect to the operands without a gradient of their own. */
  private void define(Composite composite, List<Node> inputs, List<Node> through, Node d) {
    List<Node> wanted = new ArrayList<>();
    for (Node in : through) {
      if (!wanted.contains(in)) {
        wanted.add(in);
      }
    }
    List<@Nullable Node> found = of(composite.define(inputs), d, wanted);
    for (int i = 0; i < wanted.size(); i++) {
      Node gradient = found.get(i);
      if (gradient != null) {
        add(wanted.get(i), gradient);
      }
    }
  }

  private void add(Node to, Node gradient) {
    Node fitted = fit(gradient, to.aval());
    Node before = gradients.get(to);
    gradients.put(to, before == null ? fitted : Build.add(before, fitted));
  }

  /** Repeats or adds up a gradient until it has the shape of its value. */
  private static Node fit(Node gradient, Aval aval) {
    Shape shape = aval.shape();
    Node g = Build.cast(gradient, aval.dtype());
    if (g.aval().shape().equals(shape)) {
      return g;
    }
    g = Movements.broadcastTo(g, Shape.broadcast("gradient", g.aval().shape(), shape));
    long[] dims = g.aval().shape().dims();
    int extra = dims.length - shape.rank();
    int[] axes = new int[dims.length];
    int n = 0;
    for (int i = 0; i < dims.length; i++) {
      if (i < extra || shape.dim(i - extra) != dims[i]) {
        axes[n++] = i;
      }
    }
    if (n > 0) {
      g = Build.reduce(Reduction.SUM, g, true, java.util.Arrays.copyOf(axes, n));
    }
    return Movements.reshape(g, shape.dims());
  }

  private static ArrayException none(Node node, Node in) {
    return new ArrayException(
        "a gradient was asked for through " + node.op().label() + " of " + in.aval(),
        "operations that have a gradient",
        "use another operation, or stopGradient(x) on its operand");
  }
}
