package lazuli.gpu.kernels;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.op.SearchSorted;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.gpu.driver.Driver;
import lazuli.gpu.exec.Gpu;
import lazuli.gpu.exec.GpuPool;
import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.Element;
import lazuli.gpu.ptx.Kind;
import lazuli.gpu.ptx.Reg;

/**
 * Where values belong in a sorted row, by halving, a thread for each value.
 *
 * @param gpu the device
 * @param op the search
 * @param work for reports
 */
public record SearchKernel(Gpu gpu, SearchSorted op, Work work) implements Kernel {
  @Override
  public String name() {
    return "search";
  }

  @Override
  public void launch(List<View> inputs, View output) {
    View row = inputs.get(0);
    View values = inputs.get(1);
    int n = (int) values.shape().size();
    if (n == 0) {
      return;
    }
    Walk walk = Walk.of(values.shape(), List.of(values.strides()));
    Form form = new Form(values.dtype(), op.right(), walk.rank());
    List<Number> arguments =
        new ArrayList<>(
            Gpu.arguments(
                n,
                (int) row.shape().size(),
                GpuPool.address(row),
                row.strides()[0],
                GpuPool.address(values),
                GpuPool.address(output)));
    arguments.addAll(Gpu.arguments(walk.dims(), walk.strides()[0]));
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
   * @param type of the row and the values
   * @param right whether a value goes behind equals
   * @param rank dimensions of the values
   */
  public record Form(DType type, boolean right, int rank) {}

  /** {@return the kernel} */
  public static Code code(Form f) {
    Code c = new Code("search", Emit.THREADS);
    Reg n = c.param(Kind.B32);
    Reg length = c.param(Kind.B32);
    Reg row = c.param(Kind.B64);
    Reg step = c.param(Kind.B64);
    Reg values = c.param(Kind.B64);
    Reg to = c.param(Kind.B64);
    Reg[] sizes = Walk.sizeParams(c, f.rank);
    Reg[] steps = Walk.stepParams(c, f.rank);
    Reg thread = Emit.globalThread(c);
    Code.Label end = c.label();
    c.goWhere(c.pred("setp.ge.u32", thread, n), end);
    Reg at = Walk.offsets(c, thread, sizes, new Reg[][] {steps})[0];
    Reg value =
        Keys.of(
            c,
            f.type,
            Element.load(c, ".global", f.type, Code.at(Keys.at(c, values, at, f.type), 0)));
    Reg low = c.b32("mov.u32", 0);
    Reg high = c.b32("mov.u32", length);
    Code.Label loop = c.label();
    Code.Label found = c.label();
    c.place(loop);
    c.goWhere(c.pred("setp.ge.u32", low, high), found);
    Reg middle = c.b32("shr.u32", c.b32("add.s32", low, high), 1);
    Reg offset = c.b64("mul.lo.s64", c.b64("cvt.u64.u32", middle), step);
    Reg key =
        Keys.of(
            c,
            f.type,
            Element.load(c, ".global", f.type, Code.at(Keys.at(c, row, offset, f.type), 0)));
    Reg before = c.pred(f.right ? "setp.le.u64" : "setp.lt.u64", key, value);
    Reg behind = c.b32("add.s32", middle, 1);
    c.op("selp.b32", low, behind, low, before);
    c.op("selp.b32", high, high, middle, before);
    c.go(loop);
    c.place(found);
    Element.store(c, ".global", DType.I32, Code.at(Emit.address(c, to, thread, 4), 0), low);
    c.place(end);
    return c;
  }
}
