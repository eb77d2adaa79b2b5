package lazuli.array.reference;

import lazuli.array.backend.Elements;
import lazuli.array.backend.View;
import lazuli.array.op.Aval;
import lazuli.array.type.DType;
import lazuli.array.type.Rounding;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Elements in row-major order, unrounded: floating types in float64, the others in 64-bit integers.
 */
final class Dense {
  final Aval aval;
  private final double @Nullable [] reals;
  private final long @Nullable [] integers;

  Dense(Aval aval) {
    this.aval = aval;
    int n = Math.toIntExact(aval.shape().size());
    reals = aval.dtype().isFloat() ? new double[n] : null;
    integers = aval.dtype().isFloat() ? null : new long[n];
  }

  static Dense read(View view) {
    Dense dense = new Dense(new Aval(view.shape(), view.dtype(), view.buffer().device()));
    long[] at = Elements.positions(view);
    for (int i = 0; i < at.length; i++) {
      if (dense.reals != null) {
        dense.reals[i] = Elements.get(view.buffer().segment(), view.dtype(), at[i]);
      } else if (dense.integers != null) {
        dense.integers[i] = Elements.getLong(view.buffer().segment(), view.dtype(), at[i]);
      }
    }
    return dense;
  }

  void write(View view) {
    DType type = view.dtype();
    long[] at = Elements.positions(view);
    for (int i = 0; i < at.length; i++) {
      if (reals != null) {
        Elements.set(view.buffer().segment(), type, at[i], reals[i]);
      } else {
        Elements.setLong(view.buffer().segment(), type, at[i], integer(i));
      }
    }
  }

  int size() {
    return Math.toIntExact(aval.shape().size());
  }

  Shape shape() {
    return aval.shape();
  }

  boolean real() {
    return reals != null;
  }

  double get(int i) {
    if (reals != null) {
      return reals[i];
    }
    long bits = integer(i);
    return aval.dtype() == DType.U64 && bits < 0
        ? ((bits >>> 1) | (bits & 1)) * 2.0
        : (double) bits;
  }

  long integer(int i) {
    return integers != null ? integers[i] : (long) get(i);
  }

  /** Stores a real value as it is, or converted for the other types. */
  void set(int i, double value) {
    if (reals != null) {
      reals[i] = value;
    } else if (integers != null) {
      integers[i] = Rounding.integer(aval.dtype(), value);
    }
  }

  void setInteger(int i, long value) {
    if (integers != null) {
      integers[i] = Rounding.wrap(aval.dtype(), value);
    } else {
      set(i, value);
    }
  }

  /** {@return the same elements in another order or repeated} */
  Dense pick(Aval as, long[] positions) {
    Dense out = new Dense(as);
    for (int i = 0; i < positions.length; i++) {
      out.copy(i, this, Math.toIntExact(positions[i]));
    }
    return out;
  }

  void copy(int to, Dense from, int at) {
    if (from.real()) {
      set(to, from.get(at));
    } else {
      setInteger(to, from.integer(at));
    }
  }

  /** {@return the elements repeated to a broadcast shape} */
  Dense expand(Shape to) {
    if (to.equals(shape())) {
      return this;
    }
    long[] dense = shape().strides();
    long[] strides = new long[to.rank()];
    int shift = to.rank() - dense.length;
    for (int i = 0; i < dense.length; i++) {
      strides[shift + i] = shape().dim(i) == 1 ? 0 : dense[i];
    }
    return pick(aval.withShape(to), Elements.positions(to, strides, 0));
  }
}
