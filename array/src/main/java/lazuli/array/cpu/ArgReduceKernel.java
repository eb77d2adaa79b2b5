package lazuli.array.cpu;

import java.lang.ref.Reference;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import lazuli.array.backend.Elements;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.cpu.Scratch.Slot;
import lazuli.array.op.ArgReduce;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;

/**
 * The place of the largest or smallest element along one dimension: the best of each run is found
 * first, its place only when it beats all before.
 *
 * @param op the reduction
 * @param work the work of one launch
 */
record ArgReduceKernel(ArgReduce op, Work work) implements Kernel {
  private static final int RUN = 4096;

  @Override
  public String name() {
    return "scan";
  }

  @Override
  public void launch(List<View> inputs, View output) {
    long results = output.shape().size();
    if (results == 0) {
      return;
    }
    View in = inputs.getFirst();
    long address = Memory.address(in);
    long to = Memory.address(output);
    long count = in.shape().dim(op.axis());
    long stride = in.strides()[op.axis()];
    long[] dims = in.shape().dims();
    dims[op.axis()] = 1;
    Feed kept = new Feed(in.dtype(), address, dims, in.strides());
    boolean single = in.dtype() == DType.F32 || in.dtype().isHalf();
    int together = (int) Math.clamp((1 << 16) / Math.max(1, count), 1, results);
    Workers.run(
        Math.toIntExact(Math.ceilDiv(results, together)),
        results * count / 2,
        item -> {
          long end = Math.min(results, (item + 1L) * together);
          for (long r = (long) item * together; r < end; r++) {
            long from = address + kept.offset(r) * in.dtype().bytes();
            long best =
                single
                    ? floats(in.dtype(), from, stride, count)
                    : in.dtype().isFloat()
                        ? doubles(in.dtype(), from, stride, count)
                        : integers(in.dtype(), from, stride, count);
            Memory.putInt(to + 4 * r, (int) best);
          }
        });
    Reference.reachabilityFence(inputs);
  }

  private long floats(DType dtype, long from, long stride, long count) {
    float[] run = Scratch.current().floats(Slot.ROW, RUN);
    // Negated for the smallest: exact, and then there is one case.
    float sign = op.largest() ? 1 : -1;
    float best = 0;
    long place = -1;
    for (long at = 0; at < count; at += RUN) {
      int n = (int) Math.min(RUN, count - at);
      Rows.read(dtype, from + at * stride * dtype.bytes(), stride, run, 0, n);
      float top = top(run, n, sign);
      if (Float.isNaN(top)) {
        return at + first(run, n, sign, top);
      }
      if (place < 0 || top > best) {
        best = top;
        place = at + first(run, n, sign, top);
      }
    }
    return place;
  }

  /** The largest of sign times each; NaN if one is. */
  private static float top(float[] run, int n, float sign) {
    int i = 0;
    float top = Float.NEGATIVE_INFINITY;
    if (n >= Species.LANES) {
      FloatVector best = FloatVector.fromArray(Species.F32, run, 0).mul(sign);
      for (i = Species.LANES; i <= n - Species.LANES; i += Species.LANES) {
        best = best.max(FloatVector.fromArray(Species.F32, run, i).mul(sign));
      }
      top = best.reduceLanes(VectorOperators.MAX);
    }
    for (; i < n; i++) {
      top = Math.max(top, sign * run[i]);
    }
    return top;
  }

  private static int first(float[] run, int n, float sign, float value) {
    for (int i = 0; i < n; i++) {
      float x = sign * run[i];
      if (x == value || Float.isNaN(value) && Float.isNaN(x)) {
        return i;
      }
    }
    throw new IllegalStateException("the best element is not there");
  }

  private long doubles(DType dtype, long from, long stride, long count) {
    double[] run = Scratch.current().doubles(Slot.ROW, RUN);
    double sign = op.largest() ? 1 : -1;
    double best = 0;
    long place = -1;
    for (long at = 0; at < count; at += RUN) {
      int n = (int) Math.min(RUN, count - at);
      Rows.read(dtype, from + at * stride * dtype.bytes(), stride, run, 0, n);
      for (int i = 0; i < n; i++) {
        double x = sign * run[i];
        if (Double.isNaN(x)) {
          return at + i;
        }
        if (place < 0 || x > best) {
          best = x;
          place = at + i;
        }
      }
    }
    return place;
  }

  private long integers(DType dtype, long from, long stride, long count) {
    long first = from / dtype.bytes();
    long best = Elements.getLong(Memory.ALL, dtype, first);
    long place = 0;
    for (long i = 1; i < count; i++) {
      long x = Elements.getLong(Memory.ALL, dtype, first + i * stride);
      if (op.largest() ? x > best : x < best) {
        best = x;
        place = i;
      }
    }
    return place;
  }
}
