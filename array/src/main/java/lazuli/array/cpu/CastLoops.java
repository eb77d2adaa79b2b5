package lazuli.array.cpu;

import lazuli.array.type.DType;
import lazuli.array.type.Rounding;

/** Conversions between registers: each value is rounded, truncated or wrapped once. */
final class CastLoops {
  private CastLoops() {}

  /** The loop from a register of one type to a register of another. */
  static Loop of(DType from, DType to) {
    return switch (to) {
      case F32 -> toF32(from);
      case F64 -> toF64(from);
      case F16, BF16 -> toHalf(from, to);
      case F8_E4M3, F8_E5M2, U8, U16, U32, I8, I16 -> NarrowTypes.cast(bank(from), to);
      case BOOL -> toBool(from);
      case I32 -> toI32(from);
      case I64 -> toI64(from);
      case U64 -> throw new IllegalArgumentException("no registers hold " + to);
    };
  }

  private static Bank bank(DType dtype) {
    Bank bank = Bank.of(dtype);
    if (bank == null) {
      throw new IllegalArgumentException("no registers hold " + dtype);
    }
    return bank;
  }

  private static Loop toF32(DType from) {
    return switch (bank(from)) {
      case F32 -> CastLoops::move4;
      case F64 ->
          (to, a, b, c, n) -> {
            for (long i = 0; i < n; i++) {
              Memory.putFloat(to + 4 * i, (float) Memory.getDouble(a + 8 * i));
            }
          };
      case I32 ->
          (to, a, b, c, n) -> {
            for (long i = 0; i < n; i++) {
              Memory.putFloat(to + 4 * i, Memory.getInt(a + 4 * i));
            }
          };
      case I64 ->
          (to, a, b, c, n) -> {
            for (long i = 0; i < n; i++) {
              Memory.putFloat(to + 4 * i, Memory.getLong(a + 8 * i));
            }
          };
    };
  }

  private static Loop toF64(DType from) {
    return switch (bank(from)) {
      case F32 ->
          (to, a, b, c, n) -> {
            for (long i = 0; i < n; i++) {
              Memory.putDouble(to + 8 * i, Memory.getFloat(a + 4 * i));
            }
          };
      case F64 -> CastLoops::move8;
      case I32 ->
          (to, a, b, c, n) -> {
            for (long i = 0; i < n; i++) {
              Memory.putDouble(to + 8 * i, Memory.getInt(a + 4 * i));
            }
          };
      case I64 ->
          (to, a, b, c, n) -> {
            for (long i = 0; i < n; i++) {
              Memory.putDouble(to + 8 * i, Memory.getLong(a + 8 * i));
            }
          };
    };
  }

  /** From wider types through float64, which rounds once (integers of 64 bits may round twice). */
  private static Loop toHalf(DType from, DType half) {
    boolean f16 = half == DType.F16;
    return switch (bank(from)) {
      case F32 ->
          from == half ? CastLoops::move4 : f16 ? CastLoops::roundF16 : CastLoops::roundBf16;
      case F64 ->
          (to, a, b, c, n) -> {
            for (long i = 0; i < n; i++) {
              Memory.putFloat(to + 4 * i, half(f16, Memory.getDouble(a + 8 * i)));
            }
          };
      case I32 ->
          (to, a, b, c, n) -> {
            for (long i = 0; i < n; i++) {
              Memory.putFloat(to + 4 * i, half(f16, Memory.getInt(a + 4 * i)));
            }
          };
      case I64 ->
          (to, a, b, c, n) -> {
            for (long i = 0; i < n; i++) {
              Memory.putFloat(to + 4 * i, half(f16, Memory.getLong(a + 8 * i)));
            }
          };
    };
  }

  private static float half(boolean f16, double value) {
    return f16 ? Float.float16ToFloat(Rounding.f16(value)) : Rounding.bf16(Rounding.bf16(value));
  }

  private static void roundF16(long to, long a, long b, long c, int n) {
    int i = 0;
    for (; i <= n - Species.LANES; i += Species.LANES) {
      Memory.put(to + 4L * i, Halves.roundF16(Memory.floats(a + 4L * i)));
    }
    for (; i < n; i++) {
      short bits = Float.floatToFloat16(Memory.getFloat(a + 4L * i));
      Memory.putFloat(to + 4L * i, Float.float16ToFloat(bits));
    }
  }

  private static void roundBf16(long to, long a, long b, long c, int n) {
    int i = 0;
    for (; i <= n - Species.LANES; i += Species.LANES) {
      Memory.put(to + 4L * i, Halves.roundBf16(Memory.floats(a + 4L * i)));
    }
    for (; i < n; i++) {
      Memory.putFloat(to + 4L * i, Rounding.bf16(Rounding.bf16(Memory.getFloat(a + 4L * i))));
    }
  }

  private static Loop toBool(DType from) {
    return switch (bank(from)) {
      case F32 ->
          (to, a, b, c, n) -> {
            for (long i = 0; i < n; i++) {
              Memory.putInt(to + 4 * i, Memory.getFloat(a + 4 * i) != 0 ? 1 : 0);
            }
          };
      case F64 ->
          (to, a, b, c, n) -> {
            for (long i = 0; i < n; i++) {
              Memory.putInt(to + 4 * i, Memory.getDouble(a + 8 * i) != 0 ? 1 : 0);
            }
          };
      case I32 -> CastLoops::truth;
      case I64 ->
          (to, a, b, c, n) -> {
            for (long i = 0; i < n; i++) {
              Memory.putInt(to + 4 * i, Memory.getLong(a + 8 * i) != 0 ? 1 : 0);
            }
          };
    };
  }

  /** Makes every integer that is not 0 a 1. */
  static void truth(long to, long a, long b, long c, int n) {
    for (long i = 0; i < n; i++) {
      Memory.putInt(to + 4 * i, Memory.getInt(a + 4 * i) != 0 ? 1 : 0);
    }
  }

  private static Loop toI32(DType from) {
    return switch (bank(from)) {
      case F32 ->
          (to, a, b, c, n) -> {
            for (long i = 0; i < n; i++) {
              Memory.putInt(to + 4 * i, (int) Memory.getFloat(a + 4 * i));
            }
          };
      case F64 ->
          (to, a, b, c, n) -> {
            for (long i = 0; i < n; i++) {
              Memory.putInt(to + 4 * i, (int) Memory.getDouble(a + 8 * i));
            }
          };
      case I32 -> CastLoops::move4;
      case I64 ->
          (to, a, b, c, n) -> {
            for (long i = 0; i < n; i++) {
              Memory.putInt(to + 4 * i, (int) Memory.getLong(a + 8 * i));
            }
          };
    };
  }

  private static Loop toI64(DType from) {
    return switch (bank(from)) {
      case F32 ->
          (to, a, b, c, n) -> {
            for (long i = 0; i < n; i++) {
              Memory.putLong(to + 8 * i, (long) Memory.getFloat(a + 4 * i));
            }
          };
      case F64 ->
          (to, a, b, c, n) -> {
            for (long i = 0; i < n; i++) {
              Memory.putLong(to + 8 * i, (long) Memory.getDouble(a + 8 * i));
            }
          };
      case I32 ->
          (to, a, b, c, n) -> {
            for (long i = 0; i < n; i++) {
              Memory.putLong(to + 8 * i, Memory.getInt(a + 4 * i));
            }
          };
      case I64 -> CastLoops::move8;
    };
  }

  private static void move4(long to, long a, long b, long c, int n) {
    Memory.copy(a, to, 4L * n);
  }

  private static void move8(long to, long a, long b, long c, int n) {
    Memory.copy(a, to, 8L * n);
  }
}
