package lazuli.array.reference;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.LongBinaryOperator;
import lazuli.array.backend.Buffer;
import lazuli.array.backend.View;
import lazuli.array.op.Aval;
import lazuli.array.op.Scan;
import lazuli.array.op.SearchSorted;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.array.type.Shape;

/** Operations that walk or order whole lines of an array. */
final class Lines {
  private Lines() {}

  /** A body that gets the position of a line's first element, its step and its length. */
  private interface Body {
    void line(int from, int step, int n);
  }

  private static void each(Shape shape, int axis, Body body) {
    int n = (int) shape.dim(axis);
    int step = 1;
    for (int i = axis + 1; i < shape.rank(); i++) {
      step *= (int) shape.dim(i);
    }
    int lines = n == 0 ? 0 : (int) (shape.size() / n);
    for (int line = 0; line < lines; line++) {
      body.line(line / step * step * n + line % step, step, n);
    }
  }

  static Dense scan(Scan op, Dense in, Aval out) {
    Dense result = new Dense(out);
    LongBinaryOperator integers = op.row().joinIntegers(out.dtype());
    each(
        out.shape(),
        op.axis(),
        (from, step, n) -> {
          int last = -1;
          for (int j = 0; j < n; j++) {
            int at = from + (op.reverse() ? n - 1 - j : j) * step;
            if (last < 0) {
              result.copy(at, in, at);
            } else if (in.real() || integers == null) {
              result.set(at, op.row().join().applyAsDouble(result.get(last), in.get(at)));
            } else {
              result.setInteger(at, integers.applyAsLong(result.integer(last), in.integer(at)));
            }
            last = at;
          }
        });
    return result;
  }

  /** Ascending, NaN last, -0 equal to 0. */
  private static Comparator<Integer> order(Dense in) {
    return (a, b) -> {
      if (in.real()) {
        double x = in.get(a);
        double y = in.get(b);
        return x < y ? -1 : x > y ? 1 : Boolean.compare(Double.isNaN(x), Double.isNaN(y));
      }
      return in.aval.dtype() == DType.U64
          ? Long.compareUnsigned(in.integer(a), in.integer(b))
          : Long.compare(in.integer(a), in.integer(b));
    };
  }

  private static Integer[] sorted(Dense in, int from, int step, int n) {
    Integer[] places = new Integer[n];
    for (int j = 0; j < n; j++) {
      places[j] = from + j * step;
    }
    Arrays.sort(places, order(in));
    return places;
  }

  static Dense sort(int axis, Dense in, Aval out) {
    Dense result = new Dense(out);
    each(
        out.shape(),
        axis,
        (from, step, n) -> {
          Integer[] places = sorted(in, from, step, n);
          for (int j = 0; j < n; j++) {
            result.copy(from + j * step, in, places[j]);
          }
        });
    return result;
  }

  static Dense argSort(int axis, Dense in, Aval out) {
    Dense result = new Dense(out);
    each(
        out.shape(),
        axis,
        (from, step, n) -> {
          Integer[] places = sorted(in, from, step, n);
          for (int j = 0; j < n; j++) {
            result.setInteger(from + j * step, (places[j] - from) / step);
          }
        });
    return result;
  }

  static Dense search(SearchSorted op, Dense row, Dense values, Aval out) {
    Dense all = new Dense(new Aval(Shape.of(row.size() + 1), row.aval.dtype(), Device.CPU));
    for (int i = 0; i < row.size(); i++) {
      all.copy(i, row, i);
    }
    Comparator<Integer> order = order(all);
    Dense result = new Dense(out);
    for (int i = 0; i < values.size(); i++) {
      all.copy(row.size(), values, i);
      int low = 0;
      int high = row.size();
      while (low < high) {
        int middle = (low + high) >>> 1;
        int sign = order.compare(middle, row.size());
        if (sign < 0 || (op.right() && sign == 0)) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      result.setInteger(i, low);
    }
    return result;
  }

  static Dense bitcast(Dense in, Aval out) {
    try (Arena arena = Arena.ofConfined()) {
      long bytes = Math.max(1, in.aval.bytes());
      Buffer buffer = new Buffer(Device.CPU, arena.allocate(bytes, 8), bytes);
      in.write(View.contiguous(buffer, in.aval.dtype(), in.shape()));
      return Dense.read(View.contiguous(buffer, out.dtype(), out.shape()));
    }
  }
}
