package lazuli.gpu.ptx;

import lazuli.array.type.DType;

/**
 * Casts between element types in registers, as {@link lazuli.array.op.Cast} defines them: rounded
 * to nearest even once, integers from floating values clamped, NaN to 0, integers wrapped.
 */
public final class Conversion {
  private Conversion() {}

  /** {@return the value converted} A half type's value stays in f32, rounded to that type. */
  public static Reg cast(Code c, DType from, DType to, Reg x) {
    if (from == to) {
      return x;
    }
    if (to == DType.BOOL) {
      String compare = from.isFloat() ? "setp.neu" : "setp.ne";
      return Element.truth(c, c.pred(compare + Element.suffix(from), x, zero(from)));
    }
    return to.isFloat()
        ? floating(c, from, to, x)
        : from.isFloat() ? integer(c, from, to, x) : wrapped(c, from, to, x);
  }

  private static Object zero(DType type) {
    return switch (Element.kind(type)) {
      case F32 -> 0f;
      case F64 -> 0.0;
      default -> 0;
    };
  }

  private static Reg floating(Code c, DType from, DType to, Reg x) {
    if (to == DType.F64) {
      return switch (Element.kind(from)) {
        case F32 -> c.f64("cvt.f64.f32", x);
        case F64 -> x;
        default -> c.f64("cvt.rn.f64" + Element.suffix(from), x);
      };
    }
    if (Element.kind(from) == Kind.F32) {
      return to == DType.F32 ? x : rounded(c, to, x);
    }
    if (to == DType.F32) {
      return c.f32("cvt.rn.f32" + Element.suffix(from), x);
    }
    return rounded(c, to, odd(c, from, x));
  }

  /** {@return an f32 rounded to a half type and widened again} */
  public static Reg rounded(Code c, DType half, Reg x) {
    if (half == DType.F16) {
      return c.f32("cvt.f32.f16", c.b16("cvt.rn.f16.f32", x));
    }
    Reg bits = c.b16("cvt.rn.bf16.f32", x);
    return Element.widen(c, c.b32("cvt.u32.u16", bits));
  }

  /**
   * Rounds to f32 "to odd" (Boldo and Melquiond, 2008): towards zero, with the last bit set where
   * that was inexact, so that rounding again to fewer bits is as good as rounding once.
   */
  private static Reg odd(Code c, DType from, Reg x) {
    String suffix = Element.suffix(from);
    Reg cut = c.f32("cvt.rz.f32" + suffix, x);
    Reg inexact;
    if (from == DType.F64) {
      inexact = c.pred("setp.ne.f64", c.f64("cvt.f64.f32", cut), x);
    } else {
      Reg back = c.as(Element.kind(from), "cvt.rzi" + suffix + ".f32", cut);
      inexact = c.pred("setp.ne" + suffix, back, x);
    }
    Reg bits = c.b32("mov.b32", cut);
    return c.f32("mov.b32", c.b32("or.b32", bits, Element.truth(c, inexact)));
  }

  private static Reg integer(Code c, DType from, DType to, Reg x) {
    String suffix = Element.suffix(from);
    Reg number = c.pred("setp.num" + suffix, x, x);
    if (Element.kind(to) == Kind.B64) {
      Reg y = c.b64("cvt.rzi" + Element.suffix(to) + suffix, x);
      return c.b64("selp.b64", y, 0, number);
    }
    Reg y = c.b32("cvt.rzi" + Element.suffix(to) + suffix, x);
    Reg safe = c.b32("selp.b32", y, 0, number);
    return switch (to) {
      case U8 -> c.b32("min.u32", safe, 0xff);
      case U16 -> c.b32("min.u32", safe, 0xffff);
      case I8 -> c.b32("max.s32", c.b32("min.s32", safe, 127), -128);
      case I16 -> c.b32("max.s32", c.b32("min.s32", safe, 32767), -32768);
      default -> safe;
    };
  }

  private static Reg wrapped(Code c, DType from, DType to, Reg x) {
    boolean wide = Element.kind(to) == Kind.B64;
    if (Element.kind(from) == Kind.B64) {
      return wide ? x : Element.wrap(c, to, c.b32("cvt.u32.u64", x));
    }
    if (wide) {
      boolean signed = Element.suffix(from).equals(".s32");
      return c.b64(signed ? "cvt.s64.s32" : "cvt.u64.u32", x);
    }
    return Element.wrap(c, to, x);
  }
}
