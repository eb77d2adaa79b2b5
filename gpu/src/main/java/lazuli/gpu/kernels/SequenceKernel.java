package lazuli.gpu.kernels;

import java.util.List;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.op.Arange;
import lazuli.array.op.Distribution;
import lazuli.array.op.Op;
import lazuli.array.op.Parameter;
import lazuli.array.op.Random;
import lazuli.array.op.Unary;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.gpu.driver.Driver;
import lazuli.gpu.exec.Gpu;
import lazuli.gpu.exec.GpuPool;
import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.Conversion;
import lazuli.gpu.ptx.Element;
import lazuli.gpu.ptx.Kind;
import lazuli.gpu.ptx.Operators;
import lazuli.gpu.ptx.Reg;

/**
 * Elements that depend on their index only: ranges and random numbers, the same bits as on the
 * processor.
 *
 * @param gpu the device
 * @param op {@link Arange} or {@link Random}
 * @param work for reports
 */
public record SequenceKernel(Gpu gpu, Op op, Work work) implements Kernel {
  private static final int BLOCKS_PER_MULTIPROCESSOR = 8;

  @Override
  public String name() {
    return "sequence";
  }

  @Override
  public boolean takesParameters() {
    return true;
  }

  @Override
  public void launch(List<View> inputs, View output) {
    launch(inputs, output, new Number[0]);
  }

  @Override
  public void launch(List<View> inputs, View output, Number[] parameters) {
    int n = (int) output.shape().size();
    if (n == 0) {
      return;
    }
    DType type = output.dtype();
    List<Number> arguments = Gpu.arguments(GpuPool.address(output), n);
    long function;
    int items = n;
    if (op instanceof Arange range) {
      boolean real = type.isFloat();
      function = gpu.function("arange " + type, () -> range(type));
      arguments.add(
          real ? (Number) range.start().doubleValue() : (Number) range.start().longValue());
      arguments.add(real ? (Number) range.step().doubleValue() : (Number) range.step().longValue());
    } else if (op instanceof Random random) {
      items = (n + 1) / 2;
      Distribution form = random.distribution();
      function = gpu.function("random " + form + type, () -> random(form, type));
      long key = Parameter.in(random.seed(), parameters).longValue();
      arguments.addAll(Gpu.arguments((int) key, (int) (key >>> 32)));
    } else {
      throw new IllegalStateException(op.label());
    }
    int blocks = (items + Emit.THREADS - 1) / Emit.THREADS;
    int most = gpu.multiprocessors() * BLOCKS_PER_MULTIPROCESSOR;
    gpu.launch(
        op.label(),
        function,
        new Driver.Grid(Math.min(blocks, most), 1, 1, Emit.THREADS, 0),
        arguments);
  }

  /** {@return whether there is a kernel of such random numbers} */
  public static boolean has(Distribution form) {
    return form == Distribution.UNIFORM || form == Distribution.NORMAL;
  }

  /** {@return the kernel of ranges} */
  public static Code range(DType type) {
    Code c = new Code("arange", Emit.THREADS);
    Reg to = c.param(Kind.B64);
    Reg n = c.param(Kind.B32);
    boolean real = type.isFloat();
    Reg start = c.param(real ? Kind.F64 : Kind.B64);
    Reg step = c.param(real ? Kind.F64 : Kind.B64);
    Reg index = Emit.globalThread(c);
    Emit.each(
        c,
        index,
        Emit.globalThreads(c),
        n,
        () -> {
          Reg value;
          if (real) {
            Reg i = c.f64("cvt.rn.f64.u32", index);
            Reg x = c.f64("add.rn.f64", start, c.f64("mul.rn.f64", i, step));
            value = Conversion.cast(c, DType.F64, type, x);
          } else {
            Reg i = c.b64("cvt.u64.u32", index);
            Reg x = c.b64("add.s64", start, c.b64("mul.lo.s64", i, step));
            value = Conversion.cast(c, DType.I64, type, x);
          }
          Element.store(
              c, ".global", type, Code.at(Emit.address(c, to, index, type.bytes()), 0), value);
        });
    return c;
  }

  /** {@return the kernel of random numbers: a thread makes two, from one counter of Philox} */
  public static Code random(Distribution form, DType type) {
    if (!has(form)) {
      throw new IllegalStateException(form + " has no PTX: ask has() first");
    }
    Code c = new Code(form.label(), Emit.THREADS);
    Reg to = c.param(Kind.B64);
    Reg n = c.param(Kind.B32);
    Reg low = c.param(Kind.B32);
    Reg high = c.param(Kind.B32);
    Reg pairs = c.b32("shr.u32", c.b32("add.s32", n, 1), 1);
    Reg index = Emit.globalThread(c);
    Emit.each(
        c,
        index,
        Emit.globalThreads(c),
        pairs,
        () -> {
          Reg[] words = philox(c, index, low, high);
          Reg a = c.f64("cvt.rn.f64.u64", bits53(c, words[0], words[1]));
          Reg b = c.f64("cvt.rn.f64.u64", bits53(c, words[2], words[3]));
          Reg x;
          Reg y;
          if (form == Distribution.UNIFORM) {
            double unit = unit(type);
            x =
                c.f64(
                    "mul.rn.f64",
                    c.f64("cvt.rmi.f64.f64", c.f64("mul.rn.f64", a, 0x1p-53 / unit)),
                    unit);
            y =
                c.f64(
                    "mul.rn.f64",
                    c.f64("cvt.rmi.f64.f64", c.f64("mul.rn.f64", b, 0x1p-53 / unit)),
                    unit);
          } else {
            Reg share = c.f64("mul.rn.f64", c.f64("add.rn.f64", a, 1.0), 0x1p-53);
            Reg log = Operators.apply(c, Unary.LOG, DType.F64, share);
            Reg radius = c.f64("sqrt.rn.f64", c.f64("mul.rn.f64", log, -2.0));
            Reg angle = c.f64("mul.rn.f64", c.f64("mul.rn.f64", b, 0x1p-53), 2 * Math.PI);
            x = c.f64("mul.rn.f64", radius, Operators.apply(c, Unary.COS, DType.F64, angle));
            y = c.f64("mul.rn.f64", radius, Operators.apply(c, Unary.SIN, DType.F64, angle));
          }
          Reg place = c.b32("shl.b32", index, 1);
          Reg at = Emit.address(c, to, place, type.bytes());
          Element.store(c, ".global", type, Code.at(at, 0), Conversion.cast(c, DType.F64, type, x));
          Reg second = Conversion.cast(c, DType.F64, type, y);
          Code.Label odd = c.label();
          Reg past = c.pred("setp.ge.u32", c.b32("add.s32", place, 1), n);
          c.goWhere(past, odd);
          Element.store(c, ".global", type, Code.at(at, type.bytes()), second);
          c.place(odd);
        });
    return c;
  }

  private static double unit(DType type) {
    return switch (type) {
      case F16 -> 0x1p-11;
      case BF16 -> 0x1p-8;
      case F32 -> 0x1p-24;
      default -> 0x1p-53;
    };
  }

  /** {@return 53 bits: 32 of the first word, 21 of the second} */
  private static Reg bits53(Code c, Reg first, Reg second) {
    Reg upper = c.b64("shl.b64", c.b64("cvt.u64.u32", first), 21);
    return c.b64("or.b64", upper, c.b64("cvt.u64.u32", c.b32("shr.u32", second, 11)));
  }

  /** Philox4x32-10, as {@link lazuli.array.op.Philox} says. */
  private static Reg[] philox(Code c, Reg counter, Reg low, Reg high) {
    Reg zero = c.b32("mov.u32", 0);
    Reg[] x = {counter, zero, zero, zero};
    Reg k0 = low;
    Reg k1 = high;
    for (int round = 0; round < 10; round++) {
      Reg aHigh = c.b32("mul.hi.u32", x[0], 0xD2511F53L);
      Reg aLow = c.b32("mul.lo.u32", x[0], 0xD2511F53L);
      Reg bHigh = c.b32("mul.hi.u32", x[2], 0xCD9E8D57L);
      Reg bLow = c.b32("mul.lo.u32", x[2], 0xCD9E8D57L);
      x =
          new Reg[] {
            c.b32("xor.b32", c.b32("xor.b32", bHigh, x[1]), k0),
            bLow,
            c.b32("xor.b32", c.b32("xor.b32", aHigh, x[3]), k1),
            aLow
          };
      k0 = c.b32("add.s32", k0, 0x9E3779B9);
      k1 = c.b32("add.s32", k1, 0xBB67AE85);
    }
    return x;
  }
}
