package lazuli.gpu.kernels;

import java.util.List;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.op.ArgReduce;
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
 * The place of the largest or smallest element of each line, the first of equals and the first NaN:
 * a block for a line, or a thread where lines are short.
 *
 * @param gpu the device
 * @param op what is looked for
 * @param work for reports
 */
public record ArgReduceKernel(Gpu gpu, ArgReduce op, Work work) implements Kernel {
  private static final int THREADS = Emit.THREADS;
  private static final int WARPS = THREADS / 32;

  @Override
  public String name() {
    return "argreduce";
  }

  @Override
  public void launch(List<View> inputs, View output) {
    View in = inputs.getFirst();
    LineWalk walk = LineWalk.of(op.axis(), in);
    if (walk.lines() == 0) {
      return;
    }
    Form form = new Form(in.dtype(), op.largest(), walk.kept().rank(), walk.narrow());
    int blocks = form.narrow ? (walk.lines() + THREADS - 1) / THREADS : walk.lines();
    gpu.launch(
        op.label(),
        gpu.function(form, () -> code(form)),
        new Driver.Grid(blocks, 1, 1, THREADS, 0),
        Gpu.arguments(
            GpuPool.address(in),
            GpuPool.address(output),
            walk.lines(),
            walk.length(),
            walk.steps(),
            walk.kept().dims(),
            walk.kept().strides()[0]));
  }

  /**
   * One kernel.
   *
   * @param type of the elements
   * @param largest whether the largest is looked for
   * @param rank dimensions across lines
   * @param narrow whether a thread takes a line, not a block
   */
  public record Form(DType type, boolean largest, int rank, boolean narrow) {}

  /** {@return the kernel} */
  public static Code code(Form f) {
    Code c = new Code(f.largest ? "argmax" : "argmin", THREADS);
    Reg in = c.param(Kind.B64);
    Reg to = c.param(Kind.B64);
    Reg lines = c.param(Kind.B32);
    Reg n = c.param(Kind.B32);
    Reg step = c.param(Kind.B64);
    Reg[] sizes = Walk.sizeParams(c, f.rank);
    Reg[] steps = Walk.stepParams(c, f.rank);
    Reg thread = c.b32("mov.u32", "%tid.x");
    Reg line = f.narrow ? Emit.globalThread(c) : c.b32("mov.u32", "%ctaid.x");
    Code.Label end = c.label();
    if (f.narrow) {
      c.goWhere(c.pred("setp.ge.u32", line, lines), end);
    }
    Reg base = Keys.at(c, in, Walk.offsets(c, line, sizes, new Reg[][] {steps})[0], f.type);
    // The smallest key wins; a place that no element has loses to all.
    Reg best = c.b64("mov.u64", -1);
    Reg place = c.b32("mov.u32", -1);
    Reg index = c.b32("mov.u32", f.narrow ? 0 : thread);
    Emit.each(
        c,
        index,
        f.narrow ? 1 : THREADS,
        n,
        () -> {
          Reg offset = c.b64("mul.lo.s64", c.b64("cvt.u64.u32", index), step);
          Reg at = Keys.at(c, base, offset, f.type);
          Reg x = Element.load(c, ".global", f.type, Code.at(at, 0));
          Reg key = rank(c, f, x);
          take(c, Keys.before(c, key, index, best, place), best, place, key, index);
        });
    if (!f.narrow) {
      block(c, thread, best, place);
      c.goWhere(c.pred("setp.ne.s32", thread, 0), end);
    }
    Element.store(c, ".global", DType.I32, Code.at(Emit.address(c, to, line, 4), 0), place);
    c.place(end);
    return c;
  }

  /** {@return a key that is smaller the better the element is; NaN is best} */
  private static Reg rank(Code c, Form f, Reg x) {
    Reg key = Keys.of(c, f.type, x);
    if (f.largest) {
      return c.b64("not.b64", key);
    }
    if (!f.type.isFloat()) {
      return key;
    }
    String t = Element.suffix(f.type);
    return c.b64("selp.b64", 0, key, c.pred("setp.nan" + t, x, x));
  }

  private static void take(Code c, Reg better, Reg best, Reg place, Reg key, Reg index) {
    c.where(
        better,
        () -> {
          c.op("mov.u64", best, key);
          c.op("mov.u32", place, index);
        });
  }

  /** Leaves the block's best in its first thread. */
  private static void block(Code c, Reg thread, Reg best, Reg place) {
    for (int distance = 16; distance > 0; distance /= 2) {
      Reg key = Emit.shuffled(c, best, distance);
      Reg index = Emit.shuffled(c, place, distance);
      take(c, Keys.before(c, key, index, best, place), best, place, key, index);
    }
    Reg keys = c.shared("keys", 8 * WARPS);
    Reg places = c.shared("places", 4 * WARPS);
    Reg warp = c.b32("shr.u32", thread, 5);
    Reg keyAt = c.b32("mad.lo.s32", warp, 8, keys);
    Reg placeAt = c.b32("mad.lo.s32", warp, 4, places);
    c.where(
        c.pred("setp.eq.s32", c.b32("and.b32", thread, 31), 0),
        () -> {
          c.op("st.shared.b64", Code.at(keyAt, 0), best);
          c.op("st.shared.b32", Code.at(placeAt, 0), place);
        });
    c.op("bar.sync", 0);
    for (int w = 0; w < WARPS; w++) {
      Reg key = c.b64("ld.shared.b64", Code.at(keys, 8L * w));
      Reg index = c.b32("ld.shared.b32", Code.at(places, 4L * w));
      take(c, Keys.before(c, key, index, best, place), best, place, key, index);
    }
  }
}
