package lazuli.array.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import lazuli.array.backend.Buffer;
import lazuli.array.backend.Elements;
import lazuli.array.backend.View;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.array.type.Shape;

/** Views for tests, with the plain loops that kernels are compared to. */
final class TestMemory {
  private TestMemory() {}

  static Buffer buffer(Arena arena, long bytes) {
    MemorySegment segment = arena.allocate(Math.max(64, bytes), 64);
    segment.fill((byte) 0x7f);
    return new Buffer(Device.CPU, segment, segment.byteSize());
  }

  static View dense(Arena arena, DType dtype, long... dims) {
    Shape shape = Shape.of(dims);
    return View.contiguous(buffer(arena, shape.size() * dtype.bytes()), dtype, shape);
  }

  /** A dense view with its dimensions stored in another order: a transposed operand. */
  static View permuted(Arena arena, DType dtype, int[] order, long... dims) {
    long[] stored = new long[dims.length];
    for (int i = 0; i < dims.length; i++) {
      stored[i] = dims[order[i]];
    }
    View dense = dense(arena, dtype, stored);
    long[] strides = new long[dims.length];
    for (int i = 0; i < dims.length; i++) {
      strides[order[i]] = dense.strides()[i];
    }
    return new View(dense.buffer(), dtype, Shape.of(dims), strides, 0);
  }

  /** Fills with values that the type holds exactly, and returns it. */
  static View random(View view, long seed, double low, double high) {
    SplittableRandom random = new SplittableRandom(seed);
    long[] index = new long[view.shape().rank()];
    for (long i = 0; i < view.shape().size(); i++) {
      put(view, index, low + (high - low) * random.nextDouble());
      next(view.shape(), index);
    }
    return view;
  }

  static void next(Shape shape, long[] index) {
    for (int d = index.length - 1; d >= 0; d--) {
      if (++index[d] < shape.dim(d)) {
        return;
      }
      index[d] = 0;
    }
  }

  private static long at(View view, long... index) {
    long e = view.offset();
    for (int i = 0; i < index.length; i++) {
      e += index[i] * view.strides()[i];
    }
    return e;
  }

  static double get(View view, long... index) {
    return Elements.get(view.buffer().segment(), view.dtype(), at(view, index));
  }

  static void put(View view, long[] index, double value) {
    Elements.set(view.buffer().segment(), view.dtype(), at(view, index), value);
  }

  /** The most that rounding a value near this one to the type can change it. */
  static double rounding(DType dtype, double value) {
    double a = 1.01 * Math.abs(value);
    return switch (dtype) {
      case F64 -> Math.max(a * 0x1p-53, 0x1p-1074);
      case F32 -> Math.max(a * 0x1p-24, 0x1p-150);
      case F16 -> Math.max(a * 0x1p-11, 0x1p-25);
      case BF16 -> Math.max(a * 0x1p-8, 0x1p-134);
      default -> 0;
    };
  }
}
