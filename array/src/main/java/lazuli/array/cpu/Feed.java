package lazuli.array.cpu;

import lazuli.array.backend.View;
import lazuli.array.type.DType;

/**
 * Reads any run of a view's elements, in row-major order of its shape, into adjacent memory.
 *
 * <p>Neighbouring dimensions that one stride can walk are joined first, so a dense view is one run
 * whatever its rank.
 */
final class Feed {
  /** So many short rows are read along their columns. */
  private static final int LEAST_ROWS = 8;

  private final DType dtype;
  private final long address;
  private final long[] dims;
  private final long[] strides;

  Feed(View view) {
    this(view.dtype(), Memory.address(view), view.shape().dims(), view.strides());
  }

  /** A feed of some dimensions of a view whose address was checked. */
  Feed(DType dtype, long address, long[] viewDims, long[] viewStrides) {
    this.dtype = dtype;
    this.address = address;
    int rank = viewDims.length;
    long[] joinedDims = new long[Math.max(1, rank)];
    long[] joinedStrides = new long[Math.max(1, rank)];
    // Filled from the back: slot `used - 1` counts from the innermost dimension outwards.
    int used = 0;
    for (int i = rank - 1; i >= 0; i--) {
      long dim = viewDims[i];
      long stride = viewStrides[i];
      if (dim == 1) {
        continue;
      }
      if (used > 0 && stride == joinedStrides[used - 1] * joinedDims[used - 1]) {
        joinedDims[used - 1] *= dim;
      } else {
        joinedDims[used] = dim;
        joinedStrides[used] = stride;
        used++;
      }
    }
    if (used == 0) {
      joinedDims[0] = 1;
      joinedStrides[0] = 1;
      used = 1;
    }
    dims = new long[used];
    strides = new long[used];
    for (int i = 0; i < used; i++) {
      dims[i] = joinedDims[used - 1 - i];
      strides[i] = joinedStrides[used - 1 - i];
    }
  }

  /** Whether the elements lie one after the other. */
  boolean dense() {
    return dims.length == 1 && strides[0] == 1;
  }

  /** Whether one stride walks all elements. */
  boolean single() {
    return dims.length == 1;
  }

  /** Whether every element is the same one. */
  boolean constant() {
    return dims.length == 1 && strides[0] == 0;
  }

  /** The address of an element of a dense view. */
  long address(long element) {
    return address + element * dtype.bytes();
  }

  /** How far apart the innermost elements are, in elements. */
  long innerStride() {
    return strides[strides.length - 1];
  }

  /** How many elements the innermost stride reaches. */
  long innerSize() {
    return dims[dims.length - 1];
  }

  /** The position of an element, in elements. */
  long offset(long number) {
    long element = 0;
    long left = number;
    for (int i = dims.length - 1; i >= 0; i--) {
      element += left % dims[i] * strides[i];
      left /= dims[i];
    }
    return element;
  }

  /** The dimension whose elements are adjacent when the innermost one's are not; else -1. */
  int adjacent() {
    if (innerStride() == 1 || innerStride() == 0) {
      return -1;
    }
    for (int i = 0; i < dims.length - 1; i++) {
      if (strides[i] == 1) {
        return i;
      }
    }
    return -1;
  }

  /** The joined dimensions, outermost first. */
  long[] dims() {
    return dims.clone();
  }

  /** The stride of each joined dimension, in elements. */
  long[] strides() {
    return strides.clone();
  }

  /** What moves one run: elements a step of bytes apart to adjacent places. */
  @FunctionalInterface
  interface Mover {
    void move(long from, long step, long to, int n);
  }

  /** Moves elements start to start + n to adjacent places of some size. */
  void read(Mover mover, long start, int n, long to, int bytes) {
    read(mover, 0, start, n, to, bytes);
  }

  /** The same of the elements that lie further on, by a number of elements. */
  void read(Mover mover, long shift, long start, int n, long to, int bytes) {
    int last = dims.length - 1;
    long inner = dims[last];
    long step = strides[last] * dtype.bytes();
    int done = 0;
    if (last == 1 && strides[0] == 1 && strides[1] != 1 && n >= inner * LEAST_ROWS) {
      done = (int) ((inner - start % inner) % inner);
      if (done > 0) {
        read(mover, shift, start, done, to, bytes);
      }
      int rows = (int) ((n - done) / inner);
      columns(mover, shift + (start + done) / inner, rows, to + (long) done * bytes, bytes);
      done += rows * (int) inner;
    }
    while (done < n) {
      long at = start + done;
      long column = at % inner;
      long row = at / inner;
      long element = column * strides[last];
      for (int i = last - 1; i >= 0; i--) {
        element += row % dims[i] * strides[i];
        row /= dims[i];
      }
      int some = (int) Math.min(n - done, inner - column);
      mover.move(address + (shift + element) * dtype.bytes(), step, to + (long) done * bytes, some);
      done += some;
    }
  }

  /** Whole rows of a transposed matrix, along its columns, in which elements are adjacent. */
  private void columns(Mover mover, long first, int rows, long to, int bytes) {
    int wide = (int) dims[1];
    long memory = Scratch.current().bytes(Scratch.Slot.COLUMN, (long) rows * bytes);
    for (int j = 0; j < wide; j++) {
      long from = address + (first + j * strides[1]) * dtype.bytes();
      mover.move(from, dtype.bytes(), memory, rows);
      Movers.scatter(bytes, memory, to + (long) j * bytes, (long) wide * bytes, rows);
    }
  }
}
