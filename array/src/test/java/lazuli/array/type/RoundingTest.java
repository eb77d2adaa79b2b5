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
}
