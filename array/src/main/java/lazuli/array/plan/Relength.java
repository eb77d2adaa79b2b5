package lazuli.array.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import lazuli.array.op.Aval;
import lazuli.array.op.Composite;
import lazuli.array.op.Fill;
import lazuli.array.op.Fused;
import lazuli.array.op.FusedMatMul;
import lazuli.array.op.FusedReduce;
import lazuli.array.op.Movement;
import lazuli.array.op.Node;
import lazuli.array.op.Op;
import lazuli.array.profile.Dispatch;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * A plan for other lengths: the steps of a plan of the same {@link Family}, with lengths, layouts
 * and kernels of their own. What the plan decided (what is shared, what is fused, what takes over
 * whose memory) holds for the whole family; where it would not, as the backend answers another way
 * for these lengths, there is none.
 */
final class Relength {
  private final Plan plan;
  private final Walk walk;
  private final Capabilities capabilities;
  private final Map<Long, Long> lengths = new HashMap<>();
  private final Map<Shape, Shape> shapes = new HashMap<>();
  private final Layout[] layouts;

  private Relength(
      Plan plan, Walk walk, List<Long> from, List<Long> to, Capabilities capabilities) {
    this.plan = plan;
    this.walk = walk;
    this.capabilities = capabilities;
    for (int i = 0; i < from.size(); i++) {
      lengths.put(from.get(i), to.get(i));
    }
    this.layouts = new Layout[walk.size()];
  }

  /**
   * {@return the plan for the graph that was just followed, or null}
   *
   * @param plan one of the same family
   * @param from the lengths that it was made for
   * @param walk the graph
   * @param to the graph's lengths
   * @param outputs the requested nodes
   * @param capabilities what may be used
   */
  static @Nullable Plan of(
      Plan plan,
      List<Long> from,
      Walk walk,
      List<Long> to,
      List<Node> outputs,
      Capabilities capabilities) {
    if (plan.asked() == null) {
      return null;
    }
    Relength other = new Relength(plan, walk, from, to, capabilities);
    return other.layouts() && other.decides(plan.asked()) && other.keeps(outputs)
        ? other.plan()
        : null;
  }

  /** Lays the nodes out, as the planner does; {@return whether nothing must be copied for it} */
  private boolean layouts() {
    int leaves = 0;
    boolean[] one = new boolean[walk.size()];
    for (int i = 0; i < walk.size(); i++) {
      Node node = walk.node(i);
      Layout dense = Layout.dense(node.aval().shape());
      if (node.value() != null) {
        Stored stored = walk.leaf(leaves++);
        layouts[i] = new Layout(stored.view().shape(), stored.view().strides(), 0);
      } else if (node.op() instanceof Movement move) {
        int from = node.inputs().getFirst().number();
        // One value everywhere is so under any shape.
        one[i] = one[from];
        Layout moved = one[from] ? dense : layouts[from].after(move);
        if (moved == null) {
          return false;
        }
        layouts[i] = moved;
      } else {
        one[i] = node.op() instanceof Fill;
        layouts[i] = dense;
      }
    }
    return true;
  }

  /** {@return whether the backend answers as it did} */
  private boolean decides(List<Plan.Asked> asked) {
    for (Plan.Asked question : asked) {
      List<Aval> inputs = question.inputs().stream().map(this::aval).toList();
      Aval output = aval(question.output());
      Op op = op(question.op(), output);
      if (Schedule.offered(op, inputs, output, capabilities) != question.offered()) {
        return false;
      }
    }
    return true;
  }

  /** {@return whether the same results on the way are worth keeping} */
  private boolean keeps(List<Node> outputs) {
    List<Integer> now = Planner.keepable(walk.nodes(), outputs);
    return now.equals(plan.kept().stream().map(Plan.Kept::node).toList());
  }

  private @Nullable Plan plan() {
    List<Step> steps = new ArrayList<>();
    Map<Dispatch, Dispatch> dispatches = new IdentityHashMap<>();
    long[] bytes = new long[plan.slots()];
    long now = 0;
    long peak = 0;
    for (Step step : plan.steps()) {
      Step next = step(step);
      if (next == null) {
        return null;
      }
      steps.add(next);
      dispatches.put(step.dispatch(), next.dispatch());
      bytes[next.output()] = next.aval().bytes();
      now += next.reuse() < 0 ? bytes[next.output()] : 0;
      peak = Math.max(peak, now);
      for (int slot : next.frees()) {
        now -= bytes[slot];
      }
    }
    List<Plan.Kept> kept = new ArrayList<>();
    for (Plan.Kept k : plan.kept()) {
      kept.add(new Plan.Kept(k.node(), operand(k.where())));
    }
    List<Plan.Noted> noted = new ArrayList<>();
    for (Plan.Noted n : plan.noted()) {
      Dispatch dispatch = dispatches.get(n.dispatch());
      if (dispatch == null) {
        return null;
      }
      noted.add(new Plan.Noted(n.node(), dispatch));
    }
    return new Plan(
        plan.leaves(),
        plan.slots(),
        List.copyOf(steps),
        plan.outputs().stream().map(this::operand).toList(),
        List.copyOf(kept),
        List.copyOf(noted),
        peak,
        Plan.takeParameters(steps),
        null,
        plan.repeated());
  }

  private @Nullable Step step(Step step) {
    Aval aval = aval(step.aval());
    List<Operand> inputs = step.inputs().stream().map(this::operand).toList();
    Op op = op(step.op(), aval);
    Choice choice =
        op instanceof Composite composite
            ? Choice.of(composite, walk.node(step.node()), capabilities)
            : Choice.of(op, inputs.stream().map(Operand::aval).toList(), aval, capabilities);
    if (choice.kernel() == null) {
      return null;
    }
    return new Step(
        op,
        step.node(),
        choice.backend(),
        choice.kernel(),
        inputs,
        step.output(),
        aval,
        step.types(),
        Schedule.withCasts(choice.dispatch(), step.casts()),
        step.chosen(),
        step.origin(),
        choice.cost(),
        step.reuse(),
        step.stays(),
        aval.shape().strides(),
        step.frees(),
        step.casts());
  }

  private Op op(Op op, Aval output) {
    return switch (op) {
      case Fused(Shape shape, var program) -> new Fused(shape(shape), program);
      case FusedReduce(Fused program, var reduce) ->
          new FusedReduce(new Fused(shape(program.shape()), program.program()), reduce);
      case FusedMatMul(Fused program, int product) ->
          new FusedMatMul(new Fused(shape(program.shape()), program.program()), product);
      case Fill(Aval aval, Number value) -> new Fill(output, value);
      default -> op;
    };
  }

  private Operand operand(Operand operand) {
    Aval aval = aval(operand.aval());
    Layout layout = layouts[operand.place()].expand(aval.shape());
    return new Operand(operand.slot(), aval, layout, operand.place());
  }

  private Aval aval(Aval aval) {
    return aval.withShape(shape(aval.shape()));
  }

  private Shape shape(Shape shape) {
    return shapes.computeIfAbsent(shape, this::changed);
  }

  private Shape changed(Shape shape) {
    long[] dims = shape.dims();
    for (int i = 0; i < dims.length; i++) {
      Long other = dims[i] <= 1 ? Long.valueOf(dims[i]) : lengths.get(dims[i]);
      if (other == null) {
        throw new IllegalStateException(shape + " has a length that no node has");
      }
      dims[i] = other;
    }
    return Shape.of(dims);
  }
}
