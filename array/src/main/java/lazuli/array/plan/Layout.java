package lazuli.array.plan;

import java.util.Arrays;
import java.util.List;
import lazuli.array.op.Detach;
import lazuli.array.op.Expand;
import lazuli.array.op.Movement;
import lazuli.array.op.Permute;
import lazuli.array.op.Reshape;
import lazuli.array.op.Slice;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Where the elements of a view lie, relative to the value that it looks at.
 *
 * @param shape the view's shape
 * @param strides in elements, 0 for a broadcast dimension
 * @param offset of element 0, in elements
 */
record Layout(Shape shape, long[] strides, long offset) {
  /** {@return row-major order without gaps} */
  static Layout dense(Shape shape) {
    return new Layout(shape, shape.strides(), 0);
  }

  /** {@return whether elements lie in row-major order without gaps from offset 0} */
  boolean isDense() {
    return offset == 0 && isContiguous();
  }

  private boolean isContiguous() {
    long[] dense = shape.strides();
    for (int i = 0; i < dense.length; i++) {
      if (shape.dim(i) > 1 && strides[i] != dense[i]) {
        return false;
      }
    }
    return true;
  }

  /** {@return the layout after a movement, or null when only a copy can have that shape} */
  @Nullable Layout after(Movement move) {
    return switch (move) {
      case Reshape(Shape to) -> reshape(to);
      case Permute(List<Integer> order) -> permute(order);
      case Expand(Shape to) -> expand(to);
      case Slice(List<Slice.Range> ranges) -> slice(ranges);
      case Detach() -> this;
    };
  }

  /** {@return the layout with its dimensions in another order} */
  Layout permute(List<Integer> order) {
    long[] dims = new long[strides.length];
    long[] steps = new long[strides.length];
    for (int i = 0; i < steps.length; i++) {
      dims[i] = shape.dim(order.get(i));
      steps[i] = strides[order.get(i)];
    }
    return new Layout(Shape.of(dims), steps, offset);
  }

  /** {@return the layout repeated to a larger shape} */
  Layout expand(Shape to) {
    if (to.equals(shape)) {
      return this;
    }
    long[] steps = new long[to.rank()];
    int shift = to.rank() - strides.length;
    for (int i = 0; i < strides.length; i++) {
      steps[shift + i] = shape.dim(i) == 1 ? 0 : strides[i];
    }
    return new Layout(to, steps, offset);
  }

  private Layout slice(List<Slice.Range> ranges) {
    long[] dims = new long[strides.length];
    long[] steps = new long[strides.length];
    long at = offset;
    for (int i = 0; i < steps.length; i++) {
      Slice.Range range = ranges.get(i);
      dims[i] = range.size();
      steps[i] = strides[i] * range.step();
      at += strides[i] * range.start();
    }
    Shape part = Shape.of(dims);
    // Where nothing is, the offset must not lie behind the memory either.
    return new Layout(part, steps, part.size() == 0 ? 0 : at);
  }

  private @Nullable Layout reshape(Shape to) {
    if (shape.size() == 0 || isContiguous()) {
      return new Layout(to, to.strides(), offset);
    }
    // Dimensions are matched in groups of equal size; inside a group the old ones must be laid out
    // like one dimension.
    long[] steps = new long[to.rank()];
    int old = 0;
    int next = 0;
    while (old < shape.rank() || next < to.rank()) {
      int oldStart = old;
      int nextStart = next;
      long oldSize = 1;
      long nextSize = 1;
      do {
        if (oldSize <= nextSize && old < shape.rank()) {
          oldSize *= shape.dim(old++);
        } else {
          nextSize *= to.dim(next++);
        }
      } while (oldSize != nextSize);
      while (old < shape.rank() && shape.dim(old) == 1) {
        old++;
      }
      while (next < to.rank() && to.dim(next) == 1) {
        next++;
      }
      long step = 0;
      long expected = 0;
      boolean first = true;
      for (int i = old - 1; i >= oldStart; i--) {
        if (shape.dim(i) == 1) {
          continue;
        }
        if (first) {
          step = strides[i];
          first = false;
        } else if (strides[i] != expected) {
          return null;
        }
        expected = strides[i] * shape.dim(i);
      }
      for (int i = next - 1; i >= nextStart; i--) {
        steps[i] = step;
        step *= to.dim(i);
      }
    }
    return new Layout(to, steps, offset);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || other instanceof Layout l
            && offset == l.offset
            && shape.equals(l.shape)
            && Arrays.equals(strides, l.strides);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * shape.hashCode() + Arrays.hashCode(strides)) + Long.hashCode(offset);
  }
}
