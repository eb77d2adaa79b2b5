package lazuli.gpu.kernels;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.op.Bitcast;
import lazuli.array.op.Concat;
import lazuli.array.op.Op;
import lazuli.array.op.Slice;
import lazuli.array.op.SliceUpdate;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;
import lazuli.gpu.driver.Driver;
import lazuli.gpu.exec.Gpu;
import lazuli.gpu.exec.GpuPool;
import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.Kind;
import lazuli.gpu.ptx.Reg;

/**
 * Bits from one strided place to another: parts of arrays that are joined or replaced.
 *
 * @param gpu the device
 * @param op {@link Concat}, {@link SliceUpdate} or {@link Bitcast}
 * @param work for reports
 */
public record PlaceKernel(Gpu gpu, Op op, Work work) implements Kernel {
  @Override
  public String name() {
    return "place";
  }

  @Override
  public void launch(List<View> inputs, View output) {
    switch (op) {
      case Concat concat -> {
        long start = 0;
        for (View in : inputs) {
          place(in, part(output, concat.axis(), start, in.shape()));
          start += in.shape().dim(concat.axis());
        }
      }
      case SliceUpdate update -> {
        place(inputs.get(0), output);
        place(inputs.get(1), sliced(output, update.part()));
      }
      case Bitcast cast -> {
        View in = inputs.getFirst();
        place(in, View.contiguous(output.buffer(), in.dtype(), in.shape()));
      }
      default -> throw new IllegalStateException(op.label());
    }
  }

  private static View part(View whole, int axis, long start, Shape shape) {
    long offset = whole.offset() + start * whole.strides()[axis];
    return new View(whole.buffer(), whole.dtype(), shape, whole.strides(), offset);
  }

  private static View sliced(View whole, Slice part) {
    int rank = whole.shape().rank();
    long[] dims = new long[rank];
    long[] strides = new long[rank];
    long offset = whole.offset();
    for (int d = 0; d < rank; d++) {
      Slice.Range range = part.ranges().get(d);
      dims[d] = range.size();
      strides[d] = range.step() * whole.strides()[d];
      offset += range.start() * whole.strides()[d];
    }
    return new View(whole.buffer(), whole.dtype(), Shape.of(dims), strides, offset);
  }

  private void place(View from, View to) {
    int n = (int) to.shape().size();
    if (n == 0) {
      return;
    }
    Walk walk = Walk.of(to.shape(), List.of(from.strides(), to.strides()));
    Form form = new Form(Keys.bits(to.dtype()), walk.rank());
    List<Number> arguments =
        new ArrayList<>(Gpu.arguments(n, GpuPool.address(from), GpuPool.address(to)));
    arguments.addAll(Gpu.arguments(walk.dims(), walk.strides()[0], walk.strides()[1]));
    int blocks = (n + Emit.THREADS - 1) / Emit.THREADS;
    gpu.launch(
        op.label(),
        gpu.function(form, () -> code(form)),
        new Driver.Grid(blocks, 1, 1, Emit.THREADS, 0),
        arguments);
  }

  /**
   * One kernel.
   *
   * @param bits the unsigned type of an element's size
   * @param rank dimensions of the walk
   */
  public record Form(DType bits, int rank) {}

  /** {@return the kernel} */
  public static Code code(Form f) {
    Code c = new Code("place", Emit.THREADS);
    Reg n = c.param(Kind.B32);
    Reg from = c.param(Kind.B64);
    Reg to = c.param(Kind.B64);
    Reg[] sizes = Walk.sizeParams(c, f.rank);
    Reg[][] steps = {Walk.stepParams(c, f.rank), Walk.stepParams(c, f.rank)};
    Reg thread = Emit.globalThread(c);
    Code.Label end = c.label();
    c.goWhere(c.pred("setp.ge.u32", thread, n), end);
    Reg[] offsets = Walk.offsets(c, thread, sizes, steps);
    Keys.move(c, f.bits, Keys.at(c, from, offsets[0], f.bits), Keys.at(c, to, offsets[1], f.bits));
    c.place(end);
    return c;
  }
}
