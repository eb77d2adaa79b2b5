package lazuli.array.op;

import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;

/** Scans, sorts, and what is made of them. */
public final class Ordering {
  private Ordering() {}

  /** {@return running results along an axis} Exclusive ones are shifted by one element. */
  public static Node scan(Scanning row, Node x, int axis, boolean reverse, boolean inclusive) {
    Shape shape = x.aval().shape();
    int at = Build.axis(row.label(), shape, axis);
    Node in = Build.promote(x, row.type(x.aval().dtype()), "x");
    Node all = Node.of(new Scan(row, at, reverse), in);
    long size = shape.dim(at);
    if (inclusive || size == 0) {
      return all;
    }
    long[] one = shape.dims();
    one[at] = 1;
    Node start = Build.fill(in.aval().dtype(), Shape.of(one), start(row, in.aval().dtype()));
    Node rest = Joining.range(all, at, reverse ? 1 : 0, size - 1, 1);
    return Joining.concatenate(
        at, reverse ? java.util.List.of(rest, start) : java.util.List.of(start, rest));
  }

  /** The value before the first element; the limit of the type where that is infinite. */
  private static Number start(Scanning row, DType type) {
    if (type.isFloat() || Double.isFinite(row.start())) {
      return row.start();
    }
    if (type == DType.U64) {
      return row.start() < 0 ? 0L : -1L;
    }
    return lazuli.array.type.Rounding.integer(type, row.start());
  }

  /** {@return each line in ascending order, NaN last} */
  public static Node sort(Node x, int axis) {
    return Node.of(new Sort(axis("sort", x, axis)), x);
  }

  /** {@return the indices, as i32, that would sort each line} */
  public static Node argSort(Node x, int axis) {
    return Node.of(new ArgSort(axis("argsort", x, axis)), x);
  }

  private static int axis(String op, Node x, int axis) {
    Rule.ARITHMETIC.operand(op, x.aval().dtype());
    return Build.axis(op, x.aval().shape(), axis);
  }

  /** {@return each line so that element kth is in its sorted place; here every element is} */
  public static Node partition(Node x, long kth, int axis) {
    checkPlace("partition", x, kth, axis);
    return sort(x, axis);
  }

  /** {@return the indices that would partition each line} */
  public static Node argPartition(Node x, long kth, int axis) {
    checkPlace("argpartition", x, kth, axis);
    return argSort(x, axis);
  }

  private static void checkPlace(String op, Node x, long kth, int axis) {
    long size = x.aval().shape().dim(Build.axis(op, x.aval().shape(), axis));
    if (kth < -size || kth >= size) {
      throw new ArrayException(
          op + " was given place " + kth + " for axis " + axis + " of size " + size,
          size == 0 ? "no place: the axis is empty" : "places from " + -size + " to " + (size - 1),
          "use 0 for the smallest and -1 for the largest");
    }
  }

  /** {@return the k largest of each line, in ascending order} */
  public static Node topK(Node x, long k, int axis) {
    int at = axis("topk", x, axis);
    long size = x.aval().shape().dim(at);
    if (k < 0 || k > size) {
      throw new ArrayException(
          "topk was given k = " + k + " for axis " + axis + " of size " + size,
          "k from 0 to " + size,
          "take fewer elements");
    }
    return Joining.range(sort(x, at), at, size - k, k, 1);
  }

  /** {@return the middle of each line, or the mean of the two in the middle; NaN if any is} */
  public static Node median(Node x, boolean keep, int... axes) {
    Shape shape = x.aval().shape();
    Axes set = Build.axes("median", shape, axes);
    Node in = Build.promote(x, lazuli.array.type.Promotion.lifted(x.aval().dtype()), "x");
    Node lines = Lines.last(in, set);
    long n = set.count(shape);
    if (n == 0) {
      throw new ArrayException(
          "median over axes " + set + " of " + x.aval() + " has no elements",
          "at least one element to choose from",
          "check the shape first");
    }
    int last = lines.aval().shape().rank() - 1;
    Node sorted = sort(lines, last);
    Node middle =
        Build.reduce(
            Reduction.MEAN, Joining.range(sorted, last, (n - 1) / 2, 2 - n % 2, 1), false, last);
    // NaN sorts last: when the last element is NaN, so is the median.
    Node end = Movements.squeeze(Joining.range(sorted, last, n - 1, 1, 1), last);
    Node out = Build.where(Build.binary(Binary.NE, end, end), end, middle);
    return keep ? Movements.reshape(out, set.kept(shape)) : out;
  }

  /** {@return differences of neighbours, taken n times} */
  public static Node diff(Node x, int n, int axis) {
    int at = Build.axis("diff", x.aval().shape(), axis);
    if (n < 0) {
      throw new ArrayException("diff was given n = " + n, "0 or more", "use 1 for neighbours");
    }
    Node out = x;
    for (int i = 0; i < n && out.aval().shape().dim(at) > 0; i++) {
      long size = out.aval().shape().dim(at) - 1;
      Node after = Joining.range(out, at, 1, size, 1);
      Node before = Joining.range(out, at, 0, size, 1);
      out =
          x.aval().dtype() == DType.BOOL
              ? Build.binary(Binary.NE, after, before)
              : Build.sub(after, before);
    }
    return out;
  }
}
