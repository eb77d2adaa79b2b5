package lazuli.array.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Promotion;
import lazuli.array.type.Shape;

/** Joins, splits, repeats, pads and turns arrays. */
public final class Joining {
  private Joining() {}

  /** {@return the operands, promoted, one after the other along an axis} */
  public static Node concatenate(int axis, List<Node> all) {
    if (all.isEmpty()) {
      throw new ArrayException(
          "concatenate was given no arrays", "at least one array", "use zeros for an empty array");
    }
    Aval first = all.getFirst().aval();
    int at = Build.axis("concatenate", first.shape(), axis);
    DType type = first.dtype();
    for (int i = 1; i < all.size(); i++) {
      Aval other = all.get(i).aval();
      if (other.dtype() != type) {
        type = Promotion.of(type, other.dtype());
      }
      boolean fits = other.shape().rank() == first.shape().rank();
      for (int d = 0; fits && d < first.shape().rank(); d++) {
        fits = d == at || other.shape().dim(d) == first.shape().dim(d);
      }
      if (!fits) {
        throw new ArrayException(
            "concatenate along axis "
                + axis
                + " was given shapes "
                + first.shape()
                + " and "
                + other.shape()
                + " (operand "
                + i
                + ")",
            "equal shapes except along the axis",
            other.shape().rank() == first.shape().rank()
                ? "check the axis, or slice the operands to one size"
                : "reshape or expandDims an operand, or use stack to add an axis");
      }
    }
    if (all.size() == 1) {
      return all.getFirst();
    }
    List<Node> operands = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      operands.add(Build.promote(all.get(i), type, "operand " + i));
    }
    return Node.of(new Concat(at), operands);
  }

  /** {@return the operands, of one shape, along a new axis} */
  public static Node stack(int axis, List<Node> all) {
    List<Node> expanded = new ArrayList<>();
    for (Node x : all) {
      if (!x.aval().shape().equals(all.getFirst().aval().shape())) {
        throw new ArrayException(
            "stack was given shapes " + all.getFirst().aval().shape() + " and " + x.aval().shape(),
            "equal shapes",
            "use concatenate to join along an axis that is there");
      }
      expanded.add(Movements.expandDims(x, axis));
    }
    if (expanded.isEmpty()) {
      throw new ArrayException(
          "stack was given no arrays", "at least one array", "use zeros for an empty array");
    }
    int rank = expanded.getFirst().aval().shape().rank();
    return concatenate(axis < 0 ? axis + rank : axis, expanded);
  }

  /** {@return elements start to stop along an axis} */
  static Node range(Node x, int axis, long start, long size, long step) {
    Shape shape = x.aval().shape();
    List<Slice.Range> ranges = new ArrayList<>();
    for (int i = 0; i < shape.rank(); i++) {
      ranges.add(
          i == axis ? new Slice.Range(start, size, step) : new Slice.Range(0, shape.dim(i), 1));
    }
    return Node.of(new Slice(ranges), x);
  }

  /** {@return parts that begin at the given places} */
  public static List<Node> splitAt(Node x, int axis, long... places) {
    Shape shape = x.aval().shape();
    int at = Build.axis("split", shape, axis);
    long size = shape.dim(at);
    List<Node> parts = new ArrayList<>();
    long from = 0;
    for (int i = 0; i <= places.length; i++) {
      long to = i == places.length ? size : places[i] < 0 ? places[i] + size : places[i];
      if (to < from || to > size) {
        throw new ArrayException(
            "split was given places "
                + Arrays.toString(places).replace(" ", "")
                + " for axis "
                + axis
                + " of size "
                + size,
            "places from 0 to " + size + " in ascending order",
            "sort the places, and leave out those behind the end");
      }
      parts.add(range(x, at, from, to - from, 1));
      from = to;
    }
    return parts;
  }

  /** {@return so many parts of one size} */
  public static List<Node> split(Node x, int parts, int axis) {
    Shape shape = x.aval().shape();
    int at = Build.axis("split", shape, axis);
    long size = shape.dim(at);
    if (parts < 1 || size % parts != 0) {
      throw new ArrayException(
          "split was given " + parts + " parts for axis " + axis + " of size " + size,
          "a number of parts that divides " + size,
          "use splitAt(axis, places...) for parts of different sizes");
    }
    List<Node> all = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      all.add(range(x, at, i * (size / parts), size / parts, 1));
    }
    return all;
  }

  /** {@return the parts of size 1, without the axis} */
  public static List<Node> unstack(Node x, int axis) {
    int at = Build.axis("unstack", x.aval().shape(), axis);
    List<Node> all = new ArrayList<>();
    for (long i = 0; i < x.aval().shape().dim(at); i++) {
      all.add(Movements.squeeze(range(x, at, i, 1, 1), at));
    }
    return all;
  }

  /** {@return each element several times in a row} */
  public static Node repeat(Node x, long times, int axis) {
    Shape shape = x.aval().shape();
    int at = Build.axis("repeat", shape, axis);
    if (times < 0) {
      throw new ArrayException(
          "repeat was given " + times + " times", "0 times or more", "pass a number of times");
    }
    long[] dims = Arrays.copyOf(shape.dims(), shape.rank() + 1);
    for (int i = shape.rank(); i > at + 1; i--) {
      dims[i] = dims[i - 1];
    }
    dims[at + 1] = times;
    Node wide = Movements.broadcastTo(Movements.expandDims(x, at + 1), Shape.of(dims));
    long[] joined = shape.dims();
    joined[at] *= times;
    return Movements.reshape(wide, Shape.of(joined));
  }

  /** {@return the whole array several times along each dimension} */
  public static Node tile(Node x, long... times) {
    int rank = Math.max(times.length, x.aval().shape().rank());
    long[] own = new long[rank];
    long[] split = new long[2 * rank];
    long[] wide = new long[2 * rank];
    long[] out = new long[rank];
    for (int i = 0; i < rank; i++) {
      int d = i - (rank - x.aval().shape().rank());
      int t = i - (rank - times.length);
      own[i] = d < 0 ? 1 : x.aval().shape().dim(d);
      long n = t < 0 ? 1 : times[t];
      if (n < 0) {
        throw new ArrayException(
            "tile was given " + Arrays.toString(times).replace(" ", ""),
            "numbers of 0 or more",
            "pass how often to repeat each dimension");
      }
      split[2 * i] = 1;
      split[2 * i + 1] = own[i];
      wide[2 * i] = n;
      wide[2 * i + 1] = own[i];
      out[i] = n * own[i];
    }
    Node apart = Movements.reshape(x, Shape.of(split));
    return Movements.reshape(Movements.broadcastTo(apart, Shape.of(wide)), Shape.of(out));
  }

  /** {@return elements moved along an axis; those that leave come back at the other end} */
  public static Node roll(Node x, long shift, int axis) {
    int at = Build.axis("roll", x.aval().shape(), axis);
    long size = x.aval().shape().dim(at);
    long by = size == 0 ? 0 : Math.floorMod(shift, size);
    return by == 0
        ? x
        : concatenate(at, List.of(range(x, at, size - by, by, 1), range(x, at, 0, size - by, 1)));
  }

  /** {@return elements of the flattened array moved} */
  public static Node roll(Node x, long shift) {
    return Movements.reshape(roll(Movements.reshape(x, -1), shift, 0), x.aval().shape());
  }

  /** {@return the order of elements reversed along some axes; none means all} */
  public static Node flip(Node x, int... axes) {
    Shape shape = x.aval().shape();
    List<Slice.Range> ranges = new ArrayList<>();
    Axes set = Build.axes("flip", shape, axes);
    for (int i = 0; i < shape.rank(); i++) {
      long size = shape.dim(i);
      ranges.add(
          set.contains(i) && size > 0
              ? new Slice.Range(size - 1, size, -1)
              : new Slice.Range(0, size, 1));
    }
    return Node.of(new Slice(ranges), x);
  }

  /**
   * {@return x with a margin}
   *
   * @param x the array
   * @param mode constant, edge, reflect or symmetric
   * @param value what a constant margin holds, in x's type
   * @param widths before and after the last dimensions, or one width for both ends of all
   */
  public static Node pad(Node x, String mode, Number value, long... widths) {
    Shape shape = x.aval().shape();
    int rank = shape.rank();
    boolean known = List.of("constant", "edge", "reflect", "symmetric").contains(mode);
    boolean fits = widths.length == 1 || widths.length == 2 || widths.length == 2 * rank;
    if (!known || !fits || Arrays.stream(widths).anyMatch(w -> w < 0)) {
      throw new ArrayException(
          "pad was given mode \""
              + mode
              + "\" and widths "
              + Arrays.toString(widths).replace(" ", "")
              + " for shape "
              + shape,
          "mode constant, edge, reflect or symmetric; widths of 0 or more: one for all ends, before"
              + " and after for all axes, or before and after for each of the "
              + rank
              + " axes",
          "write before0, after0, before1, after1, and so on");
    }
    long[] before = new long[rank];
    long[] after = new long[rank];
    long[] dims = shape.dims();
    for (int i = 0; i < rank; i++) {
      before[i] = widths.length <= 2 ? widths[0] : widths[2 * i];
      after[i] = widths.length <= 2 ? widths[widths.length - 1] : widths[2 * i + 1];
      dims[i] += before[i] + after[i];
    }
    if (mode.equals("constant")) {
      List<Slice.Range> ranges = new ArrayList<>();
      for (int i = 0; i < rank; i++) {
        ranges.add(new Slice.Range(before[i], shape.dim(i), 1));
      }
      Node margin = Build.fill(x.aval().dtype(), Shape.of(dims), value);
      return Node.of(new SliceUpdate(new Slice(ranges)), margin, x);
    }
    Node out = x;
    for (int i = 0; i < rank; i++) {
      if (before[i] + after[i] > 0) {
        out = Picking.take(out, mirrored(mode, shape.dim(i), before[i], after[i]), i);
      }
    }
    return out;
  }

  /** {@return which element stands at each place from -before to size + after} */
  private static Node mirrored(String mode, long size, long before, long after) {
    if (size == 0) {
      throw new ArrayException(
          "pad was asked for mode \"" + mode + "\" along an axis of size 0",
          "at least one element to repeat",
          "use mode constant");
    }
    Node place = Build.arange(DType.I64, -before, size + after, 1);
    if (mode.equals("edge") || size == 1) {
      place = Build.binary(Binary.MAXIMUM, place, Build.scalar(place, 0));
      return Build.binary(Binary.MINIMUM, place, Build.scalar(place, size - 1));
    }
    long period = mode.equals("reflect") ? 2 * (size - 1) : 2 * size;
    long last = mode.equals("reflect") ? period : period - 1;
    place = Build.binary(Binary.REMAINDER, place, Build.scalar(place, period));
    Node back = Build.sub(Build.scalar(place, last), place);
    return Build.where(Build.lt(place, Build.scalar(place, size)), place, back);
  }
}
