package lazuli.array.cpu.attention;

import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import lazuli.array.cpu.Halves;
import lazuli.array.cpu.Memory;
import lazuli.array.cpu.Species;
import lazuli.array.type.DType;
import lazuli.array.type.Rounding;
import org.jspecify.annotations.Nullable;

/**
 * Reads operands into f32 arrays; every conversion of an attention kernel happens here.
 *
 * <p>Half types are read as pairs in 32-bit lanes and taken apart by shift and mask: four times
 * faster than widening conversions. Each type has its own loop, so that none is polluted by the
 * profile of another.
 */
final class TileLoad {
  private static final VectorSpecies<Float> S = Species.F32;
  private static final int L = Species.LANES;
  private static final VectorShuffle<Float> LOW = VectorShuffle.makeZip(S, 0);
  private static final VectorShuffle<Float> HIGH = VectorShuffle.makeZip(S, 1);
  private static final @Nullable VectorSpecies<Byte> BYTES = bytes();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int HIGH_HALF = 0xffff0000;
  // Moves an e4m3 exponent, placed in bits 23 to 26 of a binary32, to where it belongs; exact.
  private static final float F8_REBIAS = 0x1p120f;

  private TileLoad() {}

  /** Whether {@link #row} can read the type. */
  static boolean reads(DType dtype) {
    return dtype.isFloat() || dtype == DType.BOOL;
  }

  /** Reads rows, one leading dimension apart; part is a temporary of at least the row count. */
  static void rows(
      Operand x, long at, int rows, int columns, float[] to, int o, int ld, float[] part) {
    if (x.row() == x.dtype().bytes() && !x.dense() && columns > 1) {
      // A transposed operand: read along its rows, where the memory is contiguous.
      for (int c = 0; c < columns; c++) {
        row(x.dtype(), at + c * x.column(), x.row(), rows, part, 0);
        for (int r = 0; r < rows; r++) {
          to[o + r * ld + c] = part[r];
        }
      }
      return;
    }
    for (int r = 0; r < rows; r++) {
      row(x.dtype(), at + r * x.row(), x.column(), columns, to, o + r * ld);
    }
  }

  /** Reads count elements, step bytes apart, from an address. */
  static void row(DType dtype, long at, long step, int count, float[] to, int o) {
    boolean dense = step == dtype.bytes();
    switch (dtype) {
      case F32 -> {
        if (dense) {
          f32(at, count, to, o);
        } else {
          f32Strided(at, step, count, to, o);
        }
      }
      case BF16 -> {
        if (dense) {
          bf16(at, count, to, o);
        } else {
          bf16Strided(at, step, count, to, o);
        }
      }
      case F16 -> {
        if (dense) {
          f16(at, count, to, o);
        } else {
          f16Strided(at, step, count, to, o);
        }
      }
      case F64 -> f64(at, step, count, to, o);
      case BOOL -> bool(at, step, count, to, o);
      default -> throw new IllegalStateException("no tile load for " + dtype);
    }
  }

  private static void f32(long at, int count, float[] to, int o) {
    int i = 0;
    for (; i <= count - L; i += L) {
      Memory.floats(at + i * 4L).intoArray(to, o + i);
    }
    for (; i < count; i++) {
      to[o + i] = Memory.getFloat(at + i * 4L);
    }
  }

  private static void f32Strided(long at, long step, int count, float[] to, int o) {
    for (int i = 0; i < count; i++) {
      to[o + i] = Memory.getFloat(at + i * step);
    }
  }

  private static void bf16(long at, int count, float[] to, int o) {
    int i = 0;
    for (; i <= count - 2 * L; i += 2 * L) {
      IntVector pair = Memory.ints(at + i * 2L);
      FloatVector even = pair.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
      FloatVector odd = pair.and(HIGH_HALF).reinterpretAsFloats();
      even.rearrange(LOW, odd).intoArray(to, o + i);
      even.rearrange(HIGH, odd).intoArray(to, o + i + L);
    }
    for (; i < count; i++) {
      to[o + i] = Float.intBitsToFloat(Memory.getShort(at + i * 2L) << 16);
    }
  }

  private static void bf16Strided(long at, long step, int count, float[] to, int o) {
    for (int i = 0; i < count; i++) {
      to[o + i] = Float.intBitsToFloat(Memory.getShort(at + i * step) << 16);
    }
  }

  private static void f16(long at, int count, float[] to, int o) {
    int i = 0;
    for (; i <= count - 2 * L; i += 2 * L) {
      IntVector pair = Memory.ints(at + i * 2L);
      FloatVector even = Halves.ofUpper(pair.lanewise(VectorOperators.LSHL, 16));
      FloatVector odd = Halves.ofUpper(pair);
      even.rearrange(LOW, odd).intoArray(to, o + i);
      even.rearrange(HIGH, odd).intoArray(to, o + i + L);
    }
    for (; i < count; i++) {
      to[o + i] = Float.float16ToFloat(Memory.getShort(at + i * 2L));
    }
  }

  private static void f16Strided(long at, long step, int count, float[] to, int o) {
    for (int i = 0; i < count; i++) {
      to[o + i] = Float.float16ToFloat(Memory.getShort(at + i * step));
    }
  }

  /** A mask only: finite values beyond f32 stay finite, so that they do not become -infinity. */
  private static void f64(long at, long step, int count, float[] to, int o) {
    for (int i = 0; i < count; i++) {
      double v = Memory.getDouble(at + i * step);
      to[o + i] =
          Double.isFinite(v) ? (float) Math.clamp(v, -Float.MAX_VALUE, Float.MAX_VALUE) : (float) v;
    }
  }

  /** A mask only: true attends and adds 0, false adds -infinity. */
  private static void bool(long at, long step, int count, float[] to, int o) {
    int i = 0;
    if (step == 1 && BYTES != null) {
      FloatVector zero = FloatVector.zero(S);
      for (; i <= count - L; i += L) {
        ByteVector x = ByteVector.fromMemorySegment(BYTES, Memory.ALL, at + i, ORDER);
        zero.blend(Float.NEGATIVE_INFINITY, x.eq((byte) 0).cast(S)).intoArray(to, o + i);
      }
    }
    for (; i < count; i++) {
      to[o + i] = Memory.getByte(at + i * step) != 0 ? 0f : Float.NEGATIVE_INFINITY;
    }
  }

  /** Whether a vector of signed bytes can be read as a whole. */
  static boolean readsBytes() {
    return BYTES != null;
  }

  /** One vector of signed bytes; only where {@link #readsBytes}. */
  static FloatVector bytes(long at) {
    VectorSpecies<Byte> species = java.util.Objects.requireNonNull(BYTES);
    ByteVector x = ByteVector.fromMemorySegment(species, Memory.ALL, at, ORDER);
    return (FloatVector) x.castShape(S, 0);
  }

  /** Signed bytes, side by side, times their scale. */
  static void i8(long at, int count, float scale, float[] to, int o) {
    int i = 0;
    if (BYTES != null) {
      for (; i <= count - L; i += L) {
        bytes(at + i).mul(scale).intoArray(to, o + i);
      }
    }
    for (; i < count; i++) {
      to[o + i] = Memory.getByte(at + i) * scale;
    }
  }

  /** f8_e4m3 numbers, side by side, times their scale; subnormals and NaN too. */
  static void f8(long at, int count, float scale, float[] to, int o) {
    int i = 0;
    if (BYTES != null) {
      for (; i <= count - L; i += L) {
        ByteVector x = ByteVector.fromMemorySegment(BYTES, Memory.ALL, at + i, ORDER);
        eighth((IntVector) x.castShape(Species.I32, 0)).mul(scale).intoArray(to, o + i);
      }
    }
    for (; i < count; i++) {
      to[o + i] = Rounding.f8(DType.F8_E4M3, Memory.getByte(at + i)) * scale;
    }
  }

  /** Converts the f8_e4m3 in the low byte of each lane. */
  private static FloatVector eighth(IntVector x) {
    IntVector size = x.and(0x7f);
    FloatVector number =
        size.lanewise(VectorOperators.LSHL, 20).reinterpretAsFloats().mul(F8_REBIAS);
    IntVector sign = x.and(0x80).lanewise(VectorOperators.LSHL, 24);
    FloatVector signed = number.reinterpretAsInts().or(sign).reinterpretAsFloats();
    return signed.blend(Float.NaN, size.compare(VectorOperators.EQ, 0x7f).cast(S));
  }

  /**
   * Codes of four bits, 8 more than they stand for: of each group the first half lies in the low
   * bits of its bytes, the second half in the high ones.
   */
  static void nibbles(long at, int count, int group, float[] to, int o) {
    int half = group / 2;
    for (int c = 0; c < count; c += group, at += half) {
      int i = 0;
      if (BYTES != null) {
        for (; i <= half - L; i += L) {
          ByteVector bytes = ByteVector.fromMemorySegment(BYTES, Memory.ALL, at + i, ORDER);
          IntVector x = (IntVector) bytes.castShape(Species.I32, 0);
          IntVector low = x.and(15).sub(8);
          IntVector high = x.lanewise(VectorOperators.LSHR, 4).and(15).sub(8);
          ((FloatVector) low.convert(VectorOperators.I2F, 0)).intoArray(to, o + c + i);
          ((FloatVector) high.convert(VectorOperators.I2F, 0)).intoArray(to, o + c + half + i);
        }
      }
      for (; i < half; i++) {
        int x = Memory.getByte(at + i);
        to[o + c + i] = (x & 15) - 8;
        to[o + c + half + i] = (x >> 4 & 15) - 8;
      }
    }
  }

  /** Multiplies some numbers. */
  static void scale(float[] x, int o, int count, float by) {
    int i = 0;
    for (; i <= count - L; i += L) {
      FloatVector.fromArray(S, x, o + i).mul(by).intoArray(x, o + i);
    }
    for (; i < count; i++) {
      x[o + i] *= by;
    }
  }

  /** As many bytes as floats; null for vectors so short that there is no such species. */
  private static @Nullable VectorSpecies<Byte> bytes() {
    int bits = 8 * L;
    return bits < 64 ? null : ByteVector.SPECIES_64.withShape(VectorShape.forBitSize(bits));
  }
}
