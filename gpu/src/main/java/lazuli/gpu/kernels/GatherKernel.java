package lazuli.gpu.kernels;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.op.Gather;
import lazuli.array.op.Op;
import lazuli.array.op.TakeAlong;
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
 * Elements at indices, a thread for each. Bits are moved as they are, for every type. An index out
 * of bounds is told of when the evaluation ends, which waits for it.
 *
 * @param gpu the device
 * @param op {@link Gather} or {@link TakeAlong}
 * @param work for reports
 */
public record GatherKernel(Gpu gpu, Op op, Work work) implements Kernel {
  @Override
  public String name() {
    return "gather";
  }

  @Override
  public boolean late() {
    return true;
  }

  /** {@return the indexed dimensions} */
  private List<Integer> axes() {
    return switch (op) {
      case Gather gather -> gather.axes();
      case TakeAlong along -> List.of(along.axis());
      default -> throw new IllegalStateException(op.label());
    };
  }

  @Override
  public void launch(List<View> inputs, View output) {
    int n = (int) output.shape().size();
    if (n == 0) {
      return;
    }
    View x = inputs.getFirst();
    List<View> indices = inputs.subList(1, inputs.size());
    Shape picked = indices.getFirst().shape();
    List<Integer> axes = axes();
    List<long[]> strides = new ArrayList<>();
    strides.add(unpicked(x, axes, output.shape().rank(), op instanceof TakeAlong));
    for (View index : indices) {
      // Repeated along the dimensions of x that are not indexed.
      strides.add(java.util.Arrays.copyOf(index.strides(), output.shape().rank()));
    }
    Walk walk = Walk.of(output.shape(), strides);
    List<DType> types = indices.stream().map(View::dtype).toList();
    Form form = new Form(Keys.bits(x.dtype()), types, walk.rank());
    int inner = op instanceof TakeAlong ? 1 : (int) (n / picked.size());
    List<Number> arguments = Gpu.arguments(n, inner, GpuPool.address(x), GpuPool.address(output));
    arguments.addAll(indexArguments(gpu, op, axes, x, indices));
    arguments.addAll(Gpu.arguments(walk.dims()));
    for (long[] steps : walk.strides()) {
      arguments.addAll(Gpu.arguments(steps));
    }
    int blocks = (n + Emit.THREADS - 1) / Emit.THREADS;
    gpu.launch(
        op.label(),
        gpu.function(form, () -> code(form)),
        new Driver.Grid(blocks, 1, 1, Emit.THREADS, 0),
        arguments);
  }

  /** {@return the arguments of {@link IndexCode}} */
  static List<Number> indexArguments(
      Gpu gpu, Op op, List<Integer> axes, View x, List<View> indices) {
    List<Long> addresses = new ArrayList<>();
    List<Long> sizes = new ArrayList<>();
    List<Long> strides = new ArrayList<>();
    for (int i = 0; i < axes.size(); i++) {
      addresses.add(GpuPool.address(indices.get(i)));
      sizes.add(x.shape().dim(axes.get(i)));
      strides.add(x.strides()[axes.get(i)]);
    }
    int launch =
        gpu.checked(
            op.label(),
            axes,
            sizes.stream().mapToLong(i -> i).toArray(),
            indices.getFirst().shape());
    return IndexCode.arguments(gpu.faults(), launch, addresses, sizes, strides);
  }

  /**
   * {@return the strides of the dimensions that are not indexed: in place, or behind the indices'}
   */
  static long[] unpicked(View x, List<Integer> axes, int rank, boolean inPlace) {
    long[] strides = new long[rank];
    int at = rank - (x.shape().rank() - axes.size());
    for (int d = 0; d < x.shape().rank(); d++) {
      if (!axes.contains(d)) {
        strides[inPlace ? d : at++] = x.strides()[d];
      }
    }
    return strides;
  }

  /**
   * One kernel.
   *
   * @param bits the unsigned type of an element's size
   * @param indices the types of the index arrays
   * @param rank dimensions of the walk
   */
  public record Form(DType bits, List<DType> indices, int rank) {}

  /** {@return the kernel} */
  public static Code code(Form f) {
    Code c = new Code("gather", Emit.THREADS);
    Reg n = c.param(Kind.B32);
    Reg inner = c.param(Kind.B32);
    Reg from = c.param(Kind.B64);
    Reg to = c.param(Kind.B64);
    IndexCode index = new IndexCode(c, f.indices);
    Reg[] sizes = Walk.sizeParams(c, f.rank);
    Reg[][] steps = new Reg[1 + f.indices.size()][];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = Walk.stepParams(c, f.rank);
    }
    Reg thread = Emit.globalThread(c);
    Code.Label end = c.label();
    c.goWhere(c.pred("setp.ge.u32", thread, n), end);
    Reg[] offsets = Walk.offsets(c, thread, sizes, steps);
    Reg element = c.b32("div.u32", thread, inner);
    Reg picked =
        index.offset(java.util.Arrays.copyOfRange(offsets, 1, offsets.length), element, end);
    Reg at = Keys.at(c, from, c.b64("add.s64", offsets[0], picked), f.bits);
    Keys.move(c, f.bits, at, Emit.address(c, to, thread, f.bits.bytes()));
    c.place(end);
    return c;
  }
}
