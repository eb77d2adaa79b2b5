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
  private final DType dtype;
  private final long address;
  private final long[] dims;
  private final long[] strides;

  Feed(View view) {
    this.dtype = view.dtype();
    this.address = Memory.address(view);
    int rank = view.shape().rank();
    long[] joinedDims = new long[Math.max(1, rank)];
    long[] joinedStrides = new long[Math.max(1, rank)];
    // Filled from the back: slot `used - 1` counts from the innermost dimension outwards.
    int used = 0;
    for (int i = rank - 1; i >= 0; i--) {
      long dim = view.shape().dim(i);
      long stride = view.strides()[i];
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

  /** Whether every element is the same one. */
  boolean constant() {
    return dims.length == 1 && strides[0] == 0;
  }

  /** The address of an element of a dense view. */
  long address(long element) {
    return address + element * dtype.bytes();
  }

  /** What moves one run: elements a step of bytes apart to adjacent places. */
  @FunctionalInterface
  interface Mover {
    void move(long from, long step, long to, int n);
  }

  /** Moves elements start to start + n to adjacent places of some size. */
  void read(Mover mover, long start, int n, long to, int bytes) {
    int last = dims.length - 1;
    long inner = dims[last];
    long step = strides[last] * dtype.bytes();
    int done = 0;
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
      mover.move(address + element * dtype.bytes(), step, to + (long) done * bytes, some);
      done += some;
    }
  }
}
