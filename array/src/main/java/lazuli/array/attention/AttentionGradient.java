package lazuli.array.attention;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.op.Aval;
import lazuli.array.op.Build;
import lazuli.array.op.Composite;
import lazuli.array.op.Detach;
import lazuli.array.op.Joining;
import lazuli.array.op.Movements;
import lazuli.array.op.Node;
import lazuli.array.profile.Work;
import lazuli.array.transform.Backward;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of one attention with respect to q, k and v, one after the other in one array of
 * rank 1, each in row-major order with the whole batch; f32, or f64 for f64. Operands are those of
 * the attention, its state and the gradient of the state: [B, Hq, Tq, Dv + 1] both.
 *
 * @param forward the attention
 */
public record AttentionGradient(Attention forward) implements Composite {

  /**
   * {@return the gradient of operand 0, 1 or 2 of an attention; null when there is no such kernel}
   */
  static @Nullable Node of(Attention op, int operand, List<Node> inputs, Node output, Node d) {
    List<Aval> avals = new ArrayList<>();
    inputs.forEach(in -> avals.add(in.aval()));
    AttentionShape s = op.shape(avals);
    double size = (double) s.batch() * s.heads() * s.queries() * s.keys() * s.dim() * s.valueDim();
    if (operand > 2 || size == 0 || op.extras().scaled() || op.extras().paged()) {
      return null;
    }
    Attention whole =
        new Attention(
            op.scale(),
            op.causal(),
            op.visible(),
            op.score(),
            op.extras(),
            true,
            op.words(),
            op.forced(),
            op.fused(),
            op.tile());
    List<Node> all = new ArrayList<>(inputs);
    Node state = op.state() ? output : Build.composite(whole, inputs.toArray(new Node[0]));
    DType wide = state.aval().dtype();
    Node full = Build.cast(d, wide);
    if (!op.state()) {
      Shape column = Shape.of(s.batch(), s.heads(), s.queries(), 1);
      full = Joining.concatenate(-1, List.of(full, Build.fill(wide, column, 0.0)));
    }
    all.add(state);
    all.add(full);
    Node packed = Build.composite(new AttentionGradient(whole), all.toArray(new Node[0]));
    long[][] shapes = shapes(s);
    long from = 0;
    for (int i = 0; i < operand; i++) {
      from += Shape.of(shapes[i]).size();
    }
    long to = from + Shape.of(shapes[operand]).size();
    return Movements.reshape(Movements.get(packed, from + ":" + to), shapes[operand]);
  }

  private static long[][] shapes(AttentionShape s) {
    return new long[][] {
      {s.batch(), s.heads(), s.queries(), s.dim()},
      {s.batch(), s.keyHeads(), s.keys(), s.dim()},
      {s.batch(), s.keyHeads(), s.keys(), s.valueDim()}
    };
  }

  @Override
  public String label() {
    return "sdpa gradient";
  }

  @Override
  public List<String> operands() {
    List<String> names = new ArrayList<>(forward.operands());
    names.add("state");
    names.add("d");
    return names;
  }

  @Override
  public @Nullable String forced() {
    return forward.forced();
  }

  @Override
  public boolean fused() {
    return forward.fused();
  }

  @Override
  public Aval infer(List<Aval> inputs) {
    long size = 0;
    for (long[] shape : shapes(forward.shape(inputs))) {
      size += Shape.of(shape).size();
    }
    return new Aval(Shape.of(size), inputs.getLast().dtype(), inputs.getFirst().device());
  }

  @Override
  public Work work(List<Aval> inputs, Aval output) {
    int n = forward.operands().size();
    Work once = forward.work(inputs.subList(0, n), inputs.get(n));
    AttentionShape s = forward.shape(inputs);
    // Scores, weights times values, and their gradients: five products instead of two.
    double products = (3.0 * s.dim() + 2.0 * s.valueDim()) / (s.dim() + s.valueDim());
    double bytes = output.bytes();
    for (Aval in : inputs) {
      bytes += in.bytes();
    }
    return Work.of(once.flops() * products, bytes);
  }

  @Override
  public Node define(List<Node> inputs) {
    int n = forward.operands().size();
    // Each operand stands for itself, also where one array is passed as q, k and v.
    List<Node> wrt = new ArrayList<>();
    for (Node in : inputs.subList(0, 3)) {
      wrt.add(Node.of(new Detach(), in));
    }
    List<Node> own = new ArrayList<>(wrt);
    own.addAll(inputs.subList(3, n));
    Node result = forward.define(own);
    List<Aval> avals = new ArrayList<>();
    inputs.forEach(in -> avals.add(in.aval()));
    long[][] shapes = shapes(forward.shape(avals));
    List<Node> parts = new ArrayList<>();
    List<@Nullable Node> found = Backward.of(result, inputs.getLast(), wrt);
    for (int i = 0; i < 3; i++) {
      Node part = found.get(i);
      Shape full = Shape.of(shapes[i]);
      if (part == null) {
        part = Build.fill(inputs.getLast().aval().dtype(), full, 0.0);
      } else if (!part.aval().shape().equals(full)) {
        // A repeated batch: the gradient of one is put first, so that the sum over all is it.
        long[] rest = full.dims();
        rest[0]--;
        Node zeros = Build.fill(part.aval().dtype(), Shape.of(rest), 0.0);
        part = Joining.concatenate(0, List.of(part, zeros));
      }
      parts.add(Movements.reshape(Build.cast(part, inputs.getLast().aval().dtype()), -1));
    }
    return Joining.concatenate(0, parts);
  }
}
