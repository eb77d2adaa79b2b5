package lazuli.gpu.kernels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lazuli.array.backend.Buffer;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.op.Binary;
import lazuli.array.op.Cast;
import lazuli.array.op.Fused;
import lazuli.array.op.Op;
import lazuli.array.op.PutAlong;
import lazuli.array.op.Scatter;
import lazuli.array.op.Update;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;
import lazuli.gpu.driver.Driver;
import lazuli.gpu.exec.Gpu;
import lazuli.gpu.exec.GpuPool;
import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.Element;
import lazuli.gpu.ptx.Kind;
import lazuli.gpu.ptx.Operators;
import lazuli.gpu.ptx.Reg;
import org.jspecify.annotations.Nullable;

/**
 * Values put at indices, in the order of the indices, whatever order threads run in: a thread for
 * each element that one index names, which walks all indices. Half types that are joined stay in
 * f32 until all values are there.
 *
 * @param gpu the device
 * @param op {@link Scatter} or {@link PutAlong}
 * @param work for reports
 */
public record ScatterKernel(Gpu gpu, Op op, Work work) implements Kernel {
  /** How values meet what is there; null replaces it. */
  static @Nullable Binary join(Update update) {
    return switch (update) {
      case SET -> null;
      case ADD -> Binary.ADD;
      case MUL -> Binary.MUL;
      case MAX -> Binary.MAXIMUM;
      case MIN -> Binary.MINIMUM;
    };
  }

  /** {@return whether there is a kernel of such updates} */
  public static boolean has(Update update, DType type) {
    Binary join = join(update);
    return join == null || Operators.has(join, held(update, type));
  }

  private static DType held(Update update, DType type) {
    return update != Update.SET && type.isHalf() ? DType.F32 : type;
  }

  private Update update() {
    return op instanceof Scatter scatter ? scatter.update() : ((PutAlong) op).update();
  }

  /** {@return base, values and index arrays, in this order for both operations} */
  private List<View> ordered(List<View> inputs) {
    return op instanceof Scatter ? inputs : List.of(inputs.get(0), inputs.get(2), inputs.get(1));
  }

  private List<Integer> axes() {
    return op instanceof Scatter scatter ? scatter.axes() : List.of(((PutAlong) op).axis());
  }

  @Override
  public String name() {
    return "scatter";
  }

  @Override
  public boolean late() {
    return true;
  }

  @Override
  public void launch(List<View> inputs, View output) {
    if (output.shape().size() == 0) {
      return;
    }
    DType type = output.dtype();
    DType held = held(update(), type);
    if (held == type) {
      copy(inputs.getFirst(), output);
      put(ordered(inputs), output);
      return;
    }
    Buffer wide = gpu.pool().allocate(output.shape().size() * held.bytes());
    try {
      View there = View.contiguous(wide, held, output.shape());
      copy(inputs.getFirst(), there);
      put(ordered(inputs), there);
      copy(there, output);
    } finally {
      gpu.pool().release(wide);
    }
  }

  /** Copies, converted. */
  private void copy(View from, View to) {
    List<Fused.Instruction> program = new ArrayList<>();
    program.add(new Fused.Load(0, from.dtype()));
    if (from.dtype() != to.dtype()) {
      program.add(new Fused.Apply(new Cast(to.dtype(), "kernel", ""), 0, -1, -1, to.dtype()));
    }
    new FusedKernel(gpu, new Fused(to.shape(), program), work).launch(List.of(from), to);
  }

  private void put(List<View> all, View to) {
    View values = all.get(1);
    List<View> indices = all.subList(2, all.size());
    List<Integer> axes = axes();
    if (values.shape().size() == 0) {
      return;
    }
    boolean along = op instanceof PutAlong;
    // The dimensions of the values: those of the indices, walked in order, and the others.
    int rank = values.shape().rank();
    int picked = indices.getFirst().shape().rank();
    List<Integer> walked = new ArrayList<>();
    List<Integer> rest = new ArrayList<>();
    for (int d = 0; d < rank; d++) {
      boolean walks = along ? axes.contains(d) : d < picked;
      (walks ? walked : rest).add(d);
    }
    List<long[]> strides = new ArrayList<>();
    strides.add(values.strides());
    strides.add(GatherKernel.unpicked(to, axes, rank, along));
    for (View index : indices) {
      strides.add(Arrays.copyOf(index.strides(), rank));
    }
    Walk steps = part(values.shape(), walked, strides);
    Walk threads = part(values.shape(), rest, strides);
    int count = count(values.shape(), walked);
    int n = count(values.shape(), rest);
    List<DType> types = indices.stream().map(View::dtype).toList();
    Form form = new Form(update(), values.dtype(), to.dtype(), types, steps.rank(), threads.rank());
    List<Number> arguments = Gpu.arguments(n, count, GpuPool.address(values), GpuPool.address(to));
    arguments.addAll(GatherKernel.indexArguments(gpu, op, axes, to, indices));
    for (Walk walk : List.of(steps, threads)) {
      arguments.addAll(Gpu.arguments(walk.dims()));
      for (long[] step : walk.strides()) {
        arguments.addAll(Gpu.arguments(step));
      }
    }
    int blocks = (n + Emit.THREADS - 1) / Emit.THREADS;
    gpu.launch(
        op.label(),
        gpu.function(form, () -> code(form)),
        new Driver.Grid(blocks, 1, 1, Emit.THREADS, 0),
        arguments);
  }

  private static Walk part(Shape shape, List<Integer> dims, List<long[]> strides) {
    long[] sizes = dims.stream().mapToLong(shape::dim).toArray();
    List<long[]> chosen = new ArrayList<>();
    for (long[] all : strides) {
      chosen.add(dims.stream().mapToLong(d -> all[d]).toArray());
    }
    return Walk.of(Shape.of(sizes), chosen);
  }

  private static int count(Shape shape, List<Integer> dims) {
    return (int) dims.stream().mapToLong(shape::dim).reduce(1, (a, b) -> a * b);
  }

  /**
   * One kernel.
   *
   * @param update how values meet what is there
   * @param from the type of the values
   * @param to the type of the result
   * @param indices the types of the index arrays
   * @param walked dimensions of the indices
   * @param rest dimensions of what an index names
   */
  public record Form(
      Update update, DType from, DType to, List<DType> indices, int walked, int rest) {}

  /** {@return the kernel} */
  public static Code code(Form f) {
    Code c = new Code("scatter", Emit.THREADS);
    Reg n = c.param(Kind.B32);
    Reg count = c.param(Kind.B32);
    Reg from = c.param(Kind.B64);
    Reg to = c.param(Kind.B64);
    IndexCode index = new IndexCode(c, f.indices);
    int operands = 2 + f.indices.size();
    Reg[] walkedSizes = Walk.sizeParams(c, f.walked);
    Reg[][] walkedSteps = steps(c, operands, f.walked);
    Reg[] restSizes = Walk.sizeParams(c, f.rest);
    Reg[][] restSteps = steps(c, operands, f.rest);
    Reg thread = Emit.globalThread(c);
    Code.Label end = c.label();
    c.goWhere(c.pred("setp.ge.u32", thread, n), end);
    Reg[] own = Walk.offsets(c, thread, restSizes, restSteps);
    Reg step = c.b32("mov.u32", 0);
    Emit.each(
        c,
        step,
        1,
        count,
        () -> {
          Reg[] at = Walk.offsets(c, step, walkedSizes, walkedSteps);
          for (int i = 0; i < operands; i++) {
            at[i] = c.b64("add.s64", at[i], own[i]);
          }
          Code.Label next = c.label();
          Reg picked = index.offset(Arrays.copyOfRange(at, 2, operands), step, next);
          Reg target = Keys.at(c, to, c.b64("add.s64", at[1], picked), f.to);
          Reg value =
              Element.load(c, ".global", f.from, Code.at(Keys.at(c, from, at[0], f.from), 0));
          Binary join = join(f.update);
          if (join != null) {
            Reg there = Element.load(c, ".global", f.to, Code.at(target, 0));
            value = Operators.apply(c, join, f.to, there, value);
          }
          Element.store(c, ".global", f.to, Code.at(target, 0), value);
          c.place(next);
        });
    c.place(end);
    return c;
  }

  private static Reg[][] steps(Code c, int operands, int rank) {
    Reg[][] steps = new Reg[operands][];
    for (int i = 0; i < operands; i++) {
      steps[i] = Walk.stepParams(c, rank);
    }
    return steps;
  }
}
