package lazuli.array.op;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Parts that choose elements of an array.
 *
 * @param text how the user wrote them, or null for typed parts
 * @param parts one for each dimension, from the first; missing ones stay whole
 * @param places where each part stands in the text
 */
public record Selection(@Nullable String text, List<Part> parts, int... places) {
  static final String ACCEPTED =
      "parts separated by commas: an index, start:stop:step, \"...\" at most once, \"new\", or"
          + " \"{}\" for a value";

  /** {@return the selection that a text names, with values in place of each "{}"} */
  public static Selection of(String text, Object... values) {
    return SliceText.parse(text).bind(values);
  }

  /** {@return the selection of typed parts} */
  public static Selection of(List<Part> parts) {
    if (parts.stream().filter(Part.Rest.class::isInstance).count() > 1) {
      throw new ArrayException(
          "get was given " + parts,
          "ELLIPSIS at most once",
          "keep one ELLIPSIS and write all() for other dimensions");
    }
    return new Selection(null, List.copyOf(parts));
  }

  /** {@return the part of x that is chosen} */
  public Node get(Node x) {
    Resolved r = resolve(x.aval().shape());
    Node kept = r.kept(Node.of(new Slice(r.ranges), x));
    if (r.picks.isEmpty()) {
      return Movements.reshape(kept, r.result());
    }
    List<Node> operands = new ArrayList<>(r.indices());
    operands.add(0, kept);
    Node taken = Node.of(new Gather(r.axes), operands);
    return Movements.reshape(r.forward(taken), r.result());
  }

  /**
   * {@return x with the chosen part updated}
   *
   * @param x the array
   * @param update how values meet what is there
   * @param value in x's type; broadcasts to the chosen part
   */
  public Node update(Node x, Update update, Node value) {
    Resolved r = resolve(x.aval().shape());
    Slice slice = new Slice(r.ranges);
    Node there = Node.of(slice, x);
    if (value.aval().shape().rank() > r.result().rank()) {
      value = trimmed(value, r.result());
    }
    Node spread = broadcast(value, r.result());
    Node part;
    if (r.picks.isEmpty()) {
      part = update.apply(there, Movements.reshape(spread, there.aval().shape()));
    } else {
      Node values = r.backward(Movements.reshape(spread, r.permuted()));
      List<Node> operands = new ArrayList<>(r.indices());
      operands.add(0, r.kept(there));
      operands.add(1, values);
      Node changed = Node.of(new Scatter(r.axes, update), operands);
      part = Movements.reshape(changed, there.aval().shape());
    }
    return slice.infer(List.of(x.aval())).equals(x.aval()) && r.whole
        ? part
        : Node.of(new SliceUpdate(slice), x, part);
  }

  /** Leading dimensions of size 1 may be left out, as in NumPy. */
  private static Node trimmed(Node value, Shape result) {
    Shape shape = value.aval().shape();
    int extra = shape.rank() - result.rank();
    long[] dims = new long[result.rank()];
    for (int i = 0; i < shape.rank(); i++) {
      if (i < extra && shape.dim(i) != 1) {
        return value;
      }
      if (i >= extra) {
        dims[i - extra] = shape.dim(i);
      }
    }
    return Movements.reshape(value, Shape.of(dims));
  }

  private static Node broadcast(Node value, Shape result) {
    Shape in = value.aval().shape();
    boolean fits = in.rank() <= result.rank();
    for (int i = 1; fits && i <= in.rank(); i++) {
      fits = in.dim(-i) == 1 || in.dim(-i) == result.dim(-i);
    }
    if (!fits) {
      throw new ArrayException(
          "an update was given a value of shape " + in + " for a part of shape " + result,
          "a shape that broadcasts to " + result,
          "reshape the value, or choose a part of its shape");
    }
    return Movements.broadcastTo(value, result);
  }

  /** What the parts mean for one shape. */
  private static final class Resolved {
    private final List<Slice.Range> ranges = new ArrayList<>();

    /** The dimensions that remain after the slice, without dropped ones. */
    private final List<Long> dims = new ArrayList<>();

    /** Which of those are picked, and by what. */
    private final List<Integer> axes = new ArrayList<>();

    private final List<Node> picks = new ArrayList<>();

    /** The result's dimensions without the picked ones; new ones count. */
    private final List<Long> rest = new ArrayList<>();

    /** How many dimensions of the rest come before the picked ones; the same without new ones. */
    private int before;

    private int keptBefore;
    private boolean whole = true;
    private Shape picked = Shape.SCALAR;

    private void keep(Slice.Range range, long size) {
      ranges.add(range);
      dims.add(range.size());
      rest.add(range.size());
      whole &= range.start() == 0 && range.size() == size && range.step() == 1;
    }

    private void pick(Node indices, long size) {
      ranges.add(new Slice.Range(0, size, 1));
      axes.add(dims.size());
      dims.add(size);
      picks.add(indices);
    }

    /** The index arrays in one shape. */
    private List<Node> indices() {
      List<Node> all = new ArrayList<>();
      for (Node index : picks) {
        all.add(Movements.broadcastTo(index, picked));
      }
      return all;
    }

    private Node kept(Node sliced) {
      return Movements.reshape(sliced, shape(dims));
    }

    private Shape result() {
      List<Long> all = new ArrayList<>(rest);
      for (int i = 0; i < picked.rank() && !picks.isEmpty(); i++) {
        all.add(before + i, picked.dim(i));
      }
      return shape(all);
    }

    /** The result without new dimensions. */
    private Shape permuted() {
      List<Long> all = new ArrayList<>();
      for (int i = 0; i < dims.size(); i++) {
        if (!axes.contains(i)) {
          all.add(dims.get(i));
        }
      }
      for (int i = 0; i < picked.rank(); i++) {
        all.add(keptBefore + i, picked.dim(i));
      }
      return shape(all);
    }

    /** Picked dimensions from the front to their place. */
    private Node forward(Node x) {
      int j = picked.rank();
      int[] order = new int[x.aval().shape().rank()];
      for (int i = 0; i < order.length; i++) {
        order[i] = i < keptBefore ? j + i : i < keptBefore + j ? i - keptBefore : i;
      }
      return order.length == 0 || keptBefore == 0 ? x : Movements.transpose(x, order);
    }

    private Node backward(Node x) {
      int j = picked.rank();
      int[] order = new int[x.aval().shape().rank()];
      for (int i = 0; i < order.length; i++) {
        order[i] = i < j ? keptBefore + i : i < j + keptBefore ? i - j : i;
      }
      return order.length == 0 || keptBefore == 0 ? x : Movements.transpose(x, order);
    }

    private static Shape shape(List<Long> dims) {
      return Shape.of(dims.stream().mapToLong(d -> d).toArray());
    }
  }

  private static int used(Part part) {
    return switch (part) {
      case Part.At a -> 1;
      case Part.Range r -> 1;
      case Part.Pick p -> 1;
      case Part.Mask m -> m.shape().rank();
      case Part.Rest r -> 0;
      case Part.New n -> 0;
    };
  }

  private Resolved resolve(Shape shape) {
    int used = 0;
    boolean advanced = false;
    for (int i = 0; i < parts.size(); i++) {
      used += used(parts.get(i));
      advanced |= parts.get(i) instanceof Part.Pick || parts.get(i) instanceof Part.Mask;
      if (used > shape.rank()) {
        throw error(
            i,
            parts.stream().mapToInt(Selection::used).sum() + " dimensions for shape " + shape,
            "remove parts until there are at most " + shape.rank());
      }
    }
    Resolved r = new Resolved();
    int axis = 0;
    // As in NumPy: picked dimensions stand where they were picked if no range is between them.
    boolean open = false;
    boolean closed = false;
    boolean apart = false;
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      boolean picks =
          advanced
              && (part instanceof Part.At
                  || part instanceof Part.Pick
                  || part instanceof Part.Mask);
      apart |= picks && closed;
      closed |= !picks && open;
      if (picks && !open) {
        open = true;
        r.before = r.rest.size();
        r.keptBefore = r.dims.size();
      }
      switch (part) {
        case Part.New n -> r.rest.add(1L);
        case Part.Rest all -> {
          for (int left = shape.rank() - used; left > 0; left--, axis++) {
            r.keep(new Slice.Range(0, shape.dim(axis), 1), shape.dim(axis));
          }
        }
        case Part.At at -> {
          long size = shape.dim(axis);
          long index = at.index();
          if (index < -size || index >= size) {
            throw error(
                i,
                "index " + index + " for dimension " + axis + " of shape " + shape,
                size == 0 ? "the dimension is empty" : "use " + -size + " to " + (size - 1));
          }
          r.ranges.add(new Slice.Range(index < 0 ? index + size : index, 1, 1));
          r.whole = false;
          axis++;
        }
        case Part.Range range -> {
          long size = shape.dim(axis++);
          r.keep(clipped(range, size), size);
        }
        case Part.Pick(Node indices) -> {
          DType type = indices.aval().dtype();
          if (type.isFloat() || type == DType.BOOL) {
            throw error(
                i,
                "an index array of type " + type,
                "use integers, such as idx.astype(I32), or a bool mask in get(mask)");
          }
          r.pick(
              type == DType.I32 || type == DType.I64 ? indices : Build.cast(indices, DType.I64),
              shape.dim(axis++));
        }
        case Part.Mask(Shape mask, List<Node> indices) -> {
          for (int m = 0; m < mask.rank(); m++) {
            if (mask.dim(m) != shape.dim(axis + m)) {
              throw error(
                  i,
                  "a mask of shape " + mask + " for dimension " + axis + " of shape " + shape,
                  "make the mask from the array, such as x.gt(0)");
            }
          }
          for (Node index : indices) {
            r.pick(index, shape.dim(axis++));
          }
        }
      }
    }
    for (; axis < shape.rank(); axis++) {
      r.keep(new Slice.Range(0, shape.dim(axis), 1), shape.dim(axis));
    }
    if (apart) {
      r.before = 0;
      r.keptBefore = 0;
    }
    for (Node index : r.picks) {
      r.picked = Shape.broadcast("get (index arrays)", r.picked, index.aval().shape());
    }
    return r;
  }

  private ArrayException error(int part, String what, String fix) {
    if (text != null) {
      return SliceText.error(text, places[part], what, fix);
    }
    return new ArrayException(
        "the index " + parts + " has " + what + ", in " + parts.get(part),
        "at(i), range(start, stop), all(), ELLIPSIS, NEWAXIS, integer arrays and bool masks",
        fix);
  }

  /** Clips as Python does. */
  private static Slice.Range clipped(Part.Range part, long size) {
    long step = part.step();
    long low = step > 0 ? 0 : -1;
    long high = step > 0 ? size : size - 1;
    Long from = part.start();
    Long to = part.stop();
    long start = from == null ? (step > 0 ? low : high) : clip(from, size, low, high);
    long stop = to == null ? (step > 0 ? high : low) : clip(to, size, low, high);
    long n = step > 0 ? Math.ceilDiv(stop - start, step) : Math.ceilDiv(start - stop, -step);
    return n <= 0 ? new Slice.Range(0, 0, 1) : new Slice.Range(start, n, step);
  }

  private static long clip(long index, long size, long low, long high) {
    long at = index < 0 ? index + size : index;
    return Math.max(low, Math.min(high, at));
  }
}
