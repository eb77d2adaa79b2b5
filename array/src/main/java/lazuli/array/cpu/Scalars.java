package lazuli.array.cpu;

import lazuli.array.type.DType;
import lazuli.array.type.Rounding;

/** One element of any type: for rare types and odd ends, not for hot loops. */
final class Scalars {
  private Scalars() {}

  /** The value at an address; exact but for 64-bit integers beyond 2^53. */
  static double get(DType dtype, long p) {
    return switch (dtype) {
      case F64 -> Memory.getDouble(p);
      case F32 -> Memory.getFloat(p);
      case F16 -> Float.float16ToFloat(Memory.getShort(p));
      case BF16 -> Rounding.bf16(Memory.getShort(p));
      case U64 -> {
        long bits = Memory.getLong(p);
        // The lowest bit is sticky when the value is halved.
        yield bits >= 0 ? bits : (double) (bits >>> 1 | bits & 1) * 2;
      }
      default -> getLong(dtype, p);
    };
  }

  /** The integer at an address; u64 in the bits of a long. */
  static long getLong(DType dtype, long p) {
    return switch (dtype) {
      case BOOL, I8 -> Memory.getByte(p);
      case U8 -> Memory.getByte(p) & 0xff;
      case I16 -> Memory.getShort(p);
      case U16 -> Memory.getShort(p) & 0xffff;
      case I32 -> Memory.getInt(p);
      case U32 -> Memory.getInt(p) & 0xffff_ffffL;
      case I64, U64 -> Memory.getLong(p);
      case F16, BF16, F32, F64 -> throw new IllegalArgumentException(dtype + " is no integer type");
    };
  }

  /** Writes a value, rounded once to a floating type. */
  static void put(DType dtype, long p, double value) {
    switch (dtype) {
      case F64 -> Memory.putDouble(p, value);
      case F32 -> Memory.putFloat(p, (float) value);
      case F16 -> Memory.putShort(p, Rounding.f16(value));
      case BF16 -> Memory.putShort(p, Rounding.bf16(value));
      default -> putLong(dtype, p, (long) value);
    }
  }

  /** Writes an integer, wrapped at the type's width. */
  static void putLong(DType dtype, long p, long value) {
    switch (dtype) {
      case BOOL, U8, I8 -> Memory.putByte(p, (byte) value);
      case U16, I16 -> Memory.putShort(p, (short) value);
      case U32, I32 -> Memory.putInt(p, (int) value);
      case U64, I64 -> Memory.putLong(p, value);
      case F16, BF16, F32, F64 -> throw new IllegalArgumentException(dtype + " is no integer type");
    }
  }
}
