package lazuli.gpu.ptx;

import java.util.List;
import lazuli.array.type.DType;

/**
 * How elements of each type live in registers, and how they come from memory and go there.
 *
 * <p>Half types are held in f32; booleans and integers of up to 32 bits in a 32-bit register that
 * always holds the wrapped value; 64-bit integers in a 64-bit register.
 */
public final class Element {
  private Element() {}

  /** {@return the kind of register that holds the type} */
  public static Kind kind(DType type) {
    return switch (type) {
      case F16, BF16, F32 -> Kind.F32;
      case F64 -> Kind.F64;
      case BOOL, U8, U16, U32, I8, I16, I32 -> Kind.B32;
      case U64, I64 -> Kind.B64;
      case F8_E4M3, F8_E5M2 -> throw refused(type);
    };
  }

  /** {@return whether the type has registers here; others stay on the processor} */
  public static boolean has(DType type) {
    return type != DType.F8_E4M3 && type != DType.F8_E5M2;
  }

  private static IllegalStateException refused(DType type) {
    return new IllegalStateException(type + " has no registers: ask has() first");
  }

  /** {@return the suffix of instructions that compute in the type} */
  public static String suffix(DType type) {
    return switch (type) {
      case F16, BF16, F32 -> ".f32";
      case F64 -> ".f64";
      case BOOL, U8, U16, U32 -> ".u32";
      case I8, I16, I32 -> ".s32";
      case U64 -> ".u64";
      case I64 -> ".s64";
      case F8_E4M3, F8_E5M2 -> throw refused(type);
    };
  }

  /** {@return the suffix of loads and stores} */
  private static String memory(DType type) {
    return switch (type) {
      case BOOL, U8 -> ".u8";
      case I8 -> ".s8";
      case U16, F16, BF16 -> ".u16";
      case I16 -> ".s16";
      case U32 -> ".u32";
      case I32 -> ".s32";
      case U64 -> ".u64";
      case I64 -> ".s64";
      case F32 -> ".f32";
      case F64 -> ".f64";
      case F8_E4M3, F8_E5M2 -> throw refused(type);
    };
  }

  /**
   * {@return an element from memory}
   *
   * @param space such as {@code .global.nc}
   * @param address the memory operand's text
   */
  public static Reg load(Code c, String space, DType type, String address) {
    return switch (type) {
      case F16 -> c.f32("cvt.f32.f16", c.b16("ld" + space + ".b16", address));
      case BF16 -> widen(c, c.b32("ld" + space + ".u16", address));
      default -> c.as(kind(type), "ld" + space + memory(type), address);
    };
  }

  /** {@return neighbouring elements, read together} */
  public static Reg[] loadVector(Code c, String space, DType type, Reg address, int width) {
    Reg[] values = new Reg[width];
    if (width == 1) {
      values[0] = load(c, space, type, Code.at(address, 0));
      return values;
    }
    Kind raw = type == DType.F16 ? Kind.B16 : type == DType.BF16 ? Kind.B32 : kind(type);
    for (int i = 0; i < width; i++) {
      values[i] = c.reg(raw);
    }
    String suffix = type == DType.F16 ? ".b16" : memory(type);
    c.op("ld" + space + ".v" + width + suffix, List.of(values), Code.at(address, 0));
    for (int i = 0; i < width; i++) {
      if (type == DType.F16) {
        values[i] = c.f32("cvt.f32.f16", values[i]);
      } else if (type == DType.BF16) {
        values[i] = widen(c, values[i]);
      }
    }
    return values;
  }

  /** Writes neighbouring elements together, each rounded once. */
  public static void storeVector(Code c, String space, DType type, Reg address, Reg[] values) {
    if (values.length == 1) {
      store(c, space, type, Code.at(address, 0), values[0]);
      return;
    }
    Reg[] out = values.clone();
    if (type.isHalf()) {
      for (int i = 0; i < out.length; i++) {
        out[i] = c.b16("cvt.rn" + (type == DType.F16 ? ".f16" : ".bf16") + ".f32", values[i]);
      }
    }
    String suffix = type.isHalf() ? ".b16" : type.bytes() == 1 ? ".u8" : memory(type);
    c.op("st" + space + ".v" + out.length + suffix, Code.at(address, 0), List.of(out));
  }

  /** {@return the value of bf16 bits in the low half of a register} */
  public static Reg widen(Code c, Reg bits) {
    return c.f32("mov.b32", c.b32("shl.b32", bits, 16));
  }

  /** Writes an element, rounded once. */
  public static void store(Code c, String space, DType type, String address, Reg value) {
    switch (type) {
      case F16, BF16 -> {
        Reg bits = c.b16("cvt.rn" + (type == DType.F16 ? ".f16" : ".bf16") + ".f32", value);
        c.op("st" + space + ".b16", address, bits);
      }
      case BOOL, U8, I8 -> c.op("st" + space + ".u8", address, value);
      case U16, I16 -> c.op("st" + space + ".u16", address, value);
      default -> c.op("st" + space + memory(type), address, value);
    }
  }

  /** {@return a constant} */
  public static Reg constant(Code c, DType type, Number value) {
    return switch (kind(type)) {
      case F32 -> c.f32("mov.f32", value.floatValue());
      case F64 -> c.f64("mov.f64", value.doubleValue());
      case B32 -> c.b32("mov.u32", value.intValue());
      default -> c.b64("mov.u64", value.longValue());
    };
  }

  /** {@return an integer wrapped to the type's width; other types as they are} */
  public static Reg wrap(Code c, DType type, Reg x) {
    return switch (type) {
      case U8 -> c.b32("and.b32", x, 0xff);
      case U16 -> c.b32("and.b32", x, 0xffff);
      case I8 -> c.b32("bfe.s32", x, 0, 8);
      case I16 -> c.b32("bfe.s32", x, 0, 16);
      case BOOL -> truth(c, c.pred("setp.ne.s32", x, 0));
      default -> x;
    };
  }

  /** {@return 1 or 0} */
  public static Reg truth(Code c, Reg condition) {
    return c.b32("selp.u32", 1, 0, condition);
  }
}
