package lazuli.array.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import lazuli.array.op.Fill;
import lazuli.array.op.Pointwise;
import lazuli.array.plan.Planner.Item;
import lazuli.array.plan.Planner.Ref;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Requested elementwise results lie in the order of their operands, as in NumPy: {@code exp(x.t())}
 * is computed along the rows of x, and the result is the transpose of that. Otherwise every operand
 * that lies in another order would be gathered element by element.
 *
 * <p>Only what is stored and read by nobody else in the plan is reordered, together with the
 * elementwise items that only it needs; row-major operands of the full size keep the usual order.
 */
final class Orders {
  private final List<Item> items;
  private final int[] readers;

  private Orders(List<Item> items, List<Ref> wanted) {
    this.items = items;
    this.readers = new int[items.size()];
    for (Ref ref : wanted) {
      readers[ref.item()]++;
    }
    for (Item item : items) {
      for (Ref in : item.inputs) {
        readers[in.item()]++;
      }
    }
  }

  /**
   * Adds reordered items; the replaced ones stay, needed by nobody.
   *
   * @param items the plan's so far
   * @param wanted what is asked for; those whose order changes are replaced
   * @param outputs how many of them, from the first, may change: the others are kept for later use
   * @return whether any was
   */
  static boolean follow(List<Item> items, List<Ref> wanted, int outputs) {
    boolean any = false;
    @Nullable Orders orders = null;
    for (int i = 0; i < outputs; i++) {
      Ref ref = wanted.get(i);
      Item item = items.get(ref.item());
      if (!(item.op instanceof Pointwise) || !ref.layout().isDense()) {
        continue;
      }
      orders = orders == null ? new Orders(items, wanted) : orders;
      Ref other = orders.reordered(ref);
      if (other != null) {
        wanted.set(i, other);
        any = true;
      }
    }
    return any;
  }

  /** {@return whether an operand's innermost elements are apart, so that another order may help} */
  static boolean strided(Ref operand) {
    long[] strides = operand.layout().strides();
    int last = strides.length - 1;
    return last > 0 && strides[last] > 1 && operand.layout().shape().dim(last) > 1;
  }

  private @Nullable Ref reordered(Ref root) {
    if (readers[root.item()] > 1) {
      return null;
    }
    Map<Integer, Integer> seen = new HashMap<>();
    TreeSet<Integer> members = members(root.item(), seen);
    List<Ref> operands = new ArrayList<>();
    for (int member : members) {
      for (Ref in : items.get(member).inputs) {
        if (!members.contains(in.item()) && !(items.get(in.item()).op instanceof Fill)) {
          operands.add(in);
        }
      }
    }
    Shape shape = items.get(root.item()).aval.shape();
    List<Integer> order = order(operands, shape);
    if (order == null) {
      return null;
    }
    Shape other = root.layout().permute(order).shape();
    Map<Integer, Integer> moved = new HashMap<>();
    for (int member : members) {
      Item item = items.get(member);
      List<Ref> inputs = new ArrayList<>();
      for (Ref in : item.inputs) {
        Integer inner = moved.get(in.item());
        inputs.add(
            inner != null
                ? new Ref(inner, Layout.dense(other), in.place())
                : new Ref(in.item(), in.layout().expand(shape).permute(order), in.place()));
      }
      items.add(item.with(item.aval.withShape(other), inputs));
      moved.put(member, items.size() - 1);
    }
    return new Ref(items.size() - 1, Layout.dense(other).permute(inverse(order)), root.place());
  }

  /** The elementwise items that only the root needs, first to last. */
  private TreeSet<Integer> members(int root, Map<Integer, Integer> seen) {
    Shape shape = items.get(root).aval.shape();
    TreeSet<Integer> members = new TreeSet<>();
    TreeSet<Integer> open = new TreeSet<>(List.of(root));
    while (!open.isEmpty()) {
      // Readers have higher numbers: all that are members were met before.
      int number = open.pollLast();
      Item item = items.get(number);
      boolean joins =
          item.op instanceof Pointwise
              && item.aval.shape().equals(shape)
              && (number == root
                  || item.expansion == null && seen.getOrDefault(number, 0) == readers[number]);
      if (!joins) {
        continue;
      }
      members.add(number);
      for (Ref in : item.inputs) {
        if (in.layout().equals(Layout.dense(items.get(in.item()).aval.shape()))) {
          seen.merge(in.item(), 1, Integer::sum);
          open.add(in.item());
        }
      }
    }
    return members;
  }

  /** {@return the order in which every operand is read along adjacent elements, or null} */
  private static @Nullable List<Integer> order(List<Ref> operands, Shape shape) {
    for (Ref operand : operands) {
      Layout layout = operand.layout().expand(shape);
      // A dimension of one element has no stride to speak of: outermost, it is in nobody's way.
      long[] strides = layout.strides().clone();
      List<Integer> order = new ArrayList<>();
      boolean full = true;
      for (int i = 0; i < shape.rank(); i++) {
        order.add(i);
        strides[i] = shape.dim(i) == 1 ? Long.MAX_VALUE : strides[i];
        full &= strides[i] > 0;
      }
      if (!strided(operand) || !full) {
        continue;
      }
      order.sort(Comparator.comparingLong((Integer i) -> strides[i]).reversed());
      int inner = order.getLast();
      boolean along =
          strides[inner] == 1
              && operands.stream()
                  .mapToLong(o -> o.layout().expand(shape).strides()[inner])
                  .allMatch(stride -> stride == 0 || stride == 1);
      return along ? order : null;
    }
    return null;
  }

  private static List<Integer> inverse(List<Integer> order) {
    Integer[] inverse = new Integer[order.size()];
    for (int i = 0; i < inverse.length; i++) {
      inverse[order.get(i)] = i;
    }
    return List.of(inverse);
  }
}
