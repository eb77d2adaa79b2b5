package lazuli.array.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import lazuli.array.backend.Candidate;
import lazuli.array.op.Aval;
import lazuli.array.op.Composite;
import lazuli.array.op.Fill;
import lazuli.array.op.Fused;
import lazuli.array.op.FusedMatMul;
import lazuli.array.op.FusedReduce;
import lazuli.array.op.Op;
import lazuli.array.op.Pointwise;
import lazuli.array.op.Reduce;
import lazuli.array.profile.Dispatch;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/** Makes steps of items: fuses pointwise groups, orders, and decides where memory is reused. */
final class Schedule {
  /** The slot of a product that is drafted with what follows it. */
  private static final int LATER = -2;

  private final List<Planner.Item> items;
  private final int leaves;
  private final List<Planner.Ref> outputs;
  private final Capabilities capabilities;
  private final int[] slots;
  private final List<Draft> drafts = new ArrayList<>();
  private final Map<Integer, Step> made = new HashMap<>();

  /** Programs that a reduction computes itself, by the reduction's number. */
  private final Map<Integer, Program> producers = new HashMap<>();

  /** Long graphs ask the same of the backend again and again. */
  private final Map<Question, Choice> choices = new HashMap<>();

  private record Question(Op op, List<Aval> inputs, Aval output) {}

  private final List<Plan.Asked> asked = new ArrayList<>();

  private int count;

  /** A step before its memory is planned. */
  private record Draft(
      Planner.Item item,
      Op op,
      List<Operand> inputs,
      int output,
      Choice choice,
      List<Dispatch.Cast> casts) {}

  Schedule(
      List<Planner.Item> items, int leaves, List<Planner.Ref> outputs, Capabilities capabilities) {
    this.items = items;
    this.leaves = leaves;
    this.outputs = outputs;
    this.capabilities = capabilities;
    this.slots = new int[items.size()];
  }

  Plan plan() {
    boolean[] needed = needed();
    boolean[] stored = new boolean[items.size()];
    for (Planner.Ref output : outputs) {
      stored[output.item()] = true;
    }
    for (int i = 0; i < items.size(); i++) {
      stored[i] |= items.get(i).expansion != null;
    }
    Groups groups = new Groups(live(needed), stored);
    boolean[] read = new boolean[items.size()];
    for (int i = 0; i < items.size(); i++) {
      if (needed[i] && !(items.get(i).op instanceof Pointwise)) {
        for (Planner.Ref in : items.get(i).inputs) {
          read[in.item()] = true;
        }
      }
    }
    Neighbours neighbours = new Neighbours(items, needed, stored, groups);
    count = leaves;
    for (int i = 0; i < items.size(); i++) {
      if (i < leaves) {
        slots[i] = i;
        continue;
      }
      boolean constant = items.get(i).op instanceof Fill && !read[i] && !stored[i];
      if (!needed[i] || groups.inner(i) || constant) {
        slots[i] = -1;
      } else if (neighbours.epilogue(i) >= 0 && neighbours.reducer(neighbours.epilogue(i)) < 0) {
        // Drafted with the group that follows it.
        slots[i] = LATER;
      } else {
        draft(i, groups, neighbours);
      }
    }
    return memory(count);
  }

  /** {@return the choice of kernel for an item, or null when it has no step of its own} */
  @Nullable Dispatch dispatch(int item) {
    Step step = slots[item] < 0 ? null : made.get(slots[item]);
    return step == null ? null : step.dispatch();
  }

  private boolean[] needed() {
    boolean[] needed = new boolean[items.size()];
    for (Planner.Ref output : outputs) {
      needed[output.item()] = true;
    }
    for (int i = items.size() - 1; i >= 0; i--) {
      if (needed[i]) {
        for (Planner.Ref in : items.get(i).inputs) {
          needed[in.item()] = true;
        }
      }
    }
    return needed;
  }

  /** {@return the items, where dead ones have no operands and so consume nothing} */
  private List<Planner.Item> live(boolean[] needed) {
    List<Planner.Item> live = new ArrayList<>(items);
    for (int i = 0; i < needed.length; i++) {
      if (!needed[i]) {
        live.set(i, Planner.Item.dead(items.get(i)));
      }
    }
    return live;
  }

  private void draft(int number, Groups groups, Neighbours neighbours) {
    Planner.Item item = items.get(number);
    Program into = producers.get(number);
    if (item.op instanceof Reduce reduce && into != null) {
      slots[number] = count++;
      add(number, new FusedReduce(into.fused(), reduce), into.inputs(), null, into.casts());
    } else if (item.op instanceof Pointwise) {
      int reducer = neighbours.reducer(number);
      Program program = new Program(items, groups, slots, number);
      if (reducer >= 0 && items.get(reducer).op instanceof Reduce reduce) {
        if (offered(new FusedReduce(program.fused(), reduce), program.inputs(), reducer)) {
          producers.put(reducer, program);
          slots[number] = -1;
          return;
        }
      }
      if (follows(number, neighbours.product(number), program)) {
        return;
      }
      if (neighbours.product(number) >= 0 && slots[neighbours.product(number)] == LATER) {
        draft(neighbours.product(number), groups, neighbours);
        program = new Program(items, groups, slots, number);
      }
      slots[number] = count++;
      add(number, program.fused(), program.inputs(), null, program.casts());
    } else {
      slots[number] = count++;
      List<Operand> inputs = new ArrayList<>();
      for (Planner.Ref in : item.inputs) {
        inputs.add(operand(in));
      }
      add(number, item.op, inputs, item.choice, List.of());
    }
  }

  /** Drafts a product together with the program that follows it, if the backend can. */
  private boolean follows(int number, int product, Program program) {
    if (product < 0 || slots[product] != LATER) {
      return false;
    }
    List<Operand> inputs = new ArrayList<>();
    for (Planner.Ref in : items.get(product).inputs) {
      inputs.add(operand(in));
    }
    int place = -1;
    for (int i = 0; i < program.inputs().size(); i++) {
      if (program.inputs().get(i).slot() == LATER) {
        place = i;
      } else {
        inputs.add(program.inputs().get(i));
      }
    }
    FusedMatMul op = new FusedMatMul(program.fused(), place);
    if (place < 0 || !offered(op, inputs, number)) {
      return false;
    }
    slots[product] = -1;
    if (items.get(number).origin.isEmpty()) {
      items.get(number).origin = items.get(product).origin;
    }
    slots[number] = count++;
    add(number, op, inputs, null, program.casts());
    return true;
  }

  private boolean offered(Op op, List<Operand> inputs, int result) {
    List<Aval> avals = new ArrayList<>();
    for (Operand in : inputs) {
      avals.add(in.aval());
    }
    Aval output = items.get(result).aval;
    boolean offered = offered(op, avals, output, capabilities);
    asked.add(new Plan.Asked(op, avals, output, offered));
    return offered;
  }

  static boolean offered(Op op, List<Aval> inputs, Aval output, Capabilities capabilities) {
    return capabilities.backend().candidates(op, inputs, output).stream()
        .anyMatch(Candidate.Offer.class::isInstance);
  }

  private void add(
      int number, Op op, List<Operand> inputs, @Nullable Choice made, List<Dispatch.Cast> casts) {
    Planner.Item item = items.get(number);
    Choice choice = made;
    if (choice == null) {
      List<Aval> avals = new ArrayList<>();
      for (Operand in : inputs) {
        avals.add(in.aval());
      }
      choice =
          choices.computeIfAbsent(
              new Question(op, avals, item.aval),
              q -> Choice.of(q.op(), q.inputs(), q.output(), capabilities));
    }
    drafts.add(new Draft(item, op, inputs, slots[number], choice, casts));
  }

  private Operand operand(Planner.Ref ref) {
    Aval aval = items.get(ref.item()).aval;
    return new Operand(
        slots[ref.item()], aval.withShape(ref.layout().shape()), ref.layout(), ref.place());
  }

  /** Finds each slot's last reader, lets pointwise steps overwrite dying operands, adds up. */
  private Plan memory(int count) {
    int[] last = new int[count];
    Arrays.fill(last, -1);
    for (int s = 0; s < drafts.size(); s++) {
      for (Operand in : drafts.get(s).inputs) {
        last[in.slot()] = s;
      }
    }
    for (Planner.Ref output : outputs) {
      last[slots[output.item()]] = Integer.MAX_VALUE;
    }
    long[] bytes = new long[count];
    long now = 0;
    long peak = 0;
    List<Step> steps = new ArrayList<>();
    for (int s = 0; s < drafts.size(); s++) {
      Draft draft = drafts.get(s);
      int reuse = reusable(draft, s, last);
      bytes[draft.output] = draft.item.aval.bytes();
      if (reuse < 0) {
        now += bytes[draft.output];
      }
      peak = Math.max(peak, now);
      List<Integer> frees = new ArrayList<>();
      for (Operand in : draft.inputs) {
        int slot = in.slot();
        if (slot >= leaves && last[slot] == s && slot != reuse && !frees.contains(slot)) {
          frees.add(slot);
          now -= bytes[slot];
        }
      }
      boolean stays = last[draft.output] == Integer.MAX_VALUE;
      steps.add(step(draft, reuse, stays, frees.stream().mapToInt(i -> i).toArray()));
    }
    List<Operand> wanted = new ArrayList<>();
    for (Planner.Ref output : outputs) {
      wanted.add(operand(output));
    }
    for (Step step : steps) {
      made.put(step.output(), step);
    }
    return new Plan(
        leaves,
        count,
        List.copyOf(steps),
        wanted,
        List.of(),
        List.of(),
        peak,
        Plan.takeParameters(steps),
        List.copyOf(asked),
        new Object());
  }

  /** {@return a dying operand that the result may overwrite element by element, or -1} */
  private int reusable(Draft draft, int step, int[] last) {
    if (!(draft.op instanceof Fused)) {
      return -1;
    }
    for (Operand in : draft.inputs) {
      boolean fits =
          in.slot() >= leaves
              && last[in.slot()] == step
              && in.aval().dtype().bytes() == draft.item.aval.dtype().bytes()
              && in.layout().equals(Layout.dense(draft.item.aval.shape()));
      for (Operand other : draft.inputs) {
        fits &= other == in || other.slot() != in.slot();
      }
      if (fits) {
        return in.slot();
      }
    }
    return -1;
  }

  private Step step(Draft draft, int reuse, boolean stays, int[] frees) {
    Choice choice = draft.choice;
    Dispatch dispatch = draft.item.expansion;
    boolean chosen = dispatch != null || draft.op instanceof Composite;
    if (dispatch == null) {
      dispatch = withCasts(choice.dispatch(), draft.casts);
    }
    String origin = draft.item.origin;
    for (Dispatch.Cast cast : draft.casts) {
      if (origin.isEmpty() && cast.origin().equals("promotion")) {
        origin = "promotion: " + cast.operand() + " " + cast.from() + " to " + cast.to();
      }
    }
    List<DType> types = new ArrayList<>();
    for (Operand in : draft.inputs) {
      types.add(in.aval().dtype());
    }
    return new Step(
        draft.op,
        draft.item.node,
        choice.backend(),
        Objects.requireNonNull(choice.kernel()),
        List.copyOf(draft.inputs),
        draft.output,
        draft.item.aval,
        List.copyOf(types),
        dispatch,
        chosen,
        origin,
        choice.cost(),
        reuse,
        stays,
        draft.item.aval.shape().strides(),
        frees,
        draft.casts);
  }

  static Dispatch withCasts(Dispatch d, List<Dispatch.Cast> casts) {
    if (casts.isEmpty()) {
      return d;
    }
    List<Dispatch.Cast> all = new ArrayList<>(casts);
    all.addAll(d.casts());
    return new Dispatch(
        d.op(), d.kernel(), d.device(), d.why(), d.details(), all, d.refusals(), d.work());
  }
}
