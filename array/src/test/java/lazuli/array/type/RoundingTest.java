package lazuli.array.type;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RoundingTest {
  @Test
  void everyHalfValueSurvivesTheRoundTrip() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float half = Float.float16ToFloat((short) bits);
      float brain = Rounding.bf16((short) bits);
      if (!Float.isNaN(half)) {
        assertEquals((short) bits, Rounding.f16(half));
      }
      if (!Float.isNaN(brain)) {
        assertEquals((short) bits, Rounding.bf16((double) brain));
      }
    }
  }

  /** The nearest of all neighbours, ties to even, found by comparing distances in float64. */
  @Test
  void anyDoubleRoundsToTheNearestHalfOnce() {
    Random random = new Random(1);
    for (int i = 0; i < 200_000; i++) {
      double x = (random.nextDouble() - 0.5) * Math.scalb(1.0, random.nextInt(40) - 24);
      checkF16(x);
      checkBf16(x);
    }
  }

  /** Just above the middle of two halves by less than f32 can hold: rounding twice goes down. */
  @Test
  void roundingTwiceWouldGoWrongHere() {
    double middle = 1 + 0x1p-11;
    assertEquals(1f, Float.float16ToFloat(Rounding.f16(middle)));
    assertEquals(1f + 0x1p-10f, Float.float16ToFloat(Rounding.f16(middle + 0x1p-40)));
    assertEquals(1f, Rounding.bf16(Rounding.bf16(1 + 0x1p-8)));
    assertEquals(1f + 0x1p-7f, Rounding.bf16(Rounding.bf16(1 + 0x1p-8 + 0x1p-40)));
  }

  @Test
  void overflowIsInfiniteAndNanStaysNan() {
    assertEquals(Float.POSITIVE_INFINITY, Float.float16ToFloat(Rounding.f16(65520)));
    assertEquals(65504f, Float.float16ToFloat(Rounding.f16(65519.99)));
    assertEquals(Float.NEGATIVE_INFINITY, Rounding.bf16(Rounding.bf16(-1e39)));
    assertTrue(Float.isNaN(Float.float16ToFloat(Rounding.f16(Double.NaN))));
    assertTrue(Float.isNaN(Rounding.bf16(Rounding.bf16(Double.NaN))));
  }

  @Test
  void integersWrapAtTheirWidth() {
    assertEquals(-128, Rounding.wrap(DType.I8, 128));
    assertEquals(255, Rounding.wrap(DType.U8, -1));
    assertEquals(1, Rounding.wrap(DType.BOOL, 256));
    assertEquals(Integer.MIN_VALUE, Rounding.wrap(DType.I32, 1L << 31));
    assertEquals(4294967295L, Rounding.wrap(DType.U32, -1));
  }

  private static void checkF16(double x) {
    short bits = Rounding.f16(x);
    double error = Math.abs(Float.float16ToFloat(bits) - x);
    for (int step = -1; step <= 1; step += 2) {
      double other = Float.float16ToFloat((short) (bits + step));
      if (Double.isFinite(other) && Double.isFinite(error)) {
        double distance = Math.abs(other - x);
        assertTrue(error < distance || (error == distance && (bits & 1) == 0), "f16 of " + x);
      }
    }
  }

  private static void checkBf16(double x) {
    short bits = Rounding.bf16(x);
    double error = Math.abs(Rounding.bf16(bits) - x);
    for (int step = -1; step <= 1; step += 2) {
      double distance = Math.abs(Rounding.bf16((short) (bits + step)) - x);
      if (Double.isFinite(distance)) {
        assertTrue(error < distance || (error == distance && (bits & 1) == 0), "bf16 of " + x);
      }
    }
  }

  /** OCP 8-bit floating point: the values of all codes, computed from sign, exponent, fraction. */
  @Test
  void allCodesOfThe8BitFloatsHaveTheirValuesAndComeBack() {
    for (int code = 0; code < 256; code++) {
      float e4m3 = Rounding.f8(DType.F8_E4M3, (byte) code);
      float e5m2 = Rounding.f8(DType.F8_E5M2, (byte) code);
      assertEquals(value(code, 3, 7, false), e4m3, "e4m3 " + code);
      assertEquals(value(code, 2, 15, true), e5m2, "e5m2 " + code);
      if (e4m3 == e4m3) {
        assertEquals((byte) code, Rounding.f8(DType.F8_E4M3, e4m3), "e4m3 " + code);
      }
      if (e5m2 == e5m2) {
        assertEquals((byte) code, Rounding.f8(DType.F8_E5M2, e5m2), "e5m2 " + code);
        // e5m2 is the upper half of f16.
        assertEquals(Float.float16ToFloat((short) (code << 8)), e5m2);
      }
    }
  }

  private static float value(int code, int fraction, int bias, boolean infinity) {
    int exponent = (code & 0x7f) >> fraction;
    double low = (code & (1 << fraction) - 1) / (double) (1 << fraction);
    double sign = code < 128 ? 1 : -1;
    if (infinity && exponent == 31) {
      return low == 0 ? (float) (sign * Double.POSITIVE_INFINITY) : Float.NaN;
    }
    if (!infinity && (code & 0x7f) == 0x7f) {
      return Float.NaN;
    }
    return (float)
        (sign
            * (exponent == 0
                ? low * Math.pow(2, 1 - bias)
                : (1 + low) * Math.pow(2, exponent - bias)));
  }

  @Test
  void the8BitFloatsRoundToNearestEvenBetweenAllNeighbours() {
    for (DType type : new DType[] {DType.F8_E4M3, DType.F8_E5M2}) {
      int largest = type == DType.F8_E4M3 ? 0x7e : 0x7b;
      for (int code = 0; code < largest; code++) {
        double low = Rounding.f8(type, (byte) code);
        double high = Rounding.f8(type, (byte) (code + 1));
        double middle = (low + high) / 2;
        byte even = (byte) (code % 2 == 0 ? code : code + 1);
        assertEquals(even, Rounding.f8(type, middle), type + " " + middle);
        assertEquals((byte) code, Rounding.f8(type, Math.nextDown(middle)));
        assertEquals((byte) (code + 1), Rounding.f8(type, Math.nextUp(middle)));
        assertEquals((byte) (even | 0x80), Rounding.f8(type, -middle));
      }
    }
    assertEquals((byte) 0x7e, Rounding.f8(DType.F8_E4M3, 463));
    assertEquals((byte) 0x7f, Rounding.f8(DType.F8_E4M3, 465));
    assertEquals((byte) 0x7f, Rounding.f8(DType.F8_E4M3, Double.POSITIVE_INFINITY));
    assertEquals((byte) 0x7b, Rounding.f8(DType.F8_E5M2, 61439));
    assertEquals((byte) 0x7c, Rounding.f8(DType.F8_E5M2, 61441));
    assertEquals((byte) 0xfc, Rounding.f8(DType.F8_E5M2, Double.NEGATIVE_INFINITY));
  }
}
