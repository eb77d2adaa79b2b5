package lazuli.array.cpu;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.I2S;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.S2I;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_S2I;

import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * Vectors of f16 (IEEE 754 binary16) and what bf16 rounds to, by integer arithmetic: the Vector API
 * has no f16, and C2 vectorises {@link Float#floatToFloat16} in the simplest loops only. The
 * results are those of {@link Float#float16ToFloat} and {@link Float#floatToFloat16}; NaN stays
 * NaN.
 */
public final class Halves {
  private static final float REBIAS = 0x1p112f;
  private static final int F16_INFINITY = 0x7c00;
  private static final int F32_INFINITY = 0x7f800000;

  /** 65536: from here on everything is infinite; 65520 and more round up to it by the carry. */
  private static final int OVERFLOW = 0x47800000;

  /** 2^-14: below it an f16 has no leading one. */
  private static final int SUBNORMAL = 0x38800000;

  /** Added to a float below 2^-14 it leaves the multiple of 2^-24 in the last bits. */
  private static final float MAGIC = 0.5f;

  private Halves() {}

  /**
   * {@return {@link Species#LANES} adjacent f16 values as floats, exact}
   *
   * @param address of the first
   */
  public static FloatVector f16(long address) {
    ShortVector half =
        ShortVector.fromMemorySegment(
            Species.I16_HALF, Memory.ALL, address, ByteOrder.nativeOrder());
    // The sign is in all the upper bits, so that one shift puts all parts in their places.
    FloatVector scaled =
        ((IntVector) half.convertShape(S2I, Species.I32, 0))
            .lanewise(LSHL, 13)
            .and(0x8fffe000)
            .reinterpretAsFloats()
            .mul(REBIAS);
    IntVector bits = scaled.reinterpretAsInts();
    return bits.blend(bits.or(F32_INFINITY), bits.and(Integer.MAX_VALUE).compare(GE, OVERFLOW))
        .reinterpretAsFloats();
  }

  /**
   * Reads adjacent f16 values into an array: the one loop around {@link Float#float16ToFloat} that
   * C2 makes vectors of, with the processor's own conversion and at twice the rate of {@link #f16}.
   */
  static void read(long address, float[] to, int n) {
    for (int i = 0; i < n; i++) {
      to[i] = Float.float16ToFloat(Memory.getShort(address + 2L * i));
    }
  }

  /**
   * {@return adjacent f16 values as floats, then zeros}
   *
   * @param address of the first
   * @param n how many, less than {@link Species#LANES}
   */
  public static FloatVector f16(long address, int n) {
    return ofUpper(left(address, n).lanewise(LSHL, 16));
  }

  /** The first halves from an address on, in the lower halves of lanes. */
  static IntVector left(long address, int n) {
    ShortVector half =
        ShortVector.fromMemorySegment(
            Species.I16_HALF,
            Memory.ALL,
            address,
            ByteOrder.nativeOrder(),
            Species.I16_HALF.indexInRange(0, n));
    return (IntVector) half.convertShape(ZERO_EXTEND_S2I, Species.I32, 0);
  }

  /** Writes the lower halves of the first lanes. */
  static void put(long address, IntVector lower, int n) {
    ((ShortVector) lower.convertShape(I2S, Species.I16_HALF, 0))
        .intoMemorySegment(
            Memory.ALL, address, ByteOrder.nativeOrder(), Species.I16_HALF.indexInRange(0, n));
  }

  /**
   * {@return the f16 in the upper half of each lane as a float, exact; the lower halves are not
   * looked at}
   *
   * @param upper the lanes
   */
  public static FloatVector ofUpper(IntVector upper) {
    IntVector magnitude = upper.and(0x7fff0000).lanewise(LSHR, 3);
    IntVector bits = magnitude.reinterpretAsFloats().mul(REBIAS).reinterpretAsInts();
    bits = bits.blend(bits.or(F32_INFINITY), magnitude.compare(GE, F16_INFINITY << 13));
    return bits.or(upper.and(0x80000000)).reinterpretAsFloats();
  }

  /** The f16 nearest to each float, ties to even, in the lower halves of lanes. */
  private static IntVector bits(FloatVector value) {
    IntVector all = value.reinterpretAsInts();
    IntVector size = all.and(Integer.MAX_VALUE);
    IntVector odd = size.lanewise(LSHR, 13).and(1);
    // The exponent's new bias and the rounding together; a carry goes where it belongs.
    IntVector normal = size.add((15 - 127 << 23) + 0xfff).add(odd).lanewise(LSHR, 13);
    IntVector small =
        size.reinterpretAsFloats()
            .add(MAGIC)
            .reinterpretAsInts()
            .sub(Float.floatToRawIntBits(MAGIC));
    IntVector nan = size.lanewise(LSHR, 13).and(0x3ff).or(F16_INFINITY | 0x200);
    IntVector found =
        normal
            .blend(small, size.compare(LT, SUBNORMAL))
            .blend(F16_INFINITY, size.compare(GE, OVERFLOW))
            .blend(nan, size.compare(GT, F32_INFINITY));
    return found.or(all.lanewise(ASHR, 16).and(0x8000));
  }

  /**
   * Writes {@link Species#LANES} floats as f16, rounded to nearest even.
   *
   * @param address of the first
   * @param value the floats
   */
  public static void putF16(long address, FloatVector value) {
    ((ShortVector) bits(value).convertShape(I2S, Species.I16_HALF, 0))
        .intoMemorySegment(Memory.ALL, address, ByteOrder.nativeOrder());
  }

  /**
   * Writes the first floats as f16, rounded to nearest even.
   *
   * @param address of the first
   * @param value the floats
   * @param n how many, less than {@link Species#LANES}
   */
  public static void putF16(long address, FloatVector value, int n) {
    put(address, bits(value), n);
  }

  /**
   * {@return each float rounded to the nearest f16, ties to even}
   *
   * @param value the floats
   */
  public static FloatVector roundF16(FloatVector value) {
    return ofUpper(bits(value).lanewise(LSHL, 16));
  }

  /**
   * {@return each float rounded to the nearest bf16, ties to even}
   *
   * @param value the floats
   */
  public static FloatVector roundBf16(FloatVector value) {
    IntVector all = value.reinterpretAsInts();
    IntVector odd = all.lanewise(LSHR, 16).and(1);
    IntVector rounded = all.add(odd).add(0x7fff);
    IntVector nan = all.or(0x400000);
    return rounded
        .blend(nan, all.and(Integer.MAX_VALUE).compare(GT, F32_INFINITY))
        .and(0xffff0000)
        .reinterpretAsFloats();
  }
}
