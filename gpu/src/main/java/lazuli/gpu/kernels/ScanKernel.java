package lazuli.gpu.kernels;

import java.util.List;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.op.Binary;
import lazuli.array.op.Scan;
import lazuli.array.op.Scanning;
import lazuli.array.op.Unary;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.gpu.driver.Driver;
import lazuli.gpu.exec.Gpu;
import lazuli.gpu.exec.GpuPool;
import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.Element;
import lazuli.gpu.ptx.Kind;
import lazuli.gpu.ptx.Operators;
import lazuli.gpu.ptx.Reg;

/**
 * Running sums and their like: a block for a line, which it walks in pieces of one element a thread
 * with a warp scan in each, or a thread where lines are short. The order of joining depends on
 * shapes only; half types are joined in f32 and rounded once for each result.
 *
 * @param gpu the device
 * @param op how elements are joined, along which dimension
 * @param work for reports
 */
public record ScanKernel(Gpu gpu, Scan op, Work work) implements Kernel {
  private static final int THREADS = Emit.THREADS;
  private static final int WARPS = THREADS / 32;

  /** {@return two elements joined, the earlier one first} */
  private static Reg joined(Code c, Scanning row, DType type, Reg a, Reg b) {
    return switch (row) {
      case CUMSUM -> Operators.apply(c, Binary.ADD, type, a, b);
      case CUMPROD -> Operators.apply(c, Binary.MUL, type, a, b);
      case CUMMAX -> Operators.apply(c, Binary.MAXIMUM, type, a, b);
      case CUMMIN -> Operators.apply(c, Binary.MINIMUM, type, a, b);
      case LOGCUMSUMEXP -> logarithm(c, type, a, b);
    };
  }

  /** {@return log(exp(a) + exp(b)), from the larger one: nothing overflows} */
  private static Reg logarithm(Code c, DType type, Reg a, Reg b) {
    String t = Element.suffix(type);
    Kind kind = a.kind();
    Reg large = Operators.apply(c, Binary.MAXIMUM, type, a, b);
    Reg small = Operators.apply(c, Binary.MINIMUM, type, a, b);
    Reg power = Operators.apply(c, Unary.EXP, type, c.as(kind, "sub.rn" + t, small, large));
    Reg log =
        Operators.has(Unary.LOG1P, type)
            ? Operators.apply(c, Unary.LOG1P, type, power)
            : Operators.apply(
                c,
                Unary.LOG,
                type,
                c.as(kind, "add.rn" + t, power, Element.constant(c, type, 1.0)));
    Reg sum = c.as(kind, "add.rn" + t, large, log);
    // Infinities have no difference; a NaN is not one, and stays.
    Reg size = c.as(kind, "abs" + t, large);
    Reg limit = Element.constant(c, type, Double.POSITIVE_INFINITY);
    return c.as(kind, "selp" + t, large, sum, c.pred("setp.eq" + t, size, limit));
  }

  private static DType computed(DType type) {
    return type.isHalf() ? DType.F32 : type;
  }

  /** {@return whether there is a kernel of such scans} */
  public static boolean has(Scanning row, DType type) {
    return switch (row) {
      case CUMSUM -> Operators.has(Binary.ADD, computed(type));
      case CUMPROD -> Operators.has(Binary.MUL, computed(type));
      case CUMMAX -> Operators.has(Binary.MAXIMUM, computed(type));
      case CUMMIN -> Operators.has(Binary.MINIMUM, computed(type));
      case LOGCUMSUMEXP -> type.isFloat();
    };
  }

  @Override
  public String name() {
    return "scan";
  }

  @Override
  public void launch(List<View> inputs, View output) {
    View in = inputs.getFirst();
    LineWalk walk = LineWalk.of(op.axis(), in, output);
    if (walk.lines() == 0 || walk.length() == 0) {
      return;
    }
    Form form = new Form(op.row(), in.dtype(), op.reverse(), walk.kept().rank(), walk.narrow());
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
            walk.kept().strides()[0],
            walk.kept().strides()[1]));
  }

  /**
   * One kernel.
   *
   * @param row how elements are joined
   * @param type of the elements
   * @param reverse whether lines are walked from the end
   * @param rank dimensions across lines
   * @param narrow whether a thread takes a line, not a block
   */
  public record Form(Scanning row, DType type, boolean reverse, int rank, boolean narrow) {}

  /** What a kernel works with. */
  private record Lines(Code c, Form f, Reg in, Reg to, Reg n, Reg inStep, Reg toStep) {
    private Reg place(Reg index) {
      return f.reverse ? c.b32("sub.s32", c.b32("sub.s32", n, 1), index) : index;
    }

    private Reg address(Reg base, Reg index, Reg step) {
      Reg offset = c.b64("mul.lo.s64", c.b64("cvt.u64.u32", place(index)), step);
      return Keys.at(c, base, offset, f.type);
    }

    Reg load(Reg index) {
      return Element.load(c, ".global", f.type, Code.at(address(in, index, inStep), 0));
    }

    void store(Reg index, Reg x) {
      Element.store(c, ".global", f.type, Code.at(address(to, index, toStep), 0), x);
    }

    Reg joined(Reg before, Reg x) {
      return ScanKernel.joined(c, f.row, computed(f.type), before, x);
    }

    /** Joins what came before to a register, where there is something. */
    void join(Reg any, Reg before, Reg x) {
      set(x, c.as(x.kind(), "selp" + bits(x), joined(before, x), x, any));
    }

    void set(Reg to, Reg x) {
      c.op("mov" + bits(x), to, x);
    }

    static String bits(Reg x) {
      return switch (x.kind()) {
        case F32 -> ".f32";
        case F64 -> ".f64";
        case B64 -> ".b64";
        default -> ".b32";
      };
    }
  }

  /** {@return the kernel} */
  public static Code code(Form f) {
    Code c = new Code(f.row.label(), THREADS);
    Reg in = c.param(Kind.B64);
    Reg to = c.param(Kind.B64);
    Reg lines = c.param(Kind.B32);
    Reg n = c.param(Kind.B32);
    Reg inStep = c.param(Kind.B64);
    Reg toStep = c.param(Kind.B64);
    Reg[] sizes = Walk.sizeParams(c, f.rank);
    Reg[][] steps = {Walk.stepParams(c, f.rank), Walk.stepParams(c, f.rank)};
    Reg line = f.narrow ? Emit.globalThread(c) : c.b32("mov.u32", "%ctaid.x");
    Code.Label end = c.label();
    if (f.narrow) {
      c.goWhere(c.pred("setp.ge.u32", line, lines), end);
    }
    Reg[] across = Walk.offsets(c, line, sizes, steps);
    Lines l =
        new Lines(
            c,
            f,
            Keys.at(c, in, across[0], f.type),
            Keys.at(c, to, across[1], f.type),
            n,
            inStep,
            toStep);
    if (f.narrow) {
      thread(l);
    } else {
      block(l);
    }
    c.place(end);
    return c;
  }

  private static void thread(Lines l) {
    Code c = l.c;
    Reg index = c.b32("mov.u32", 0);
    Reg sum = l.load(index);
    l.store(index, sum);
    c.op("mov.u32", index, 1);
    Emit.each(
        c,
        index,
        1,
        l.n,
        () -> {
          l.set(sum, l.joined(sum, l.load(index)));
          l.store(index, sum);
        });
  }

  private static void block(Lines l) {
    Code c = l.c;
    Reg thread = c.b32("mov.u32", "%tid.x");
    Reg lane = c.b32("and.b32", thread, 31);
    Reg warp = c.b32("shr.u32", thread, 5);
    Reg last = c.b32("sub.s32", l.n, 1);
    Reg index = c.b32("mov.u32", thread);
    Reg piece = c.b32("mov.u32", 0);
    Reg carry = c.reg(Element.kind(computed(l.f.type)));
    l.set(carry, Element.constant(c, computed(l.f.type), 0));
    int bytes = carry.kind().bytes();
    Reg sums = c.shared("sums", bytes * (WARPS + 1));
    Reg own = c.b32("mad.lo.s32", warp, bytes, sums);
    String word = bytes == 8 ? ".b64" : ".b32";
    // All threads walk all pieces, because they meet at barriers: who has no element loads the
    // last one, which changes nothing before it.
    Emit.each(
        c,
        piece,
        THREADS,
        l.n,
        () -> {
          Reg x = l.load(c.b32("min.u32", index, last));
          Reg sum = c.reg(x.kind());
          l.set(sum, x);
          for (int distance = 1; distance < 32; distance *= 2) {
            Reg before = Emit.below(c, sum, distance);
            l.join(c.pred("setp.ge.u32", lane, distance), before, sum);
          }
          c.where(
              c.pred("setp.eq.s32", lane, 31),
              () -> c.op("st.shared" + word, Code.at(own, 0), sum));
          c.op("bar.sync", 0);
          Reg before = c.as(sum.kind(), "ld.shared" + type(sum), Code.at(sums, 0));
          for (int w = 1; w < WARPS - 1; w++) {
            Reg next = c.as(sum.kind(), "ld.shared" + type(sum), Code.at(sums, (long) w * bytes));
            Reg more = c.pred("setp.lt.u32", c.b32("mov.u32", w), warp);
            l.set(
                before,
                c.as(sum.kind(), "selp" + Lines.bits(sum), l.joined(before, next), before, more));
          }
          l.join(c.pred("setp.gt.u32", warp, 0), before, sum);
          l.join(c.pred("setp.gt.u32", piece, 0), carry, sum);
          c.where(
              c.pred("setp.eq.s32", thread, THREADS - 1),
              () -> c.op("st.shared" + word, Code.at(sums, (long) WARPS * bytes), sum));
          c.op("bar.sync", 0);
          l.set(
              carry,
              c.as(sum.kind(), "ld.shared" + type(sum), Code.at(sums, (long) WARPS * bytes)));
          Code.Label past = c.label();
          c.goWhere(c.pred("setp.ge.u32", index, l.n), past);
          l.store(index, sum);
          c.place(past);
          c.op("add.s32", index, index, THREADS);
        });
  }

  private static String type(Reg x) {
    return switch (x.kind()) {
      case F32 -> ".f32";
      case F64 -> ".f64";
      case B64 -> ".b64";
      default -> ".b32";
    };
  }
}
