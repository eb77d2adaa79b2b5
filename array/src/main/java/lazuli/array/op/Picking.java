package lazuli.array.op;

import java.util.List;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Promotion;
import lazuli.array.type.Shape;

/** Takes and puts elements that index arrays name. */
public final class Picking {
  private Picking() {}

  private static Node indices(String op, Node indices) {
    DType type = indices.aval().dtype();
    if (type.isFloat() || type == DType.BOOL) {
      throw new ArrayException(
          op + " was given indices of type " + type,
          "integers",
          type == DType.BOOL
              ? "use get(mask) for a mask, or where"
              : "convert them, such as idx.astype(I32)");
    }
    return type == DType.I32 || type == DType.I64 ? indices : Build.cast(indices, DType.I64);
  }

  /** {@return the elements at some indices of an axis, whose place the indices' dimensions take} */
  public static Node take(Node x, Node indices, int axis) {
    Shape shape = x.aval().shape();
    int at = Build.axis("take", shape, axis);
    Node index = indices("take", indices);
    Node taken = Node.of(new Gather(List.of(at)), x, index);
    int j = index.aval().shape().rank();
    int[] order = new int[shape.rank() - 1 + j];
    for (int i = 0; i < order.length; i++) {
      order[i] = i < at ? j + i : i < at + j ? i - at : i;
    }
    return at == 0 || j == 0 ? taken : Movements.transpose(taken, order);
  }

  /** {@return the elements at some indices of the flattened array} */
  public static Node take(Node x, Node indices) {
    return take(Movements.reshape(x, -1), indices, 0);
  }

  private record Lined(Node x, Node indices, int axis) {}

  private static Lined lined(String op, Node x, Node indices, int axis) {
    Shape a = x.aval().shape();
    Shape b = indices.aval().shape();
    int at = Build.axis(op, a, axis);
    if (a.rank() != b.rank()) {
      throw new ArrayException(
          op + " was given shapes " + a + " and " + b,
          "indices with as many dimensions as the array",
          "use expandDims, such as idx.expandDims(-1)");
    }
    long[] one = a.dims();
    long[] two = b.dims();
    one[at] = two[at] = 1;
    long[] common = Shape.broadcast(op, Shape.of(one), Shape.of(two)).dims();
    long[] own = common.clone();
    own[at] = a.dim(at);
    common[at] = b.dim(at);
    return new Lined(
        Movements.broadcastTo(x, Shape.of(own)),
        Movements.broadcastTo(indices(op, indices), Shape.of(common)),
        at);
  }

  /** {@return the elements at indices of their own line} */
  public static Node takeAlongAxis(Node x, Node indices, int axis) {
    Lined l = lined("takeAlongAxis", x, indices, axis);
    return Node.of(new TakeAlong(l.axis), l.x, l.indices);
  }

  /** {@return x with values put at indices of their own line; of several the last wins} */
  public static Node putAlongAxis(Node x, Node indices, Node values, int axis) {
    Lined l = lined("putAlongAxis", x, indices, axis);
    Node spread = Build.promote(values, x.aval().dtype(), "values");
    spread = Movements.broadcastTo(spread, l.indices.aval().shape());
    return Node.of(new PutAlong(l.axis, Update.SET), l.x, l.indices, spread);
  }

  /** {@return where each value belongs in a sorted row, as i32} */
  public static Node searchSorted(Node row, Node values, boolean right) {
    if (row.aval().shape().rank() != 1) {
      throw new ArrayException(
          "searchsorted was given a row of shape " + row.aval().shape(),
          "one dimension, sorted in ascending order",
          "flatten and sort it first");
    }
    DType type = Promotion.of(row.aval().dtype(), values.aval().dtype());
    return Node.of(
        new SearchSorted(right),
        Build.promote(row, type, "row"),
        Build.promote(values, type, "values"));
  }
}
