package lazuli.array.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.util.Random;
import jdk.incubator.vector.FloatVector;
import lazuli.array.type.Rounding;
import org.junit.jupiter.api.Test;

/** Vectors of halves against the JDK's conversions of single numbers. */
class HalvesTest {
  private static final int L = Species.LANES;

  @Test
  void everyF16IsReadExactly() {
    try (Arena arena = Arena.ofConfined()) {
      long at = arena.allocate(2L * L, 64).address();
      for (int first = 0; first < 1 << 16; first += L) {
        for (int i = 0; i < L; i++) {
          Memory.putShort(at + 2L * i, (short) (first + i));
        }
        FloatVector read = Halves.f16(at);
        for (int i = 0; i < L; i++) {
          same(Float.float16ToFloat((short) (first + i)), read.lane(i), first + i);
        }
      }
    }
  }

  @Test
  void floatsAreRoundedToNearestEvenAlsoBesideTies() {
    float[] values = new float[L];
    for (int half = 0; half <= 0x7c00; half++) {
      float low = Float.float16ToFloat((short) half);
      float high = half < 0x7bff ? Float.float16ToFloat((short) (half + 1)) : 65536;
      float middle = low + (high - low) / 2;
      float[] asked = {
        low,
        Math.nextUp(low),
        Math.nextDown(middle),
        middle,
        Math.nextUp(middle),
        Math.nextDown(high)
      };
      for (int i = 0; i < L; i++) {
        values[i] = (i % 2 == 0 ? 1 : -1) * asked[i / 2 % asked.length];
      }
      check(values);
    }
  }

  @Test
  void anyFloatIsRounded() {
    Random random = new Random(7);
    float[] values = new float[L];
    for (int round = 0; round < 50_000; round++) {
      for (int i = 0; i < L; i++) {
        values[i] = Float.intBitsToFloat(random.nextInt());
      }
      check(values);
    }
    for (float special :
        new float[] {
          0f,
          -0f,
          Float.NaN,
          Float.POSITIVE_INFINITY,
          Float.NEGATIVE_INFINITY,
          Float.MIN_VALUE,
          Float.MAX_VALUE,
          65519.996f,
          65520f,
          0x1p-24f,
          0x1p-25f,
          0x1.000002p-25f
        }) {
      java.util.Arrays.fill(values, special);
      check(values);
    }
  }

  private static void check(float[] values) {
    FloatVector x = FloatVector.fromArray(Species.F32, values, 0);
    FloatVector f16 = Halves.roundF16(x);
    FloatVector bf16 = Halves.roundBf16(x);
    try (Arena arena = Arena.ofConfined()) {
      long at = arena.allocate(2L * L, 64).address();
      Halves.putF16(at, x);
      for (int i = 0; i < L; i++) {
        float expected = Float.float16ToFloat(Float.floatToFloat16(values[i]));
        same(expected, f16.lane(i), values[i]);
        same(expected, Float.float16ToFloat(Memory.getShort(at + 2L * i)), values[i]);
        same(Rounding.bf16(Rounding.bf16(values[i])), bf16.lane(i), values[i]);
      }
    }
  }

  private static void same(float expected, float actual, double of) {
    if (Float.isNaN(expected)) {
      assertEquals(Float.NaN, actual, "of " + of);
    } else {
      assertEquals(Float.floatToRawIntBits(expected), Float.floatToRawIntBits(actual), "of " + of);
    }
  }
}
