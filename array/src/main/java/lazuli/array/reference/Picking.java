package lazuli.array.reference;

import java.util.List;
import lazuli.array.backend.Elements;
import lazuli.array.op.Aval;
import lazuli.array.op.Gather;
import lazuli.array.op.Indices;
import lazuli.array.op.Primitive;
import lazuli.array.op.PutAlong;
import lazuli.array.op.Scatter;
import lazuli.array.op.Update;
import lazuli.array.type.Shape;

/** Operations that read or write at places which other arrays name. */
final class Picking {
  private Picking() {}

  static Dense gather(Gather op, List<Dense> in, Aval out) {
    return in.getFirst()
        .pick(out, places(op, op.axes(), in.getFirst().shape(), in.subList(1, in.size())));
  }

  static Dense scatter(Scatter op, List<Dense> in, Aval out) {
    Dense result = copy(in.getFirst(), out);
    long[] to = places(op, op.axes(), out.shape(), in.subList(2, in.size()));
    for (int i = 0; i < to.length; i++) {
      put(op.update(), result, (int) to[i], in.get(1), i);
    }
    return result;
  }

  private static Dense copy(Dense in, Aval out) {
    return in.pick(out, Elements.positions(out.shape(), out.shape().strides(), 0));
  }

  private static void put(Update update, Dense to, int at, Dense from, int i) {
    if (to.real()) {
      to.set(at, update.reals().applyAsDouble(to.get(at), from.get(i)));
    } else {
      to.setInteger(at, update.integers().applyAsLong(to.integer(at), from.integer(i)));
    }
  }

  /** The position of every indexed element: index by index, and for each the rest of x. */
  private static long[] places(Primitive op, List<Integer> axes, Shape x, List<Dense> indices) {
    long[] strides = x.strides();
    Shape rest = Shape.of(new Gather(axes).rest(x));
    long[] restStrides = new long[rest.rank()];
    int n = 0;
    for (int i = 0; i < strides.length; i++) {
      if (!axes.contains(i)) {
        restStrides[n++] = strides[i];
      }
    }
    long[] inner = Elements.positions(rest, restStrides, 0);
    int count = indices.getFirst().size();
    long[] all = new long[count * inner.length];
    for (int i = 0; i < count; i++) {
      long at = 0;
      for (int a = 0; a < axes.size(); a++) {
        Dense index = indices.get(a);
        int axis = axes.get(a);
        at +=
            strides[axis]
                * Indices.check(op.label(), index.integer(i), x.dim(axis), axis, i, index.shape());
      }
      for (int j = 0; j < inner.length; j++) {
        all[i * inner.length + j] = at + inner[j];
      }
    }
    return all;
  }

  static Dense takeAlong(Primitive op, int axis, Dense x, Dense index, Aval out) {
    return x.pick(out, along(op, axis, x.shape(), index));
  }

  static Dense putAlong(PutAlong op, List<Dense> in, Aval out) {
    Dense result = copy(in.getFirst(), out);
    long[] to = along(op, op.axis(), out.shape(), in.get(1));
    for (int i = 0; i < to.length; i++) {
      put(op.update(), result, (int) to[i], in.get(2), i);
    }
    return result;
  }

  private static long[] along(Primitive op, int axis, Shape x, Dense index) {
    long[] strides = x.strides();
    long step = strides[axis];
    strides[axis] = 0;
    long[] at = Elements.positions(index.shape(), strides, 0);
    for (int i = 0; i < at.length; i++) {
      at[i] +=
          step * Indices.check(op.label(), index.integer(i), x.dim(axis), axis, i, index.shape());
    }
    return at;
  }

  static Dense concat(int axis, List<Dense> in, Aval out) {
    Dense result = new Dense(out);
    long[] strides = out.shape().strides();
    long start = 0;
    for (Dense part : in) {
      long[] to = Elements.positions(part.shape(), strides, start * strides[axis]);
      for (int i = 0; i < to.length; i++) {
        result.copy((int) to[i], part, i);
      }
      start += part.shape().dim(axis);
    }
    return result;
  }
}
