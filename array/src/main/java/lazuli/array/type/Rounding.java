package lazuli.array.type;

/** Conversions of numbers to the element types, each rounded once, to nearest even. */
public final class Rounding {
  private Rounding() {}

  /**
   * {@return the nearest f16 as bits}
   *
   * @param value any value
   */
  public static short f16(double value) {
    return Float.floatToFloat16(odd(value));
  }

  /**
   * {@return the nearest bf16 as bits}
   *
   * @param value any value
   */
  public static short bf16(double value) {
    return bf16(odd(value));
  }

  /**
   * {@return the nearest bf16 as bits}
   *
   * @param value any value
   */
  public static short bf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }

  /**
   * {@return the value of bf16 bits}
   *
   * @param bits the bits
   */
  public static float bf16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /**
   * {@return the nearest 8-bit float as bits} A value beyond the largest becomes NaN in e4m3, which
   * has no infinity, and infinity in e5m2.
   *
   * @param type f8_e4m3 or f8_e5m2
   * @param value any value
   */
  public static byte f8(DType type, double value) {
    boolean e4m3 = type == DType.F8_E4M3;
    int fraction = e4m3 ? 3 : 2;
    int bias = e4m3 ? 7 : 15;
    int largest = e4m3 ? 0x7e : 0x7b;
    int sign = Math.copySign(1, value) < 0 ? 0x80 : 0;
    double size = Math.abs(value);
    if (Double.isNaN(value)) {
      return (byte) (sign | 0x7f);
    }
    // The distance of neighbours; constant below the smallest normal number.
    int exponent = Math.max(Math.getExponent(size), 1 - bias);
    double steps = Math.rint(Math.scalb(size, fraction - exponent));
    // In units of that distance the code continues from subnormal to normal numbers and from one
    // exponent to the next.
    double code = steps + (double) (exponent + bias - 1) * (1 << fraction);
    if (size == Double.POSITIVE_INFINITY || code > largest) {
      return (byte) (sign | (e4m3 ? 0x7f : 0x7c));
    }
    return (byte) (sign | (int) code);
  }

  /**
   * {@return the value of the bits of an 8-bit float}
   *
   * @param type f8_e4m3 or f8_e5m2
   * @param bits the bits
   */
  public static float f8(DType type, byte bits) {
    boolean e4m3 = type == DType.F8_E4M3;
    int fraction = e4m3 ? 3 : 2;
    int bias = e4m3 ? 7 : 15;
    int exponent = (bits & 0x7f) >>> fraction;
    int low = bits & (1 << fraction) - 1;
    float size;
    if (e4m3 ? (bits & 0x7f) == 0x7f : exponent == 31) {
      size = !e4m3 && low == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else if (exponent == 0) {
      size = Math.scalb((float) low, 1 - bias - fraction);
    } else {
      size = Math.scalb((float) (low | 1 << fraction), exponent - bias - fraction);
    }
    return bits < 0 ? -size : size;
  }

  /**
   * {@return the value nearest in a type} For integer types the fraction is dropped and the value
   * clamped to the range, NaN is 0; bool is 0 or 1.
   *
   * @param type the type
   * @param value any value
   */
  public static double to(DType type, double value) {
    return switch (type) {
      case F64 -> value;
      case F32 -> (float) value;
      case F16 -> Float.float16ToFloat(f16(value));
      case BF16 -> bf16(bf16(value));
      case F8_E4M3, F8_E5M2 -> f8(type, f8(type, value));
      case BOOL -> value != 0 ? 1 : 0;
      case U64 -> {
        long bits = integer(type, value);
        yield bits >= 0 ? bits : ((bits >>> 1) | (bits & 1)) * 2.0;
      }
      case U8, U16, U32, I8, I16, I32, I64 -> integer(type, value);
    };
  }

  /**
   * {@return the integer that a real value becomes: without its fraction, clamped to the type's
   * range; 0 for NaN} What Java, Rust and WebAssembly do; C leaves it undefined.
   *
   * @param type an integer type or bool
   * @param value any value
   */
  public static long integer(DType type, double value) {
    return switch (type) {
      case BOOL -> value != 0 ? 1 : 0;
      case U8 -> Math.clamp((long) value, 0, 0xff);
      case U16 -> Math.clamp((long) value, 0, 0xffff);
      case U32 -> Math.clamp((long) value, 0, 0xffff_ffffL);
      case I8 -> Math.clamp((long) value, Byte.MIN_VALUE, Byte.MAX_VALUE);
      case I16 -> Math.clamp((long) value, Short.MIN_VALUE, Short.MAX_VALUE);
      case I32 -> (int) value;
      case I64 -> (long) value;
      case U64 ->
          value < 0x1p63
              ? Math.max(0, (long) value)
              : value < 0x1p64
                  ? (long) (value - 0x1p63) | Long.MIN_VALUE
                  : Double.isNaN(value) ? 0 : -1;
      case F16, BF16, F32, F64, F8_E4M3, F8_E5M2 ->
          throw new IllegalArgumentException(type + " is no integer type");
    };
  }

  /**
   * {@return the integer that a type holds after wrapping at its width}
   *
   * @param type an integer type or bool
   * @param value any value; u64 values are carried in the bits of a long
   */
  public static long wrap(DType type, long value) {
    return switch (type) {
      case BOOL -> value != 0 ? 1 : 0;
      case U8 -> value & 0xff;
      case U16 -> value & 0xffff;
      case U32 -> value & 0xffff_ffffL;
      case I8 -> (byte) value;
      case I16 -> (short) value;
      case I32 -> (int) value;
      case U64, I64 -> value;
      case F16, BF16, F32, F64, F8_E4M3, F8_E5M2 ->
          throw new IllegalArgumentException(type + " is no integer type");
    };
  }

  /**
   * Rounds to f32 "to odd" (Boldo and Melquiond, 2008): an inexact result gets its last bit set, so
   * that rounding it again to fewer bits gives what one rounding would have given.
   */
  private static float odd(double value) {
    float near = (float) value;
    if (near == value || Double.isNaN(value)) {
      return near;
    }
    int bits = Float.floatToRawIntBits(near);
    if ((bits & 1) != 0) {
      return near;
    }
    // The neighbour on the other side of the value is odd.
    boolean away = Math.abs(near) < Math.abs(value);
    return Float.intBitsToFloat(away ? bits + 1 : bits - 1);
  }
}
