package lazuli.array.cpu;

import static jdk.incubator.vector.VectorOperators.I2S;
import static jdk.incubator.vector.VectorOperators.L2I;
import static jdk.incubator.vector.VectorOperators.LSHL;

import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import lazuli.array.type.DType;
import lazuli.array.type.Rounding;

/** How runs of elements get into registers, and from registers into memory. */
final class Movers {
  private Movers() {}

  /** Moves elements of a type into a register of its {@link Bank}. */
  static Feed.Mover load(DType dtype) {
    return switch (dtype) {
      case F32, I32 -> Movers::four;
      case F64, I64 -> Movers::eight;
      case F16 -> Movers::f16;
      case BF16 -> Movers::bf16;
      case BOOL -> Movers::bool;
      case F8_E4M3, F8_E5M2, U8, U16, U32, I8, I16 -> NarrowTypes.load(dtype);
      case U64 -> throw new IllegalArgumentException("no registers hold " + dtype);
    };
  }

  /** Moves elements of a size unchanged. */
  static Feed.Mover same(int bytes) {
    return switch (bytes) {
      case 1 -> Movers::one;
      case 2 -> Movers::two;
      case 4 -> Movers::four;
      case 8 -> Movers::eight;
      default -> throw new IllegalArgumentException("elements of " + bytes + " bytes");
    };
  }

  /** Writes n adjacent elements of a size to places a step of bytes apart. */
  static void scatter(int bytes, long from, long to, long step, int n) {
    switch (bytes) {
      case 1 -> {
        for (int i = 0; i < n; i++) {
          Memory.putByte(to + step * i, Memory.getByte(from + i));
        }
      }
      case 2 -> {
        for (int i = 0; i < n; i++) {
          Memory.putShort(to + step * i, Memory.getShort(from + 2L * i));
        }
      }
      case 4 -> {
        for (int i = 0; i < n; i++) {
          Memory.putInt(to + step * i, Memory.getInt(from + 4L * i));
        }
      }
      case 8 -> {
        for (int i = 0; i < n; i++) {
          Memory.putLong(to + step * i, Memory.getLong(from + 8L * i));
        }
      }
      default -> throw new IllegalArgumentException("elements of " + bytes + " bytes");
    }
  }

  /** Writes a register to adjacent elements of a type whose memory looks different. */
  static Loop store(DType dtype) {
    return switch (dtype) {
      case F16 -> Movers::toF16;
      case BF16 -> Movers::toBf16;
      case BOOL -> Movers::toBool;
      case F32, I32 -> (to, a, b, c, n) -> Memory.copy(a, to, 4L * n);
      case F64, I64 -> (to, a, b, c, n) -> Memory.copy(a, to, 8L * n);
      case F8_E4M3, F8_E5M2, U8, U16, U32, I8, I16 -> NarrowTypes.store(dtype);
      case U64 -> throw new IllegalArgumentException("no registers hold " + dtype);
    };
  }

  /**
   * Every second element of 2 bytes: read in pairs, of which the upper halves are dropped.
   *
   * @return how many were moved; not the last, whose pair may end outside the memory
   */
  private static int pairs2(long from, long to, int n) {
    int i = 0;
    for (; i < n - Species.LANES; i += Species.LANES) {
      ((ShortVector) Memory.ints(from + 4L * i).convertShape(I2S, Species.I16_HALF, 0))
          .intoMemorySegment(Memory.ALL, to + 2L * i, ByteOrder.nativeOrder());
    }
    return i;
  }

  /** The same of 4 bytes. */
  private static int pairs4(long from, long to, int n) {
    int i = 0;
    for (; i < n - Species.LANES64; i += Species.LANES64) {
      ((IntVector) Memory.longs(from + 8L * i).convertShape(L2I, Species.I32_HALF, 0))
          .intoMemorySegment(Memory.ALL, to + 4L * i, ByteOrder.nativeOrder());
    }
    return i;
  }

  /** The same of f16. In a method of its own: C2 inlines only so many conversions into one. */
  private static int pairsF16(long from, long to, int n) {
    int i = 0;
    for (; i < n - Species.LANES; i += Species.LANES) {
      Memory.put(to + 4L * i, Halves.ofUpper(Memory.ints(from + 4L * i).lanewise(LSHL, 16)));
    }
    return i;
  }

  private static void one(long from, long step, long to, int n) {
    if (step == 1) {
      Memory.copy(from, to, n);
    } else if (step == 0) {
      Memory.ALL.asSlice(to, n).fill(Memory.getByte(from));
    } else {
      for (int i = 0; i < n; i++) {
        Memory.putByte(to + i, Memory.getByte(from + step * i));
      }
    }
  }

  private static void two(long from, long step, long to, int n) {
    if (step == 2) {
      Memory.copy(from, to, 2L * n);
    } else if (step == 0) {
      short value = Memory.getShort(from);
      for (int i = 0; i < n; i++) {
        Memory.putShort(to + 2L * i, value);
      }
    } else {
      for (int i = step == 4 ? pairs2(from, to, n) : 0; i < n; i++) {
        Memory.putShort(to + 2L * i, Memory.getShort(from + step * i));
      }
    }
  }

  private static void four(long from, long step, long to, int n) {
    if (step == 4) {
      Memory.copy(from, to, 4L * n);
    } else if (step == 0) {
      fill4(Memory.getInt(from), to, n);
    } else {
      for (int i = step == 8 ? pairs4(from, to, n) : 0; i < n; i++) {
        Memory.putInt(to + 4L * i, Memory.getInt(from + step * i));
      }
    }
  }

  static void fill4(int value, long to, int n) {
    IntVector all = IntVector.broadcast(Species.I32, value);
    int i = 0;
    for (; i <= n - Species.LANES; i += Species.LANES) {
      Memory.put(to + 4L * i, all);
    }
    for (; i < n; i++) {
      Memory.putInt(to + 4L * i, value);
    }
  }

  private static void eight(long from, long step, long to, int n) {
    if (step == 8) {
      Memory.copy(from, to, 8L * n);
    } else if (step == 0) {
      fill8(Memory.getLong(from), to, n);
    } else {
      for (int i = 0; i < n; i++) {
        Memory.putLong(to + 8L * i, Memory.getLong(from + step * i));
      }
    }
  }

  static void fill8(long value, long to, int n) {
    LongVector all = LongVector.broadcast(Species.I64, value);
    int i = 0;
    for (; i <= n - Species.LANES64; i += Species.LANES64) {
      Memory.put(to + 8L * i, all);
    }
    for (; i < n; i++) {
      Memory.putLong(to + 8L * i, value);
    }
  }

  private static void f16(long from, long step, long to, int n) {
    int i = 0;
    if (step == 2) {
      for (; i <= n - Species.LANES; i += Species.LANES) {
        Memory.put(to + 4L * i, Halves.f16(from + 2L * i));
      }
    } else if (step == 0) {
      fill4(Float.floatToRawIntBits(Float.float16ToFloat(Memory.getShort(from))), to, n);
      return;
    } else if (step == 4) {
      i = pairsF16(from, to, n);
    }
    for (; i < n; i++) {
      Memory.putFloat(to + 4L * i, Float.float16ToFloat(Memory.getShort(from + step * i)));
    }
  }

  private static void bf16(long from, long step, long to, int n) {
    int i = 0;
    if (step == 2) {
      for (; i <= n - Species.LANES; i += Species.LANES) {
        Memory.put(to + 4L * i, Rows.bf16(from + 2L * i));
      }
    } else if (step == 0) {
      fill4(Memory.getShort(from) << 16, to, n);
      return;
    } else if (step == 4) {
      for (; i < n - Species.LANES; i += Species.LANES) {
        Memory.put(to + 4L * i, Memory.ints(from + 4L * i).lanewise(LSHL, 16));
      }
    }
    for (; i < n; i++) {
      Memory.putInt(to + 4L * i, Memory.getShort(from + step * i) << 16);
    }
  }

  private static void bool(long from, long step, long to, int n) {
    if (step == 1) {
      for (int i = 0; i < n; i++) {
        Memory.putInt(to + 4L * i, Memory.getByte(from + i));
      }
    } else if (step == 0) {
      fill4(Memory.getByte(from), to, n);
    } else {
      for (int i = 0; i < n; i++) {
        Memory.putInt(to + 4L * i, Memory.getByte(from + step * i));
      }
    }
  }

  private static void toF16(long to, long a, long b, long c, int n) {
    int i = 0;
    for (; i <= n - Species.LANES; i += Species.LANES) {
      Halves.putF16(to + 2L * i, Memory.floats(a + 4L * i));
    }
    for (; i < n; i++) {
      Memory.putShort(to + 2L * i, Float.floatToFloat16(Memory.getFloat(a + 4L * i)));
    }
  }

  private static void toBf16(long to, long a, long b, long c, int n) {
    int i = 0;
    for (; i <= n - Species.LANES; i += Species.LANES) {
      Rows.putBf16(to + 2L * i, Memory.floats(a + 4L * i));
    }
    for (; i < n; i++) {
      Memory.putShort(to + 2L * i, Rounding.bf16(Memory.getFloat(a + 4L * i)));
    }
  }

  private static void toBool(long to, long a, long b, long c, int n) {
    for (int i = 0; i < n; i++) {
      Memory.putByte(to + i, (byte) Memory.getInt(a + 4L * i));
    }
  }
}
