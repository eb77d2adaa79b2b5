package lazuli.array.cpu.attention;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import lazuli.array.backend.Buffer;
import lazuli.array.backend.Elements;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.cpu.code.Bf16Code;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/** Launches kernels on data laid out in memory in different ways, with NaN between the elements. */
final class KernelRun {
  /** How operands lie in memory. */
  enum Layout {
    DENSE,
    HEADS_LAST,
    COLUMNS_FIRST,
    GAPS,
    BACKWARDS
  }

  private KernelRun() {}

  static double[] flash(AttentionCase c, Layout layout) {
    return flash(c, layout, null);
  }

  static double[] flash(AttentionCase c, Layout layout, @Nullable Bf16Code product) {
    return flash(c, layout, product, Tiling.DEFAULT);
  }

  static double[] flash(AttentionCase c, Layout layout, @Nullable Bf16Code product, Tiling tiling) {
    Kernel kernel =
        new FlashKernel(
            c.geometry(),
            Rules.masked(c.mask() != null),
            List.of(),
            new Work(0, FlashPlan.executed(c.geometry()), 0, 0),
            "",
            product,
            tiling);
    return launch(kernel, c, layout);
  }

  static double[] split(AttentionCase c, Layout layout) {
    return split(c, layout, Tiling.DEFAULT);
  }

  static double[] split(AttentionCase c, Layout layout, Tiling tiling) {
    Kernel kernel =
        new SplitKernel(
            c.geometry(),
            Rules.masked(c.mask() != null),
            List.of(),
            Work.NONE,
            "",
            1_000_000,
            tiling);
    return launch(kernel, c, layout);
  }

  static double[] launch(Kernel kernel, AttentionCase c, Layout layout) {
    try (Arena arena = Arena.ofShared()) {
      List<View> inputs = new ArrayList<>();
      inputs.add(view(arena, c.dtype(), c.sizes().q(), c.q(), layout));
      inputs.add(view(arena, c.dtype(), c.sizes().k(), c.k(), layout));
      inputs.add(view(arena, c.dtype(), c.sizes().v(), c.v(), layout));
      if (c.mask() != null) {
        inputs.add(view(arena, c.maskType(), c.maskShape(), c.mask(), layout));
      }
      int n = AttentionCase.size(c.sizes().output());
      double[] filler = new double[n];
      java.util.Arrays.fill(filler, 77);
      View output = view(arena, c.dtype(), c.sizes().output(), filler, Layout.DENSE);
      kernel.launch(inputs, output);
      double[] out = new double[n];
      for (int i = 0; i < n; i++) {
        out[i] = Elements.get(output.buffer().segment(), c.dtype(), output.offset() + i);
      }
      return out;
    }
  }

  /** Puts row-major values where the layout wants them. */
  static View view(Arena arena, DType dtype, int[] dims, double[] values, Layout layout) {
    int rank = dims.length;
    int[] order = new int[rank];
    for (int i = 0; i < rank; i++) {
      order[i] = i;
    }
    if (layout == Layout.HEADS_LAST && rank == 4) {
      order = new int[] {0, 2, 1, 3};
    } else if (layout == Layout.COLUMNS_FIRST && rank >= 2) {
      order[rank - 1] = rank - 2;
      order[rank - 2] = rank - 1;
    }
    int gap = layout == Layout.GAPS ? 3 : 1;
    long[] strides = new long[rank];
    long step = gap;
    for (int i = rank - 1; i >= 0; i--) {
      strides[order[i]] = step;
      step *= Math.max(1, dims[order[i]]);
      step += layout == Layout.GAPS ? 5 : 0;
    }
    long elements = step + 8;
    long offset = 4;
    if (layout == Layout.BACKWARDS) {
      for (int i = 0; i < rank; i++) {
        offset += strides[i] * Math.max(0, dims[i] - 1);
        strides[i] = -strides[i];
      }
    }
    MemorySegment memory = arena.allocate(Math.max(64, elements * dtype.bytes()), 64);
    for (long i = 0; i < elements; i++) {
      Elements.set(memory, dtype, i, dtype == DType.BOOL ? 1 : Double.NaN);
    }
    long[] at = new long[rank];
    for (double value : values) {
      long element = offset;
      for (int i = 0; i < rank; i++) {
        element += at[i] * strides[i];
      }
      Elements.set(memory, dtype, element, value);
      for (int i = rank - 1; i >= 0 && ++at[i] == dims[i]; i--) {
        at[i] = 0;
      }
    }
    long[] sizes = new long[rank];
    for (int i = 0; i < rank; i++) {
      sizes[i] = dims[i];
    }
    Buffer buffer = new Buffer(Device.CPU, memory, memory.byteSize());
    return new View(buffer, dtype, Shape.of(sizes), strides, offset);
  }
}
