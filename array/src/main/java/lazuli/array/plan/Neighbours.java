package lazuli.array.plan;

import java.util.Arrays;
import java.util.List;
import lazuli.array.op.MatMul;
import lazuli.array.op.Pointwise;
import lazuli.array.op.Reduce;

/**
 * Which groups may be computed inside the reduction that reads them, and which products may be
 * computed with the group that reads them: those that nothing else reads.
 */
final class Neighbours {
  private static final int NONE = -1;

  /** For each item the reduction that reads it. */
  private final int[] reducer;

  /** For each product the last item of the group that reads it. */
  private final int[] epilogue;

  /** For each last item of a group its product. */
  private final int[] product;

  Neighbours(List<Planner.Item> items, boolean[] needed, boolean[] stored, Groups groups) {
    int n = items.size();
    reducer = new int[n];
    epilogue = new int[n];
    product = new int[n];
    Arrays.fill(reducer, NONE);
    Arrays.fill(epilogue, NONE);
    Arrays.fill(product, NONE);
    int[] uses = new int[n];
    int[] reader = new int[n];
    boolean[] alone = new boolean[n];
    Arrays.fill(alone, true);
    for (int i = 0; i < n; i++) {
      if (needed[i]) {
        for (Planner.Ref in : items.get(i).inputs) {
          int from = in.item();
          int group = items.get(i).op instanceof Pointwise ? groups.root(i) : NONE;
          // Read in order every time: the elements of a transpose are not there yet.
          alone[from] &=
              group != NONE && (uses[from] == 0 || reader[from] == group) && in.layout().isDense();
          reader[from] = group;
          uses[from]++;
        }
      }
    }
    for (int i = 0; i < n; i++) {
      if (!needed[i]) {
        continue;
      }
      Planner.Item item = items.get(i);
      for (Planner.Ref in : item.inputs) {
        int from = in.item();
        if (stored[from]) {
          continue;
        }
        if (item.op instanceof Reduce
            && uses[from] == 1
            && items.get(from).op instanceof Pointwise
            && !groups.inner(from)
            && in.layout().equals(Layout.dense(items.get(from).aval.shape()))) {
          reducer[from] = i;
        } else if (alone[from]
            && epilogue[from] == NONE
            && items.get(from).op instanceof MatMul
            && in.layout().isDense()
            && follows(items, groups.root(i), from, in)) {
          int end = groups.root(i);
          if (product[end] != NONE) {
            epilogue[product[end]] = NONE;
          }
          product[end] = from;
          epilogue[from] = end;
        }
      }
    }
  }

  /** Whether the group reads the product in order and gives a result of its size and type. */
  private static boolean follows(List<Planner.Item> items, int end, int product, Planner.Ref seen) {
    return items.get(end).aval.shape().equals(seen.layout().shape())
        && items.get(end).aval.dtype() == items.get(product).aval.dtype()
        && seen.layout().shape().size() == items.get(product).aval.shape().size();
  }

  /** {@return the reduction that alone reads an item, or -1} */
  int reducer(int item) {
    return reducer[item];
  }

  /** {@return the last item of the group that alone reads a product, or -1} */
  int epilogue(int item) {
    return epilogue[item];
  }

  /** {@return the product that a group's last item may be computed with, or -1} */
  int product(int item) {
    return product[item];
  }
}
