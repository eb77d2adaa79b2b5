package lazuli.gpu.kernels;

import lazuli.array.type.DType;
import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.Element;
import lazuli.gpu.ptx.Kind;
import lazuli.gpu.ptx.Reg;

/** Arithmetic without memory: what a card can do at most. */
public final class PeakCode {
  /** Threads of a block. */
  public static final int THREADS = 256;

  /** Chains that do not wait for each other. */
  private static final int CHAINS = 8;

  private static final int UNROLLED = 4;

  private PeakCode() {}

  /** {@return the operations of one block in one loop} */
  public static double flops(DType type) {
    return type.isHalf()
        ? 2.0 * 16 * 8 * 16 * CHAINS * UNROLLED * THREADS / 32
        : 2.0 * CHAINS * UNROLLED * THREADS;
  }

  /** {@return the kernel: multiply-adds in f32 and f64, tensor-core products in half types} */
  public static Code code(DType type) {
    Code c = new Code("peak_" + type, THREADS);
    Reg to = c.param(Kind.B64);
    Reg loops = c.param(Kind.B32);
    Reg thread = Emit.globalThread(c);
    Reg index = c.b32("mov.u32", 0);
    Reg result =
        type.isHalf()
            ? products(c, type, thread, index, loops)
            : sums(c, type, thread, index, loops);
    DType out = type.isHalf() ? DType.F32 : type;
    Element.store(c, ".global", out, Code.at(Emit.address(c, to, thread, 8), 0), result);
    return c;
  }

  private static Reg sums(Code c, DType type, Reg thread, Reg index, Reg loops) {
    String t = Element.suffix(type);
    Kind kind = Element.kind(type);
    Reg x = c.as(kind, "cvt.rn" + t + ".u32", thread);
    Reg scale = Element.constant(c, type, 0.5);
    Reg[] chains = new Reg[CHAINS];
    for (int i = 0; i < CHAINS; i++) {
      chains[i] = c.as(kind, "add.rn" + t, x, Element.constant(c, type, (double) i));
    }
    Emit.each(
        c,
        index,
        1,
        loops,
        () -> {
          for (int u = 0; u < UNROLLED; u++) {
            for (Reg chain : chains) {
              c.op("fma.rn" + t, chain, chain, scale, x);
            }
          }
        });
    Reg sum = chains[0];
    for (int i = 1; i < CHAINS; i++) {
      sum = c.as(kind, "add.rn" + t, sum, chains[i]);
    }
    return sum;
  }

  private static Reg products(Code c, DType type, Reg thread, Reg index, Reg loops) {
    Reg[] a = new Reg[4];
    for (int i = 0; i < a.length; i++) {
      a[i] = c.b32("mov.u32", 0);
    }
    Reg b = c.b32("and.b32", thread, 0);
    Reg[][] chains = new Reg[CHAINS][4];
    for (Reg[] chain : chains) {
      for (int i = 0; i < chain.length; i++) {
        chain[i] = c.f32("cvt.rn.f32.u32", thread);
      }
    }
    String half = type == DType.F16 ? "f16" : "bf16";
    Emit.each(
        c,
        index,
        1,
        loops,
        () -> {
          for (int u = 0; u < UNROLLED; u++) {
            for (Reg[] chain : chains) {
              Warps.mma(c, half, chain, a, b, b);
            }
          }
        });
    Reg sum = chains[0][0];
    for (int i = 1; i < CHAINS; i++) {
      sum = c.f32("add.rn.f32", sum, chains[i][0]);
    }
    return sum;
  }
}
