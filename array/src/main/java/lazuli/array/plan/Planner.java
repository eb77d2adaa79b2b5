package lazuli.array.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lazuli.array.op.Aval;
import lazuli.array.op.Composite;
import lazuli.array.op.Copy;
import lazuli.array.op.Expand;
import lazuli.array.op.Fill;
import lazuli.array.op.Movement;
import lazuli.array.op.Node;
import lazuli.array.op.Op;
import lazuli.array.op.Parameter;
import lazuli.array.op.Pointwise;
import lazuli.array.op.Primitive;
import lazuli.array.op.Random;
import lazuli.array.op.Reshape;
import lazuli.array.op.Slice;
import lazuli.array.op.Source;
import lazuli.array.profile.Dispatch;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Turns a graph into values with numbers: equal operations on equal operands become one, views
 * become layouts, composites get a kernel or are expanded. {@link Schedule} then makes steps of
 * them. Pure: nodes are read, never changed.
 */
final class Planner {
  /** One value of the plan. */
  static final class Item {
    final Op op;
    final Aval aval;
    final List<Ref> inputs;

    /** The kernel, for a composite that one was chosen for. */
    final @Nullable Choice choice;

    /** The place in the walk of the node that this value was first made for, or -1. */
    final int node;

    /** The decision that this value is the result of, when its composite was expanded. */
    @Nullable Dispatch expansion;

    /** Why no user line asked for this value, or what should be known of it; mostly empty. */
    String origin;

    private Item(
        Op op, Aval aval, List<Ref> inputs, @Nullable Choice choice, int node, String origin) {
      this.node = node;
      this.op = op;
      this.aval = aval;
      this.inputs = inputs;
      this.choice = choice;
      this.origin = origin;
    }

    /** {@return the same of another shape, on operands seen in another way} */
    Item with(Aval aval, List<Ref> inputs) {
      Item other = new Item(op, aval, inputs, choice, node, origin);
      other.expansion = expansion;
      return other;
    }

    /** {@return the same without operands} */
    static Item dead(Item item) {
      return new Item(item.op, item.aval, List.of(), null, item.node, "");
    }
  }

  /**
   * A way of looking at an item.
   *
   * @param item its number
   * @param layout where the elements lie relative to the item's own
   * @param place of the node in the walk that lies so, or -1; no part of what it is
   */
  record Ref(int item, Layout layout, int place) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Ref r && item == r.item && layout.equals(r.layout);
    }

    @Override
    public int hashCode() {
      return 31 * item + layout.hashCode();
    }
  }

  private record Key(Op op, List<Ref> inputs) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key k && op.equals(k.op) && inputs.equals(k.inputs);
    }

    @Override
    public int hashCode() {
      int hash = op.hashCode();
      for (int i = 0; i < inputs.size(); i++) {
        // The layouts differ rarely.
        hash = 31 * hash + inputs.get(i).item();
      }
      return hash;
    }
  }

  /** Larger results on the way are recomputed: their memory is worth more reused at once. */
  private static final long LARGEST_KEPT = 1L << 20;

  private static final long KEPT_PER_PLAN = 64L << 20;

  private final Capabilities capabilities;
  private final List<Item> items = new ArrayList<>();
  private final Map<Key, Integer> known = new HashMap<>();
  private final Map<Node, Ref> refs = new IdentityHashMap<>();
  private final Map<Shape, Layout> dense = new HashMap<>();

  /** The place of the node that is being added. */
  private int place = -1;

  /** Whether no part of the plan is special to the lengths; see {@link Relength}. */
  private boolean general = true;

  /** Whether an elementwise operation reads elements that are apart. */
  private boolean strided;

  private Planner(Capabilities capabilities) {
    this.capabilities = capabilities;
  }

  /**
   * {@return the plan of a graph, of which scalars are parameters}
   *
   * @param walk the graph
   * @param outputs the requested nodes
   * @param capabilities what may be used
   */
  static Plan plan(Walk walk, List<Node> outputs, Capabilities capabilities) {
    return plan(walk.nodes(), outputs, capabilities, walk);
  }

  /**
   * {@return the plan of a graph, of which scalars are constants}
   *
   * @param nodes every node that the outputs need, operands first; the sources among them are slots
   *     0, 1, and so on
   * @param outputs the requested nodes
   * @param capabilities what may be used
   */
  static Plan plan(List<Node> nodes, List<Node> outputs, Capabilities capabilities) {
    return plan(nodes, outputs, capabilities, null);
  }

  private static Plan plan(
      List<Node> nodes, List<Node> outputs, Capabilities capabilities, @Nullable Walk walk) {
    Planner planner = new Planner(capabilities);
    for (int i = 0; i < nodes.size(); i++) {
      if (given(nodes.get(i))) {
        planner.place = i;
        planner.refs.put(nodes.get(i), planner.leaf(nodes.get(i)));
      }
    }
    int leaves = planner.items.size();
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      if (given(node)) {
        continue;
      }
      planner.place = i;
      int parameter = walk == null ? -1 : walk.parameter(node);
      if (parameter >= 0 && node.op() instanceof Fill fill) {
        Fill run = new Fill(fill.aval(), new Parameter(parameter, fill.value()));
        planner.refs.put(node, planner.item(run, node.aval(), List.of(), null, ""));
      } else if (parameter >= 0 && node.op() instanceof Random(var distribution, var key, var of)) {
        Random run = new Random(distribution, new Parameter(parameter, key), of);
        String origin = node.computed() ? "recomputed" : "";
        planner.refs.put(node, planner.item(run, node.aval(), List.of(), null, origin));
      } else {
        planner.add(node, node.computed() ? "recomputed" : node.origin());
      }
    }
    List<Ref> wanted = new ArrayList<>();
    for (Node output : outputs) {
      wanted.add(planner.ref(output));
    }
    return planner.finish(nodes, leaves, wanted, keepable(nodes, outputs));
  }

  /**
   * {@return the places of results on the way that are expensive to recompute, small, and may still
   * be asked for} The latest come first, up to a budget.
   */
  static List<Integer> keepable(List<Node> nodes, List<Node> outputs) {
    List<Integer> places = new ArrayList<>();
    long budget = KEPT_PER_PLAN;
    Set<Node> requested = Collections.newSetFromMap(new IdentityHashMap<>());
    requested.addAll(outputs);
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      if (Walk.costly(node.op()) && node.held() && !given(node) && !requested.contains(node)) {
        long bytes = node.aval().bytes();
        if (bytes <= LARGEST_KEPT && bytes <= budget) {
          budget -= bytes;
          places.add(i);
        }
      }
    }
    return places;
  }

  private Plan finish(List<Node> nodes, int leaves, List<Ref> outputs, List<Integer> keep) {
    List<Ref> wanted = new ArrayList<>(outputs);
    for (int place : keep) {
      wanted.add(ref(nodes.get(place)));
    }
    if (strided && Orders.follow(items, wanted, outputs.size())) {
      general = false;
      for (int i = 0; i < outputs.size(); i++) {
        Ref before = outputs.get(i);
        Ref after = wanted.get(i);
        refs.replaceAll((_, ref) -> ref.equals(before) ? after : ref);
      }
    }
    NaiveAttention.note(items);
    Schedule schedule = new Schedule(items, leaves, wanted, capabilities);
    Plan all = schedule.plan();
    List<Plan.Kept> kept = new ArrayList<>();
    for (int i = 0; i < keep.size(); i++) {
      kept.add(new Plan.Kept(keep.get(i), all.outputs().get(outputs.size() + i)));
    }
    List<Plan.Noted> noted = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      if (node.held() && node.op() instanceof Composite && !given(node)) {
        Dispatch dispatch = schedule.dispatch(ref(node).item());
        if (dispatch != null) {
          noted.add(new Plan.Noted(i, dispatch));
        }
      }
    }
    return new Plan(
        leaves,
        all.slots(),
        all.steps(),
        List.copyOf(all.outputs().subList(0, outputs.size())),
        List.copyOf(kept),
        List.copyOf(noted),
        all.peakBytes(),
        all.takesParameters(),
        general && !noted(items) ? all.asked() : null,
        all.repeated());
  }

  /** {@return whether a note names sizes} */
  private static boolean noted(List<Item> items) {
    return items.stream().anyMatch(i -> i.origin.startsWith(NaiveAttention.NOTE));
  }

  private static boolean given(Node node) {
    return node.value() != null || node.op() instanceof Source;
  }

  private Ref leaf(Node node) {
    Layout layout = dense(node.aval().shape());
    if (node.value() instanceof Stored stored) {
      layout = new Layout(stored.view().shape(), stored.view().strides(), 0);
    }
    items.add(new Item(new Source(node.aval()), node.aval(), List.of(), null, -1, ""));
    return new Ref(items.size() - 1, layout, place);
  }

  private Layout dense(Shape shape) {
    return dense.computeIfAbsent(shape, Layout::dense);
  }

  private Ref ref(Node node) {
    Ref ref = refs.get(node);
    if (ref == null) {
      throw new IllegalStateException("operand after its user: " + node);
    }
    return ref;
  }

  private void add(Node node, String origin) {
    List<Ref> inputs = new ArrayList<>(node.inputs().size());
    for (Node in : node.inputs()) {
      inputs.add(ref(in));
    }
    refs.put(
        node,
        switch (node.op()) {
          case Movement move -> move(move, node, inputs.getFirst(), origin);
          case Composite composite -> composite(composite, node, inputs);
          case Pointwise op -> {
            strided |= inputs.stream().anyMatch(Orders::strided);
            yield item(op, node.aval(), inputs, null, origin);
          }
          case Primitive op -> item(op, node.aval(), inputs, null, origin);
          case Source op -> throw new IllegalStateException("a source is given, not computed");
        });
  }

  private Ref item(Op op, Aval aval, List<Ref> inputs, @Nullable Choice choice, String origin) {
    Integer number =
        known.computeIfAbsent(
            new Key(op, inputs),
            key -> {
              items.add(new Item(op, aval, inputs, choice, place, origin));
              return items.size() - 1;
            });
    return new Ref(number, dense(aval.shape()), place);
  }

  private Ref move(Movement move, Node node, Ref from, String origin) {
    Item base = items.get(from.item());
    boolean repeats = move instanceof Expand || move instanceof Reshape;
    if (base.op instanceof Fill fill && repeats && from.layout().isDense()) {
      // One value everywhere stays that under any shape.
      return item(new Fill(node.aval(), fill.value()), node.aval(), List.of(), null, origin);
    }
    general &= !(move instanceof Slice) && (!(move instanceof Reshape) || from.layout().isDense());
    Layout moved = from.layout().after(move);
    if (moved != null) {
      return new Ref(from.item(), moved, place);
    }
    Aval seen = node.inputs().getFirst().aval();
    Ref copy = item(new Copy(), seen, List.of(from), null, "reshape of a strided view");
    return new Ref(copy.item(), dense(node.aval().shape()), place);
  }

  private Ref composite(Composite op, Node node, List<Ref> inputs) {
    Integer seen = known.get(new Key(op, inputs));
    if (seen != null) {
      return new Ref(seen, dense(node.aval().shape()), place);
    }
    Choice choice = Choice.of(op, node, capabilities);
    if (choice.kernel() != null) {
      return item(op, node.aval(), inputs, choice, node.origin());
    }
    // A definition may hold numbers that it made of lengths.
    general = false;
    Node definition = op.define(node.inputs());
    for (Node part : Node.order(definition, refs.keySet())) {
      add(part, "naive " + op.label());
    }
    Ref result = ref(definition);
    Item last = items.get(result.item());
    if (last.expansion == null && !(last.op instanceof Source)) {
      last.expansion = choice.dispatch();
    }
    return result;
  }
}
