package lazuli.array.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;

/** Further ways to look at an array, made of {@link Movements} and gathers. */
public final class Shapes {
  private Shapes() {}

  /** {@return dimensions first to last joined into one} */
  public static Node flatten(Node x, int first, int last) {
    Shape shape = x.aval().shape();
    if (shape.rank() == 0) {
      return Movements.reshape(x, 1);
    }
    int from = Build.axis("flatten", shape, first);
    int to = Build.axis("flatten", shape, last);
    if (from > to) {
      throw new ArrayException(
          "flatten was given axes " + first + " to " + last + " for shape " + shape,
          "a first axis that is not behind the last",
          "exchange them");
    }
    long[] dims = new long[shape.rank() - (to - from)];
    long joined = 1;
    for (int i = 0; i < shape.rank(); i++) {
      if (i < from) {
        dims[i] = shape.dim(i);
      } else if (i > to) {
        dims[i - (to - from)] = shape.dim(i);
      } else {
        joined *= shape.dim(i);
      }
    }
    dims[from] = joined;
    return Movements.reshape(x, Shape.of(dims));
  }

  /** {@return one dimension split into several, of which one size may be -1} */
  public static Node unflatten(Node x, int axis, long... sizes) {
    Shape shape = x.aval().shape();
    int at = Build.axis("unflatten", shape, axis);
    long known = 1;
    int open = -1;
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] == -1 && open < 0) {
        open = i;
      } else {
        known *= sizes[i];
      }
    }
    long size = shape.dim(at);
    long[] inner = sizes.clone();
    boolean fits = sizes.length > 0 && known >= 0;
    if (open >= 0) {
      fits &= known > 0 && size % known == 0;
      inner[open] = fits ? size / known : 0;
    } else {
      fits &= known == size;
    }
    if (!fits) {
      throw new ArrayException(
          "unflatten was given axis "
              + axis
              + " of size "
              + size
              + " and sizes "
              + Arrays.toString(sizes).replace(" ", ""),
          "sizes whose product is " + size,
          "use -1 for one size to let it be computed");
    }
    long[] dims = new long[shape.rank() - 1 + inner.length];
    for (int i = 0; i < dims.length; i++) {
      dims[i] =
          i < at
              ? shape.dim(i)
              : i < at + inner.length ? inner[i - at] : shape.dim(i - inner.length + 1);
    }
    return Movements.reshape(x, Shape.of(dims));
  }

  /** {@return the dimension source moved to destination, the others in order} */
  public static Node moveAxis(Node x, int source, int destination) {
    Shape shape = x.aval().shape();
    int from = Build.axis("moveaxis", shape, source);
    int to = Build.axis("moveaxis", shape, destination);
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < shape.rank(); i++) {
      if (i != from) {
        order.add(i);
      }
    }
    order.add(to, from);
    return from == to ? x : Node.of(new Permute(order), x);
  }

  /** {@return two dimensions exchanged} */
  public static Node swapAxes(Node x, int a, int b) {
    Shape shape = x.aval().shape();
    int one = Build.axis("swapaxes", shape, a);
    int two = Build.axis("swapaxes", shape, b);
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < shape.rank(); i++) {
      order.add(i == one ? two : i == two ? one : i);
    }
    return one == two ? x : Node.of(new Permute(order), x);
  }

  /** {@return x with at least so many dimensions, in NumPy's places} */
  public static Node atLeast(Node x, int rank) {
    Shape shape = x.aval().shape();
    if (shape.rank() >= rank) {
      return x;
    }
    long[] dims =
        switch (shape.rank()) {
          case 0 ->
              rank == 1 ? new long[] {1} : rank == 2 ? new long[] {1, 1} : new long[] {1, 1, 1};
          case 1 -> rank == 2 ? new long[] {1, shape.dim(0)} : new long[] {1, shape.dim(0), 1};
          default -> new long[] {shape.dim(0), shape.dim(1), 1};
        };
    return Movements.reshape(x, Shape.of(dims));
  }

  /** {@return the operands repeated to their common shape} */
  public static List<Node> broadcastArrays(List<Node> all) {
    Shape shape = Shape.SCALAR;
    for (Node x : all) {
      shape = Shape.broadcast("broadcastArrays", shape, x.aval().shape());
    }
    List<Node> out = new ArrayList<>();
    for (Node x : all) {
      out.add(Movements.broadcastTo(x, shape));
    }
    return out;
  }

  /** {@return elements i, i + offset of two dimensions as a new last one} */
  public static Node diagonal(Node x, int offset, int axis1, int axis2) {
    Shape shape = x.aval().shape();
    if (shape.rank() < 2) {
      throw new ArrayException(
          "diagonal was given shape " + shape, "at least two dimensions", "use diag for a row");
    }
    int one = Build.axis("diagonal", shape, axis1);
    int two = Build.axis("diagonal", shape, axis2);
    if (one == two) {
      throw new ArrayException(
          "diagonal was given axis " + axis1 + " twice for shape " + shape,
          "two different axes",
          "leave the axes out to take the first two");
    }
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < shape.rank(); i++) {
      if (i != one && i != two) {
        order.add(i);
      }
    }
    order.add(one);
    order.add(two);
    long m = shape.dim(one);
    long n = shape.dim(two);
    long count = Math.max(0, offset >= 0 ? Math.min(m, n - offset) : Math.min(m + offset, n));
    long start = count == 0 ? 0 : offset >= 0 ? offset : -offset * n;
    Node matrix = Node.of(new Permute(order), x);
    Node flat = flatten(matrix, -2, -1);
    List<Slice.Range> ranges = new ArrayList<>();
    for (int i = 0; i < shape.rank() - 2; i++) {
      ranges.add(new Slice.Range(0, flat.aval().shape().dim(i), 1));
    }
    ranges.add(new Slice.Range(start, count, n + 1));
    return Node.of(new Slice(ranges), flat);
  }

  /** {@return the sum along a diagonal} */
  public static Node trace(Node x, int offset, int axis1, int axis2) {
    return Build.reduce(Reduction.SUM, diagonal(x, offset, axis1, axis2), false, -1);
  }

  /** {@return the same bytes as another type} */
  public static Node view(Node x, DType to) {
    DType from = x.aval().dtype();
    Shape shape = x.aval().shape();
    if (from == to) {
      return x;
    }
    boolean fits =
        shape.rank() == 0
            ? from.bytes() == to.bytes()
            : shape.dim(-1) * from.bytes() % to.bytes() == 0;
    if (!fits) {
      throw new ArrayException(
          "view was given " + x.aval() + " and the type " + to,
          "a last dimension of whole elements: its bytes are a multiple of " + to.bytes(),
          "use astype to convert values");
    }
    return Node.of(new Bitcast(to), x);
  }

  /** {@return elements of the flattened array at a regular grid of places, copied} */
  public static Node asStrided(Node x, Shape shape, long[] strides, long offset) {
    if (strides.length != shape.rank()) {
      throw new ArrayException(
          "asStrided was given shape " + shape + " and " + strides.length + " strides",
          "one stride, in elements, for each dimension",
          "use shape.strides() of the array for its own");
    }
    long low = offset;
    long high = offset;
    for (int i = 0; i < strides.length; i++) {
      long reach = (shape.dim(i) - 1) * strides[i];
      low += Math.min(0, reach);
      high += Math.max(0, reach);
    }
    long size = x.aval().shape().size();
    if (shape.size() > 0 && (low < 0 || high >= size)) {
      throw new ArrayException(
          "asStrided was given shape "
              + shape
              + ", strides "
              + Arrays.toString(strides).replace(" ", "")
              + " and offset "
              + offset
              + ", which reach elements "
              + low
              + " to "
              + high,
          "elements 0 to " + (size - 1) + " of " + x.aval(),
          "make the shape or the strides smaller");
    }
    Node places = Build.fill(DType.I64, Shape.SCALAR, offset);
    for (int i = 0; i < strides.length; i++) {
      long[] dims = new long[strides.length];
      Arrays.fill(dims, 1);
      dims[i] = shape.dim(i);
      Node step = Build.arange(DType.I64, 0, shape.dim(i), 1);
      step = Build.mul(step, Build.scalar(step, strides[i]));
      places = Build.add(places, Movements.reshape(step, dims));
    }
    return Node.of(
        new Gather(List.of(0)), Movements.reshape(x, -1), Movements.broadcastTo(places, shape));
  }
}
