package lazuli.gpu.kernels;

import java.util.List;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.op.Binary;
import lazuli.array.op.Unary;
import lazuli.array.profile.Dispatch;
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
 * Softmax or log-sum-exp along one dimension: a block for each row, which reads it once for the
 * maximum, once for the sum and, for softmax, once for the result. Half types are computed in f32.
 *
 * @param gpu the device
 * @param axis the dimension
 * @param logarithm whether the result is the logarithm of the sum, one number a row
 * @param work for reports
 * @param casts for reports
 */
public record SoftmaxKernel(
    Gpu gpu, int axis, boolean logarithm, Work work, List<Dispatch.Cast> casts) implements Kernel {

  @Override
  public String name() {
    return logarithm ? "logsumexp" : "softmax";
  }

  @Override
  public void launch(List<View> inputs, View output) {
    View in = inputs.getFirst();
    int rank = in.shape().rank();
    int n = (int) in.shape().dim(axis);
    long[] dims = new long[rank - 1];
    long[] from = new long[rank - 1];
    long[] to = new long[rank - 1];
    int rows = 1;
    for (int d = 0, k = 0; d < rank; d++) {
      if (d != axis) {
        dims[k] = in.shape().dim(d);
        from[k] = in.strides()[d];
        to[k] = output.strides()[d];
        rows *= (int) dims[k++];
      }
    }
    if (rows == 0 || n == 0) {
      return;
    }
    Walk walk = Walk.of(Shape.of(dims), List.of(from, to));
    DType type = in.dtype();
    long function =
        gpu.function(
            "softmax " + logarithm + type + walk.rank(), () -> code(type, walk.rank(), logarithm));
    gpu.launch(
        name(),
        function,
        new Driver.Grid(rows, 1, 1, Emit.THREADS, 0),
        Gpu.arguments(
            GpuPool.address(in),
            GpuPool.address(output),
            n,
            in.strides()[axis],
            output.strides()[axis],
            walk.dims(),
            walk.strides()[0],
            walk.strides()[1]));
  }

  /** {@return the kernel} */
  public static Code code(DType type, int rank, boolean logarithm) {
    Code c = new Code(logarithm ? "logsumexp" : "softmax", Emit.THREADS);
    Reg in = c.param(Kind.B64);
    Reg to = c.param(Kind.B64);
    Reg n = c.param(Kind.B32);
    Reg inStep = c.param(Kind.B64);
    Reg outStep = c.param(Kind.B64);
    Reg[] sizes = Walk.sizeParams(c, rank);
    Reg[][] steps = {Walk.stepParams(c, rank), Walk.stepParams(c, rank)};
    Reg thread = c.b32("mov.u32", "%tid.x");
    Reg[] rows = Walk.offsets(c, c.b32("mov.u32", "%ctaid.x"), sizes, steps);
    Reg from = Emit.address(c, in, rows[0], type.bytes());
    Reg out = Emit.address(c, to, rows[1], type.bytes());
    Reg memory = c.shared("partial", 8 * Emit.THREADS / 32);
    boolean wide = type == DType.F64;
    String t = wide ? ".f64" : ".f32";
    DType computed = wide ? DType.F64 : DType.F32;
    Kind kind = Element.kind(computed);

    Reg max = Element.constant(c, computed, Double.NEGATIVE_INFINITY);
    along(
        c,
        thread,
        n,
        index -> {
          Reg x = load(c, type, from, index, inStep);
          c.op("mov" + t, max, Operators.apply(c, Binary.MAXIMUM, computed, max, x));
        });
    Reg largest =
        Emit.block(c, max, memory, (a, b) -> Operators.apply(c, Binary.MAXIMUM, computed, a, b));
    Reg shift = largest;
    if (logarithm) {
      // An infinite maximum would give inf - inf.
      Reg infinite =
          c.pred(
              "setp.eq" + t,
              c.as(kind, "abs" + t, largest),
              Element.constant(c, computed, Double.POSITIVE_INFINITY));
      shift = c.as(kind, "selp" + t, Element.constant(c, computed, 0.0), largest, infinite);
    }
    Reg less = shift;
    Reg sum = Element.constant(c, computed, 0.0);
    along(
        c,
        thread,
        n,
        index -> {
          Reg x = load(c, type, from, index, inStep);
          Reg e = Operators.apply(c, Unary.EXP, computed, c.as(kind, "sub.rn" + t, x, less));
          c.op("add.rn" + t, sum, sum, e);
        });
    Reg all = Emit.block(c, sum, memory, (a, b) -> c.as(kind, "add.rn" + t, a, b));
    if (logarithm) {
      Reg log = Operators.apply(c, Unary.LOG, computed, all);
      Reg value = c.as(kind, "add.rn" + t, shift, log);
      Code.Label end = c.label();
      c.goWhere(c.pred("setp.ne.s32", thread, 0), end);
      Element.store(c, ".global", type, Code.at(out, 0), value);
      c.place(end);
      return c;
    }
    along(
        c,
        thread,
        n,
        index -> {
          Reg x = load(c, type, from, index, inStep);
          Reg e = Operators.apply(c, Unary.EXP, computed, c.as(kind, "sub.rn" + t, x, less));
          Reg y = c.as(kind, "div.rn" + t, e, all);
          Reg offset = c.b64("mul.lo.s64", c.b64("cvt.u64.u32", index), outStep);
          Reg at = Emit.address(c, out, offset, type.bytes());
          Element.store(c, ".global", type, Code.at(at, 0), y);
        });
    return c;
  }

  /** What a thread does with one element of the row. */
  private interface Body {
    void at(Reg index);
  }

  private static void along(Code c, Reg thread, Reg n, Body body) {
    Reg index = c.b32("mov.u32", thread);
    Emit.each(c, index, Emit.THREADS, n, () -> body.at(index));
  }

  private static Reg load(Code c, DType type, Reg row, Reg index, Reg step) {
    Reg offset = c.b64("mul.lo.s64", c.b64("cvt.u64.u32", index), step);
    return Element.load(c, ".global", type, Code.at(Emit.address(c, row, offset, type.bytes()), 0));
  }
}
