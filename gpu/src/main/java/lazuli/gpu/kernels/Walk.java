package lazuli.gpu.kernels;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.type.Shape;
import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.Kind;
import lazuli.gpu.ptx.Reg;

/**
 * Several strided operands of one shape, with neighbouring dimensions merged where all of them
 * allow it.
 *
 * @param dims the sizes, outermost first; none for a single element
 * @param strides for each operand the distance in each dimension, in elements
 */
record Walk(int[] dims, long[][] strides) {

  /** {@return the merged dimensions} */
  static Walk of(Shape shape, List<long[]> strides) {
    List<Integer> dims = new ArrayList<>();
    List<long[]> steps = new ArrayList<>();
    for (int d = 0; d < shape.rank(); d++) {
      int size = (int) shape.dim(d);
      if (size == 1) {
        continue;
      }
      long[] step = new long[strides.size()];
      boolean merges = !dims.isEmpty();
      for (int i = 0; i < step.length; i++) {
        step[i] = strides.get(i)[d];
        merges = merges && steps.getLast()[i] == step[i] * size;
      }
      if (merges) {
        dims.set(dims.size() - 1, dims.getLast() * size);
        steps.set(steps.size() - 1, step);
      } else {
        dims.add(size);
        steps.add(step);
      }
    }
    int[] sizes = dims.stream().mapToInt(i -> i).toArray();
    long[][] all = new long[strides.size()][sizes.length];
    for (int i = 0; i < all.length; i++) {
      for (int d = 0; d < sizes.length; d++) {
        all[i][d] = steps.get(d)[i];
      }
    }
    return new Walk(sizes, all);
  }

  int rank() {
    return dims.length;
  }

  /** {@return whether the operand is read in order without gaps} */
  boolean linear(int operand) {
    return rank() == 0 || rank() == 1 && strides[operand][0] == 1;
  }

  /** {@return whether the operand is one element for all} */
  boolean single(int operand) {
    for (long step : strides[operand]) {
      if (step != 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Writes the offsets of an element.
   *
   * @param index the element's number, in row-major order
   * @param sizes registers with the sizes
   * @param steps for each operand registers with the strides
   * @return for each operand a 64-bit register with the offset in elements
   */
  static Reg[] offsets(Code c, Reg index, Reg[] sizes, Reg[][] steps) {
    Reg[] offsets = new Reg[steps.length];
    Reg rest = index;
    for (int d = sizes.length - 1; d >= 0; d--) {
      Reg at = rest;
      if (d > 0) {
        Reg quotient = c.b32("div.u32", rest, sizes[d]);
        at = c.b32("sub.s32", rest, c.b32("mul.lo.s32", quotient, sizes[d]));
        rest = quotient;
      }
      Reg wide = c.b64("cvt.u64.u32", at);
      for (int i = 0; i < steps.length; i++) {
        offsets[i] =
            d == sizes.length - 1
                ? c.b64("mul.lo.s64", wide, steps[i][d])
                : c.b64("mad.lo.s64", wide, steps[i][d], offsets[i]);
      }
    }
    for (int i = 0; i < steps.length && sizes.length == 0; i++) {
      offsets[i] = c.b64("mov.u64", 0);
    }
    return offsets;
  }

  /** {@return registers with the sizes, as parameters} */
  static Reg[] sizeParams(Code c, int rank) {
    Reg[] sizes = new Reg[rank];
    for (int d = 0; d < rank; d++) {
      sizes[d] = c.param(Kind.B32);
    }
    return sizes;
  }

  /** {@return registers with the strides of one operand, as parameters} */
  static Reg[] stepParams(Code c, int rank) {
    Reg[] steps = new Reg[rank];
    for (int d = 0; d < rank; d++) {
      steps[d] = c.param(Kind.B64);
    }
    return steps;
  }
}
