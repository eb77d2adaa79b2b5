package lazuli.gpu.kernels;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.backend.Buffer;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.op.Fused;
import lazuli.array.op.Reduce;
import lazuli.array.op.Reduction;
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

/**
 * Reductions. Where the results lie in order and what is joined does not, each thread joins one
 * result; otherwise a block joins one, and several blocks share a long one, whose parts are joined
 * by a second launch. How the work is split depends on shapes only.
 *
 * @param gpu the device
 * @param op what is joined
 * @param work for reports
 */
public record ReduceKernel(Gpu gpu, Reduce op, Work work) implements Kernel {
  private static final int PART = 1 << 15;
  private static final int MOST_PARTS = 512;
  private static final int FEW = 32;

  @Override
  public String name() {
    return "reduce";
  }

  /** What is kept and what is joined, each merged into few dimensions. */
  private record Split(Walk kept, Walk joined, int results, long count) {
    static Split of(View in, Reduce op) {
      List<Long> keptDims = new ArrayList<>();
      List<Long> keptSteps = new ArrayList<>();
      List<Long> joinedDims = new ArrayList<>();
      List<Long> joinedSteps = new ArrayList<>();
      long count = 1;
      long results = 1;
      for (int d = 0; d < in.shape().rank(); d++) {
        boolean joins = op.axes().contains(d);
        (joins ? joinedDims : keptDims).add(in.shape().dim(d));
        (joins ? joinedSteps : keptSteps).add(in.strides()[d]);
        count *= joins ? in.shape().dim(d) : 1;
        results *= joins ? 1 : in.shape().dim(d);
      }
      return new Split(
          walk(keptDims, keptSteps), walk(joinedDims, joinedSteps), (int) results, count);
    }

    private static Walk walk(List<Long> dims, List<Long> steps) {
      Shape shape = Shape.of(dims.stream().mapToLong(i -> i).toArray());
      return Walk.of(shape, List.of(steps.stream().mapToLong(i -> i).toArray()));
    }

    /** {@return whether neighbouring results read neighbouring elements and joined ones do not} */
    boolean columns() {
      int last = kept.rank() - 1;
      int inner = joined.rank() - 1;
      boolean across = last >= 0 && kept.strides()[0][last] == 1;
      boolean along = inner < 0 || Math.abs(joined.strides()[0][inner]) == 1;
      return count <= FEW || across && !along && results >= Emit.THREADS;
    }
  }

  @Override
  public void launch(List<View> inputs, View output) {
    View in = inputs.getFirst();
    Split split = Split.of(in, op);
    if (split.results == 0) {
      return;
    }
    if (split.count == 0) {
      DType type = output.dtype();
      double value = op.row().average() ? Double.NaN : op.row().empty();
      Number empty = type.isFloat() ? (Number) value : (Number) (long) value;
      Fused fill = new Fused(output.shape(), List.of(new Fused.Const(empty, type)));
      new FusedKernel(gpu, fill, work).launch(List.of(), output);
      return;
    }
    int parts = 1;
    if (!split.columns() && split.results < MOST_PARTS) {
      parts = (int) Math.min(MOST_PARTS, (split.count + PART - 1) / PART);
    }
    if (parts == 1) {
      run(in, split, GpuPool.address(output), output.dtype(), 1, split.count);
      return;
    }
    long bytes = (long) parts * split.results * Element.kind(output.dtype()).bytes();
    Buffer scratch = gpu.pool().allocate(bytes);
    try {
      DType type = wide(output.dtype());
      run(in, split, scratch.segment().address(), type, parts, split.count);
      View partial =
          new View(scratch, type, Shape.of(split.results, parts), new long[] {parts, 1}, 0);
      Split second = Split.of(partial, new Reduce(op.row(), lazuli.array.op.Axes.of(1)));
      run(partial, second, GpuPool.address(output), output.dtype(), 1, split.count);
    } finally {
      gpu.pool().release(scratch);
    }
  }

  /** {@return the type whose memory form is the register's} */
  private static DType wide(DType type) {
    return switch (Element.kind(type)) {
      case F32 -> DType.F32;
      case B32 -> Element.suffix(type).equals(".s32") ? DType.I32 : DType.U32;
      default -> type;
    };
  }

  private void run(View in, Split split, long to, DType out, int parts, long count) {
    boolean columns = split.columns() && parts == 1;
    int keptRank = split.kept.rank();
    int joinedRank = split.joined.rank();
    boolean last = parts == 1;
    Form form =
        new Form(
            op.row(), in.dtype(), op.row().type(out), out, keptRank, joinedRank, columns, last);
    long function = gpu.function("reduce " + form, () -> code(form));
    List<Number> arguments =
        Gpu.arguments(
            GpuPool.address(in),
            to,
            split.results,
            (int) split.count,
            parts,
            (double) count,
            split.kept.dims(),
            split.kept.strides()[0],
            split.joined.dims(),
            split.joined.strides()[0]);
    int blocks = columns ? (split.results + Emit.THREADS - 1) / Emit.THREADS : split.results;
    gpu.launch(op.label(), function, new Driver.Grid(blocks, parts, 1, Emit.THREADS, 0), arguments);
  }

  /** The value that changes nothing; the largest and smallest start from the other end. */
  private static Number identity(Reduction row, DType type) {
    double empty = row.empty();
    if (!Double.isNaN(empty)) {
      return type.isFloat() ? (Number) empty : (Number) (long) empty;
    }
    boolean largest = row.join().applyAsDouble(0, 1) == 1;
    if (type.isFloat()) {
      return largest ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    boolean signed = Element.suffix(type).startsWith(".s");
    boolean narrow = Element.kind(type) == Kind.B32;
    if (signed) {
      long low = narrow ? Integer.MIN_VALUE : Long.MIN_VALUE;
      return largest ? low : ~low;
    }
    return largest ? 0L : -1L;
  }

  /**
   * One kernel.
   *
   * @param row what is joined
   * @param from the type in memory
   * @param computed the type of the joined values
   * @param out the type of the results
   * @param keptRank dimensions that stay
   * @param joinedRank dimensions that are joined
   * @param columns whether a thread joins one result, not a block
   * @param last whether results are written, not parts of them
   */
  public record Form(
      Reduction row,
      DType from,
      DType computed,
      DType out,
      int keptRank,
      int joinedRank,
      boolean columns,
      boolean last) {}

  /** {@return the kernel} */
  public static Code code(Form f) {
    Code c = new Code("reduce", Emit.THREADS);
    Reg in = c.param(Kind.B64);
    Reg to = c.param(Kind.B64);
    Reg results = c.param(Kind.B32);
    Reg count = c.param(Kind.B32);
    Reg parts = c.param(Kind.B32);
    Reg divisor = c.param(Kind.F64);
    Reg[] keptSizes = Walk.sizeParams(c, f.keptRank);
    Reg[] keptSteps = Walk.stepParams(c, f.keptRank);
    Reg[] joinedSizes = Walk.sizeParams(c, f.joinedRank);
    Reg[] joinedSteps = Walk.stepParams(c, f.joinedRank);
    Reg part = c.b32("mov.u32", "%ctaid.y");
    Reg result = f.columns ? Emit.globalThread(c) : c.b32("mov.u32", "%ctaid.x");
    Code.Label end = c.label();
    if (f.columns) {
      c.goWhere(c.pred("setp.ge.u32", result, results), end);
    }
    Reg base = Walk.offsets(c, result, keptSizes, new Reg[][] {keptSteps})[0];
    // This block's part: an equal share of the elements, in order.
    Reg share = c.b32("div.u32", c.b32("sub.s32", c.b32("add.s32", count, parts), 1), parts);
    Reg first = c.b32("mul.lo.s32", share, part);
    Reg stop = c.b32("min.u32", count, c.b32("add.s32", first, share));
    Reg index = f.columns ? first : c.b32("add.s32", first, c.b32("mov.u32", "%tid.x"));
    Reg sum = Element.constant(c, f.computed, identity(f.row, f.computed));
    Emit.each(
        c,
        index,
        f.columns ? 1 : Emit.THREADS,
        stop,
        () -> {
          Reg offset = Walk.offsets(c, index, joinedSizes, new Reg[][] {joinedSteps})[0];
          Reg at = Emit.address(c, in, c.b64("add.s64", base, offset), f.from.bytes());
          Reg x = Element.load(c, ".global", f.from, Code.at(at, 0));
          Reg next = Operators.join(c, f.row, f.computed, sum, x);
          c.op("mov" + bits(next), sum, next);
        });
    Reg all = sum;
    if (!f.columns) {
      int bytes = Math.max(4, sum.kind().bytes());
      Reg memory = c.shared("partial", bytes * Emit.THREADS / 32);
      all = Emit.block(c, sum, memory, (a, b) -> Operators.join(c, f.row, f.computed, a, b));
      Reg leader = c.pred("setp.ne.s32", c.b32("mov.u32", "%tid.x"), 0);
      c.goWhere(leader, end);
    }
    if (f.last && f.row.average()) {
      all =
          all.kind() == Kind.F64
              ? c.f64("div.rn.f64", all, divisor)
              : c.f32("div.rn.f32", all, c.f32("cvt.rn.f32.f64", divisor));
    }
    Reg place = c.b32("mad.lo.s32", result, parts, part);
    Element.store(c, ".global", f.out, Code.at(Emit.address(c, to, place, f.out.bytes()), 0), all);
    c.place(end);
    return c;
  }

  private static String bits(Reg x) {
    return switch (x.kind()) {
      case F32 -> ".f32";
      case F64 -> ".f64";
      case B64 -> ".b64";
      default -> ".b32";
    };
  }
}
