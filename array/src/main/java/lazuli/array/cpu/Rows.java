package lazuli.array.cpu;

import static jdk.incubator.vector.VectorOperators.I2S;
import static jdk.incubator.vector.VectorOperators.IS_NAN;
import static jdk.incubator.vector.VectorOperators.L2I;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_S2I;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import lazuli.array.backend.Elements;
import lazuli.array.type.DType;
import lazuli.array.type.Rounding;

/**
 * Moves rows between memory of any element type and float arrays: how kernels that compute in f32
 * load (exact for the half types, rounded to nearest even for f64 and wide integers) and store
 * (rounded once, to nearest even).
 */
public final class Rows {
  private static final int L = Species.LANES;

  private Rows() {}

  /**
   * Reads a row into an array.
   *
   * @param dtype the element type in memory
   * @param address of the first element
   * @param stride from one element to the next, in elements
   * @param to where to
   * @param at index of the first float written
   * @param n how many
   */
  public static void read(DType dtype, long address, long stride, float[] to, int at, int n) {
    if (stride == 1 && dtype == DType.F32) {
      MemorySegment.copy(Memory.ALL, ValueLayout.JAVA_FLOAT_UNALIGNED, address, to, at, n);
    } else if (stride == 1 && dtype == DType.BF16) {
      readBf16(address, to, at, n);
    } else {
      long step = stride * dtype.bytes();
      switch (dtype) {
        case F32 -> readF32(address, step, to, at, n);
        case F16 -> readF16(address, step, to, at, n);
        case BF16 -> readBf16Strided(address, step, to, at, n);
        case F64 -> readF64(address, step, to, at, n);
        default -> readInteger(dtype, address, step, to, at, n);
      }
    }
  }

  /**
   * Writes a row from an array.
   *
   * @param dtype the element type in memory: any floating type
   * @param from where from
   * @param at index of the first float read
   * @param address of the first element; elements are adjacent
   * @param n how many
   */
  public static void write(DType dtype, float[] from, int at, long address, int n) {
    switch (dtype) {
      case F32 ->
          MemorySegment.copy(from, at, Memory.ALL, ValueLayout.JAVA_FLOAT_UNALIGNED, address, n);
      case F16 -> writeF16(from, at, address, n);
      case BF16 -> writeBf16(from, at, address, n);
      case F64 -> writeF64(from, at, address, n);
      default -> throw new IllegalArgumentException("a row of floats cannot become " + dtype);
    }
  }

  /**
   * Reads a row into an array of doubles; exact for every type but 64-bit integers.
   *
   * @param dtype the element type in memory
   * @param address of the first element
   * @param stride from one element to the next, in elements
   * @param to where to
   * @param at index of the first double written
   * @param n how many
   */
  public static void read(DType dtype, long address, long stride, double[] to, int at, int n) {
    if (dtype == DType.F64 && stride == 1) {
      MemorySegment.copy(Memory.ALL, ValueLayout.JAVA_DOUBLE_UNALIGNED, address, to, at, n);
      return;
    }
    long step = stride * dtype.bytes();
    // Loops of their own: asking for the type at every element costs more than reading it.
    switch (dtype) {
      case F32 -> {
        for (int i = 0; i < n; i++) {
          to[at + i] = Memory.getFloat(address + step * i);
        }
      }
      case F16 -> {
        for (int i = 0; i < n; i++) {
          to[at + i] = Float.float16ToFloat(Memory.getShort(address + step * i));
        }
      }
      case BF16 -> {
        for (int i = 0; i < n; i++) {
          to[at + i] = Rounding.bf16(Memory.getShort(address + step * i));
        }
      }
      default -> {
        for (int i = 0; i < n; i++) {
          to[at + i] = Elements.get(Memory.ALL, dtype, (address + step * i) / dtype.bytes());
        }
      }
    }
  }

  /**
   * Writes a row from an array of doubles, rounded once.
   *
   * @param dtype the element type in memory: any floating type
   * @param from where from
   * @param at index of the first double read
   * @param address of the first element; elements are adjacent
   * @param n how many
   */
  public static void write(DType dtype, double[] from, int at, long address, int n) {
    if (dtype == DType.F64) {
      MemorySegment.copy(from, at, Memory.ALL, ValueLayout.JAVA_DOUBLE_UNALIGNED, address, n);
      return;
    }
    if (dtype == DType.F32) {
      for (int i = 0; i < n; i++) {
        Memory.putFloat(address + 4L * i, (float) from[at + i]);
      }
      return;
    }
    for (int i = 0; i < n; i++) {
      Elements.set(Memory.ALL, dtype, address / dtype.bytes() + i, from[at + i]);
    }
  }

  /**
   * {@return the floats of {@link Species#LANES} adjacent bf16 values}
   *
   * @param address of the first
   */
  public static FloatVector bf16(long address) {
    ShortVector half =
        ShortVector.fromMemorySegment(
            Species.I16_HALF, Memory.ALL, address, ByteOrder.nativeOrder());
    return ((IntVector) half.convertShape(ZERO_EXTEND_S2I, Species.I32, 0))
        .lanewise(LSHL, 16)
        .reinterpretAsFloats();
  }

  /**
   * Writes {@link Species#LANES} floats as bf16, rounded to nearest even.
   *
   * @param address of the first
   * @param value the floats
   */
  public static void putBf16(long address, FloatVector value) {
    IntVector bits = value.reinterpretAsInts();
    IntVector high = bits.lanewise(LSHR, 16);
    IntVector rounded = bits.add(high.and(1)).add(0x7fff).lanewise(LSHR, 16);
    VectorMask<Integer> nan = value.test(IS_NAN).cast(Species.I32);
    ((ShortVector) rounded.blend(high.or(0x40), nan).convertShape(I2S, Species.I16_HALF, 0))
        .intoMemorySegment(Memory.ALL, address, ByteOrder.nativeOrder());
  }

  /**
   * {@return the floats of adjacent bf16 values, then zeros}
   *
   * @param address of the first
   * @param n how many, less than {@link Species#LANES}
   */
  public static FloatVector bf16(long address, int n) {
    return Halves.left(address, n).lanewise(LSHL, 16).reinterpretAsFloats();
  }

  /**
   * Writes the first floats as bf16, rounded to nearest even.
   *
   * @param address of the first
   * @param value the floats
   * @param n how many, less than {@link Species#LANES}
   */
  public static void putBf16(long address, FloatVector value, int n) {
    Halves.put(address, Halves.roundBf16(value).reinterpretAsInts().lanewise(LSHR, 16), n);
  }

  private static void readBf16(long address, float[] to, int at, int n) {
    int i = 0;
    for (; i <= n - L; i += L) {
      bf16(address + 2L * i).intoArray(to, at + i);
    }
    for (; i < n; i++) {
      to[at + i] = Rounding.bf16(Memory.getShort(address + 2L * i));
    }
  }

  // Every second element is read in pairs; not the last, whose pair may end outside the memory.

  private static void readBf16Strided(long address, long step, float[] to, int at, int n) {
    int i = 0;
    for (; step == 4 && i < n - L; i += L) {
      Memory.ints(address + 4L * i).lanewise(LSHL, 16).reinterpretAsFloats().intoArray(to, at + i);
    }
    for (; i < n; i++) {
      to[at + i] = Rounding.bf16(Memory.getShort(address + step * i));
    }
  }

  private static void readF32(long address, long step, float[] to, int at, int n) {
    int i = 0;
    for (; step == 8 && i < n - Species.LANES64; i += Species.LANES64) {
      ((IntVector) Memory.longs(address + 8L * i).convertShape(L2I, Species.I32_HALF, 0))
          .reinterpretAsFloats()
          .intoArray(to, at + i);
    }
    for (; i < n; i++) {
      to[at + i] = Memory.getFloat(address + step * i);
    }
  }

  private static void readF16(long address, long step, float[] to, int at, int n) {
    int i = 0;
    for (; step == 2 && i <= n - L; i += L) {
      Halves.f16(address + 2L * i).intoArray(to, at + i);
    }
    for (; step == 4 && i < n - L; i += L) {
      Halves.ofUpper(Memory.ints(address + 4L * i).lanewise(LSHL, 16)).intoArray(to, at + i);
    }
    for (; i < n; i++) {
      to[at + i] = Float.float16ToFloat(Memory.getShort(address + step * i));
    }
  }

  private static void readF64(long address, long step, float[] to, int at, int n) {
    for (int i = 0; i < n; i++) {
      to[at + i] = (float) Memory.getDouble(address + step * i);
    }
  }

  private static void readInteger(DType dtype, long address, long step, float[] to, int at, int n) {
    for (int i = 0; i < n; i++) {
      long p = address + step * i;
      to[at + i] =
          switch (dtype) {
            case BOOL, I8 -> Memory.getByte(p);
            case U8 -> Memory.getByte(p) & 0xff;
            case I16 -> Memory.getShort(p);
            case U16 -> Memory.getShort(p) & 0xffff;
            case I32 -> Memory.getInt(p);
            case U32 -> Memory.getInt(p) & 0xffffffffL;
            case I64 -> Memory.getLong(p);
            case U64 -> unsigned(Memory.getLong(p));
            case F8_E4M3, F8_E5M2 -> Rounding.f8(dtype, Memory.getByte(p));
            default -> throw new IllegalArgumentException(dtype.toString());
          };
    }
  }

  /** The float nearest to an unsigned long; the lowest bit is sticky when it is halved. */
  private static float unsigned(long bits) {
    return bits >= 0 ? bits : (float) (bits >>> 1 | bits & 1) * 2f;
  }

  private static void writeF16(float[] from, int at, long address, int n) {
    int i = 0;
    for (; i <= n - L; i += L) {
      Halves.putF16(address + 2L * i, FloatVector.fromArray(Species.F32, from, at + i));
    }
    for (; i < n; i++) {
      Memory.putShort(address + 2L * i, Float.floatToFloat16(from[at + i]));
    }
  }

  private static void writeBf16(float[] from, int at, long address, int n) {
    int i = 0;
    for (; i <= n - L; i += L) {
      putBf16(address + 2L * i, FloatVector.fromArray(Species.F32, from, at + i));
    }
    for (; i < n; i++) {
      Memory.putShort(address + 2L * i, Rounding.bf16(from[at + i]));
    }
  }

  private static void writeF64(float[] from, int at, long address, int n) {
    for (int i = 0; i < n; i++) {
      Memory.putDouble(address + 8L * i, from[at + i]);
    }
  }
}
