package lazuli.array.plan;

import java.util.Arrays;
import java.util.List;
import lazuli.array.op.Fill;
import lazuli.array.op.Pointwise;

/**
 * Which pointwise items are computed together.
 *
 * <p>An item joins the group of its consumers when all of them are in that one group, read it
 * element by element and have its shape. Groups are therefore convex: no value leaves one and comes
 * back.
 */
final class Groups {
  /** Longer programs do not get faster: registers spill. */
  static final int LONGEST = 48;

  private static final int NONE = -1;
  private static final int SEVERAL = -2;

  /** For each item the number of the group's last item; its own number when it is stored. */
  private final int[] root;

  /** Finds the groups; {@code stored} tells which items must be written to memory anyway. */
  Groups(List<Planner.Item> items, boolean[] stored) {
    int n = items.size();
    root = new int[n];
    int[] consumer = new int[n];
    int[] size = new int[n];
    Arrays.fill(consumer, NONE);
    for (int i = n - 1; i >= 0; i--) {
      Planner.Item item = items.get(i);
      boolean joins =
          item.op instanceof Pointwise
              && !stored[i]
              && consumer[i] >= 0
              && size[consumer[i]] < LONGEST
              && items.get(consumer[i]).aval.shape().equals(item.aval.shape());
      root[i] = joins ? consumer[i] : i;
      size[root[i]]++;
      for (Planner.Ref in : item.inputs) {
        boolean alike =
            item.op instanceof Pointwise
                && in.layout().equals(Layout.dense(items.get(in.item()).aval.shape()));
        int group = alike ? root[i] : SEVERAL;
        int before = consumer[in.item()];
        consumer[in.item()] = before == NONE || before == group ? group : SEVERAL;
      }
    }
  }

  /** {@return the number of the item that ends the group} */
  int root(int item) {
    return root[item];
  }

  /** {@return whether the item is computed inside another's step} */
  boolean inner(int item) {
    return root[item] != item;
  }

  /** {@return whether an item is a constant of programs} */
  static boolean constant(Planner.Item item) {
    return item.op instanceof Fill;
  }
}
