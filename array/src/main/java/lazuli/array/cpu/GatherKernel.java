package lazuli.array.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lazuli.array.backend.Elements;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.op.Gather;
import lazuli.array.op.Indices;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;

/**
 * Copies what indices name: all indices are checked first, then rows are moved in parallel.
 *
 * @param op the operation
 * @param work the work of one launch
 */
record GatherKernel(Gather op, Work work) implements Kernel {
  private static final int CHUNK = 16_384;

  @Override
  public String name() {
    return "gather";
  }

  @Override
  public void launch(List<View> inputs, View output) {
    View x = inputs.getFirst();
    long[] from = offsets(op.label(), op.axes(), x, inputs.subList(1, inputs.size()));
    long size = output.shape().size();
    if (size == 0) {
      return;
    }
    Feed rest = rest(op.axes(), x);
    int run = Math.toIntExact(size / from.length);
    int bytes = x.dtype().bytes();
    Feed.Mover mover = Movers.same(bytes);
    long to = Memory.address(output);
    long source = Memory.address(x);
    int together = Math.max(1, CHUNK / run);
    Workers.run(
        Math.ceilDiv(from.length, together),
        size * bytes / 4,
        item -> {
          int end = Math.min(from.length, (item + 1) * together);
          for (int j = item * together; j < end; j++) {
            if (run == 1) {
              mover.move(source + from[j] * bytes, bytes, to + (long) j * bytes, 1);
            } else {
              rest.read(mover, from[j], 0, run, to + (long) j * run * bytes, bytes);
            }
          }
        });
    Reference.reachabilityFence(inputs);
  }

  /** A feed of the dimensions that are not indexed. */
  static Feed rest(List<Integer> axes, View x) {
    int n = 0;
    long[] dims = new long[x.shape().rank()];
    long[] strides = new long[dims.length];
    for (int i = 0; i < dims.length; i++) {
      if (!axes.contains(i)) {
        dims[n] = x.shape().dim(i);
        strides[n++] = x.strides()[i];
      }
    }
    return new Feed(
        x.dtype(), Memory.address(x), Arrays.copyOf(dims, n), Arrays.copyOf(strides, n));
  }

  /** How far each index combination lies from element 0, in elements; all are checked. */
  static long[] offsets(String label, List<Integer> axes, View x, List<View> indices) {
    Shape shape = indices.getFirst().shape();
    List<long[]> values = new ArrayList<>();
    for (View index : indices) {
      values.add(integers(index));
    }
    long[] offsets = new long[Math.toIntExact(shape.size())];
    for (int i = 0; i < offsets.length; i++) {
      for (int a = 0; a < axes.size(); a++) {
        int axis = axes.get(a);
        long at = values.get(a)[i];
        long size = x.shape().dim(axis);
        if (at < 0 || at >= size) {
          at = Indices.check(label, at, size, axis, i, shape);
        }
        offsets[i] += at * x.strides()[axis];
      }
    }
    return offsets;
  }

  /** The elements of an integer array. */
  static long[] integers(View view) {
    long[] values = new long[Math.toIntExact(view.shape().size())];
    Elements.read(view, DType.I64, MemorySegment.ofArray(values));
    return values;
  }
}
