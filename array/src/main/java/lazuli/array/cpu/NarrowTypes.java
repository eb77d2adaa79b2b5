package lazuli.array.cpu;

import lazuli.array.type.DType;
import lazuli.array.type.Rounding;

/**
 * Types that are narrower than their {@link Bank}: loaded widened, wrapped or rounded after each
 * operation, stored narrow.
 */
final class NarrowTypes {
  private static final float[] E4M3 = table(DType.F8_E4M3);
  private static final float[] E5M2 = table(DType.F8_E5M2);

  private NarrowTypes() {}

  private static float[] table(DType type) {
    float[] values = new float[256];
    for (int i = 0; i < values.length; i++) {
      values[i] = Rounding.f8(type, (byte) i);
    }
    return values;
  }

  /** Whether arithmetic in the bank may leave the type's range. */
  static boolean wraps(DType dtype) {
    return switch (dtype) {
      case BOOL, U8, U16, U32, I8, I16 -> true;
      case F16, BF16, F32, F64, I32, I64, U64, F8_E4M3, F8_E5M2 -> false;
    };
  }

  static Feed.Mover load(DType dtype) {
    return switch (dtype) {
      case U8 ->
          (from, step, to, n) -> {
            for (int i = 0; i < n; i++) {
              Memory.putInt(to + 4L * i, Memory.getByte(from + step * i) & 0xff);
            }
          };
      case I8 ->
          (from, step, to, n) -> {
            for (int i = 0; i < n; i++) {
              Memory.putInt(to + 4L * i, Memory.getByte(from + step * i));
            }
          };
      case U16 ->
          (from, step, to, n) -> {
            for (int i = 0; i < n; i++) {
              Memory.putInt(to + 4L * i, Memory.getShort(from + step * i) & 0xffff);
            }
          };
      case I16 ->
          (from, step, to, n) -> {
            for (int i = 0; i < n; i++) {
              Memory.putInt(to + 4L * i, Memory.getShort(from + step * i));
            }
          };
      case U32 ->
          (from, step, to, n) -> {
            for (int i = 0; i < n; i++) {
              Memory.putLong(to + 8L * i, Memory.getInt(from + step * i) & 0xffff_ffffL);
            }
          };
      case F8_E4M3, F8_E5M2 -> {
        float[] table = dtype == DType.F8_E4M3 ? E4M3 : E5M2;
        yield (from, step, to, n) -> {
          for (int i = 0; i < n; i++) {
            Memory.putFloat(to + 4L * i, table[Memory.getByte(from + step * i) & 0xff]);
          }
        };
      }
      default -> throw new IllegalArgumentException(dtype + " is not narrow");
    };
  }

  static Loop store(DType dtype) {
    return switch (dtype) {
      case U8, I8 ->
          (to, a, b, c, n) -> {
            for (int i = 0; i < n; i++) {
              Memory.putByte(to + i, (byte) Memory.getInt(a + 4L * i));
            }
          };
      case U16, I16 ->
          (to, a, b, c, n) -> {
            for (int i = 0; i < n; i++) {
              Memory.putShort(to + 2L * i, (short) Memory.getInt(a + 4L * i));
            }
          };
      case U32 ->
          (to, a, b, c, n) -> {
            for (int i = 0; i < n; i++) {
              Memory.putInt(to + 4L * i, (int) Memory.getLong(a + 8L * i));
            }
          };
      case F8_E4M3, F8_E5M2 ->
          (to, a, b, c, n) -> {
            for (int i = 0; i < n; i++) {
              Memory.putByte(to + i, Rounding.f8(dtype, Memory.getFloat(a + 4L * i)));
            }
          };
      default -> throw new IllegalArgumentException(dtype + " is not narrow");
    };
  }

  /** From a register of any bank; integers wrap, reals are clamped or rounded. */
  static Loop cast(Bank from, DType to) {
    return switch (from) {
      case F32 ->
          (out, a, b, c, n) -> {
            for (int i = 0; i < n; i++) {
              put(to, out, i, Memory.getFloat(a + 4L * i));
            }
          };
      case F64 ->
          (out, a, b, c, n) -> {
            for (int i = 0; i < n; i++) {
              put(to, out, i, Memory.getDouble(a + 8L * i));
            }
          };
      case I32 ->
          (out, a, b, c, n) -> {
            for (int i = 0; i < n; i++) {
              put(to, out, i, (long) Memory.getInt(a + 4L * i));
            }
          };
      case I64 ->
          (out, a, b, c, n) -> {
            for (int i = 0; i < n; i++) {
              put(to, out, i, Memory.getLong(a + 8L * i));
            }
          };
    };
  }

  private static void put(DType to, long out, int i, double value) {
    if (to.isFloat()) {
      Memory.putFloat(out + 4L * i, (float) Rounding.to(to, value));
    } else {
      put(to, out, i, Rounding.integer(to, value));
    }
  }

  private static void put(DType to, long out, int i, long value) {
    if (to.isFloat()) {
      put(to, out, i, (double) value);
    } else if (to == DType.U32) {
      Memory.putLong(out + 8L * i, value & 0xffff_ffffL);
    } else {
      Memory.putInt(out + 4L * i, (int) Rounding.wrap(to, value));
    }
  }
}
