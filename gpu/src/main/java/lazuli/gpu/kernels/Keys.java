package lazuli.gpu.kernels;

import lazuli.array.type.DType;
import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.Element;
import lazuli.gpu.ptx.Kind;
import lazuli.gpu.ptx.Reg;

/**
 * Elements as unsigned 64-bit keys in the same order, so that one kernel compares all types: NaN
 * comes last, -0 equals 0.
 */
final class Keys {
  private Keys() {}

  /** {@return the key of an element} */
  static Reg of(Code c, DType type, Reg x) {
    return switch (type) {
      case F64 -> {
        // -0 + 0 is 0.
        Reg bits = c.b64("mov.b64", c.f64("add.rn.f64", x, 0.0));
        Reg negative = c.pred("setp.lt.s64", bits, 0);
        Reg below = c.b64("not.b64", bits);
        Reg above = c.b64("xor.b64", bits, Long.MIN_VALUE);
        Reg key = c.b64("selp.b64", below, above, negative);
        yield c.b64("selp.b64", -1, key, c.pred("setp.nan.f64", x, x));
      }
      case F32, F16, BF16 -> {
        Reg bits = c.b32("mov.b32", c.f32("add.rn.f32", x, 0f));
        Reg negative = c.pred("setp.lt.s32", bits, 0);
        Reg below = c.b32("not.b32", bits);
        Reg above = c.b32("xor.b32", bits, Integer.MIN_VALUE);
        Reg key = c.b32("selp.b32", below, above, negative);
        Reg all = c.b32("selp.b32", -1, key, c.pred("setp.nan.f32", x, x));
        yield c.b64("cvt.u64.u32", all);
      }
      case I64 -> c.b64("xor.b64", x, Long.MIN_VALUE);
      case U64 -> x;
      case I8, I16, I32 -> c.b64("cvt.u64.u32", c.b32("xor.b32", x, Integer.MIN_VALUE));
      default -> c.b64("cvt.u64.u32", x);
    };
  }

  /** {@return whether one key with its place comes before another} */
  static Reg before(Code c, Reg key, Reg place, Reg other, Reg otherPlace) {
    Reg less = c.pred("setp.lt.u64", key, other);
    Reg same = c.pred("setp.eq.s64", key, other);
    Reg earlier = c.pred("setp.lt.u32", place, otherPlace);
    return c.pred("or.pred", less, c.pred("and.pred", same, earlier));
  }

  /** {@return the unsigned type of an element's bits} */
  static DType bits(DType type) {
    return switch (type.bytes()) {
      case 1 -> DType.U8;
      case 2 -> DType.U16;
      case 4 -> DType.U32;
      default -> DType.U64;
    };
  }

  /** Copies an element's bits. */
  static void move(Code c, DType type, Reg from, Reg to) {
    DType bits = bits(type);
    Reg x = Element.load(c, ".global", bits, Code.at(from, 0));
    Element.store(c, ".global", bits, Code.at(to, 0), x);
  }

  /** {@return the sum of a base and an offset in elements} */
  static Reg at(Code c, Reg base, Reg offset, DType type) {
    if (offset.kind() != Kind.B64) {
      throw new IllegalArgumentException("offsets are 64 bits wide");
    }
    return Emit.address(c, base, offset, type.bytes());
  }
}
