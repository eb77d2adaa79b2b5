package lazuli.array.type;

import java.util.Arrays;

/** An immutable list of dimension sizes; the empty list is a scalar. */
public final class Shape {
  /** The shape of a scalar. */
  public static final Shape SCALAR = new Shape(new long[0]);

  private final long[] dims;
  private int hash;

  private Shape(long[] dims) {
    this.dims = dims;
  }

  /**
   * {@return the shape with these dimension sizes}
   *
   * @param dims sizes, none negative
   * @throws ArrayException if a size is negative
   */
  public static Shape of(long... dims) {
    for (long d : dims) {
      if (d < 0) {
        throw new ArrayException(
            "shape " + Arrays.toString(dims).replace(" ", "") + " has the negative size " + d,
            "sizes of 0 or more",
            "pass -1 only to reshape, where it means \"whatever is left\"");
      }
    }
    return dims.length == 0 ? SCALAR : new Shape(dims.clone());
  }

  /** {@return the number of dimensions} */
  public int rank() {
    return dims.length;
  }

  /**
   * {@return the size of one dimension}
   *
   * @param axis from -rank to rank - 1; negative counts from the end
   */
  public long dim(int axis) {
    return dims[axis < 0 ? axis + dims.length : axis];
  }

  /** {@return a copy of the sizes} */
  public long[] dims() {
    return dims.clone();
  }

  /** {@return the number of elements} */
  public long size() {
    long n = 1;
    for (long d : dims) {
      n = Math.multiplyExact(n, d);
    }
    return n;
  }

  /** {@return the row-major strides, in elements} */
  public long[] strides() {
    long[] strides = new long[dims.length];
    long step = 1;
    for (int i = dims.length - 1; i >= 0; i--) {
      strides[i] = step;
      step *= Math.max(1, dims[i]);
    }
    return strides;
  }

  /**
   * {@return the shape that both broadcast to} Sizes are compared from the last; 1 repeats.
   *
   * @param op the operation, for the error
   * @param a a shape
   * @param b a shape
   * @throws ArrayException if a size differs and neither is 1
   */
  public static Shape broadcast(String op, Shape a, Shape b) {
    if (b.dims.length == 0 || a.equals(b)) {
      return a;
    }
    if (a.dims.length == 0) {
      return b;
    }
    int rank = Math.max(a.rank(), b.rank());
    long[] dims = new long[rank];
    for (int i = 1; i <= rank; i++) {
      long x = i <= a.rank() ? a.dim(-i) : 1;
      long y = i <= b.rank() ? b.dim(-i) : 1;
      if (x != y && x != 1 && y != 1) {
        throw new ArrayException(
            op
                + " was given shapes "
                + a
                + " and "
                + b
                + ": dimension -"
                + i
                + " is "
                + x
                + " and "
                + y,
            "equal sizes, or size 1, in every dimension counted from the last",
            "reshape or expandDims one operand so that the dimensions line up");
      }
      dims[rank - i] = x == 1 ? y : x;
    }
    return Shape.of(dims);
  }

  @Override
  public boolean equals(Object other) {
    return this == other || other instanceof Shape s && Arrays.equals(dims, s.dims);
  }

  @Override
  public int hashCode() {
    int h = hash;
    if (h == 0) {
      // A race computes it twice, no more.
      h = Arrays.hashCode(dims);
      hash = h;
    }
    return h;
  }

  @Override
  public String toString() {
    return Arrays.toString(dims).replace(" ", "");
  }
}
