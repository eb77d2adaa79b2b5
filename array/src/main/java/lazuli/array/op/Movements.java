package lazuli.array.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lazuli.array.type.ArrayException;
import lazuli.array.type.Shape;

/** Makes graph nodes that only look at memory differently: checks shapes and axes. */
public final class Movements {
  private Movements() {}

  /**
   * {@return the elements in row-major order under another shape}
   *
   * @param x the operand
   * @param dims the sizes; one may be -1, which means "whatever is left"
   * @throws ArrayException if the number of elements differs
   */
  public static Node reshape(Node x, long... dims) {
    Shape in = x.aval().shape();
    long known = 1;
    int open = -1;
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] == -1 && open < 0) {
        open = i;
      } else if (dims[i] < 0) {
        throw new ArrayException(
            "reshape was given " + Arrays.toString(dims).replace(" ", ""),
            "sizes of 0 or more, and -1 at most once",
            "write the sizes out");
      } else {
        known = Math.multiplyExact(known, dims[i]);
      }
    }
    long[] sizes = dims.clone();
    if (open >= 0 && known > 0 && in.size() % known == 0) {
      sizes[open] = in.size() / known;
      known *= sizes[open];
    }
    if (known != in.size() || (open >= 0 && sizes[open] < 0)) {
      throw new ArrayException(
          "reshape was given "
              + in
              + " ("
              + in.size()
              + " elements) and "
              + Arrays.toString(dims).replace(" ", ""),
          "sizes whose product is " + in.size(),
          "use -1 for one size to let it be computed");
    }
    return reshape(x, Shape.of(sizes));
  }

  /**
   * {@return the operand under a shape of the same size}
   *
   * @param x the operand
   * @param shape the shape
   */
  static Node reshape(Node x, Shape shape) {
    return shape.equals(x.aval().shape()) ? x : Node.of(new Reshape(shape), x);
  }

  /**
   * {@return dimensions in another order}
   *
   * @param x the operand
   * @param order a permutation of the axes, negative from the end; none reverses them
   * @throws ArrayException if it is no permutation
   */
  public static Node transpose(Node x, int... order) {
    int rank = x.aval().shape().rank();
    List<Integer> axes = new ArrayList<>();
    for (int i = 0; i < (order.length == 0 ? rank : order.length); i++) {
      axes.add(
          order.length == 0 ? rank - 1 - i : Build.axis("transpose", x.aval().shape(), order[i]));
    }
    if (axes.size() != rank || axes.stream().distinct().count() != rank) {
      throw new ArrayException(
          "transpose was given axes " + Arrays.toString(order) + " for shape " + x.aval().shape(),
          "each of the " + rank + " axes once",
          "use t() to exchange the last two, or transpose() to reverse all");
    }
    return Node.of(new Permute(axes), x);
  }

  /**
   * {@return the last two dimensions exchanged}
   *
   * @param x the operand, of rank 2 or more
   * @throws ArrayException if it has fewer dimensions
   */
  public static Node swapLast(Node x) {
    int rank = x.aval().shape().rank();
    if (rank < 2) {
      throw new ArrayException(
          "t was given shape " + x.aval().shape(),
          "at least two dimensions",
          "use expandDims to add one");
    }
    int[] order = new int[rank];
    for (int i = 0; i < rank; i++) {
      order[i] = i < rank - 2 ? i : 2 * rank - 3 - i;
    }
    return transpose(x, order);
  }

  /**
   * {@return the operand with a new dimension of size 1}
   *
   * @param x the operand
   * @param axis where it appears in the result, negative from the end
   */
  public static Node expandDims(Node x, int axis) {
    long[] in = x.aval().shape().dims();
    long[] dims = new long[in.length + 1];
    if (axis < -dims.length || axis >= dims.length) {
      throw new ArrayException(
          "expandDims was given axis " + axis + " for shape " + x.aval().shape(),
          "an axis from " + -dims.length + " to " + (dims.length - 1),
          "use -1 to add the last axis");
    }
    int at = axis < 0 ? axis + dims.length : axis;
    for (int i = 0; i < dims.length; i++) {
      dims[i] = i == at ? 1 : in[i < at ? i : i - 1];
    }
    return reshape(x, Shape.of(dims));
  }

  /**
   * {@return the operand without dimensions of size 1}
   *
   * @param x the operand
   * @param axes which, negative from the end; none means every dimension of size 1
   * @throws ArrayException if one has another size
   */
  public static Node squeeze(Node x, int... axes) {
    Shape in = x.aval().shape();
    long mask = 0;
    for (int axis : axes) {
      int at = Build.axis("squeeze", in, axis);
      if (in.dim(at) != 1) {
        throw new ArrayException(
            "squeeze was given axis " + axis + " of shape " + in + ", which has size " + in.dim(at),
            "axes of size 1",
            "use get or a reduction to drop a larger axis");
      }
      mask |= 1L << at;
    }
    for (int i = 0; i < in.rank() && axes.length == 0; i++) {
      mask |= in.dim(i) == 1 ? 1L << i : 0;
    }
    return reshape(x, new Axes(mask).dropped(in));
  }

  /**
   * {@return the operand repeated to a larger shape, without copying}
   *
   * @param x the operand
   * @param shape the shape
   * @throws ArrayException if a size differs and is not 1
   */
  public static Node broadcastTo(Node x, Shape shape) {
    Shape in = x.aval().shape();
    if (in.equals(shape)) {
      return x;
    }
    boolean fits = in.rank() <= shape.rank();
    for (int i = 1; fits && i <= in.rank(); i++) {
      fits = in.dim(-i) == 1 || in.dim(-i) == shape.dim(-i);
    }
    if (!fits) {
      throw new ArrayException(
          "broadcastTo was given " + in + " and the target " + shape,
          "equal sizes, or size 1 in the operand, counted from the last dimension",
          "reshape or expandDims the operand so that the dimensions line up");
    }
    return Node.of(new Expand(shape), x);
  }

  /**
   * {@return a part of the operand}
   *
   * @param x the operand
   * @param text such as {@code "0:4, ..., ::2"}
   * @throws ArrayException if the text is malformed or an index out of bounds
   */
  public static Node get(Node x, String text) {
    return Selection.of(text).get(x);
  }
}
