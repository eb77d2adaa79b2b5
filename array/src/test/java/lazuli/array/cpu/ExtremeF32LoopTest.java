package lazuli.array.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Largest and smallest lanes against {@link Math#max(float, float)} and {@link Math#min}. */
class ExtremeF32LoopTest {
  private static final int L = Species.LANES;
  private static final float[] SPECIAL = {
    0f,
    -0f,
    Float.NaN,
    Float.intBitsToFloat(0xffc00001),
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    1f,
    -1f
  };

  @Test
  void everyLaneIsWhatJavaSays() {
    Random random = new Random(3);
    Loop largest = new ExtremeF32Loop(true);
    Loop smallest = new ExtremeF32Loop(false);
    try (Arena arena = Arena.ofConfined()) {
      long a = arena.allocate(4L * 9 * L, 64).address();
      long to = arena.allocate(4L * L, 64).address();
      for (int round = 0; round < 20_000; round++) {
        int vectors = 1 + round % 9;
        for (int i = 0; i < vectors * L; i++) {
          // NaN in one round of three only, or it would hide the rest.
          int from = round % 3 == 0 ? 0 : 4;
          boolean zeros = round % 3 == 1;
          int which = zeros ? random.nextInt(2) : from + random.nextInt(SPECIAL.length - from);
          Memory.putFloat(a + 4L * i, SPECIAL[which]);
        }
        float max = Memory.getFloat(a);
        float min = max;
        for (int i = 1; i < vectors * L; i++) {
          max = Math.max(max, Memory.getFloat(a + 4L * i));
          min = Math.min(min, Memory.getFloat(a + 4L * i));
        }
        largest.run(to, a, a, a, vectors * L);
        assertEquals(max, joined(to, true), "round " + round);
        smallest.run(to, a, a, a, vectors * L);
        assertEquals(min, joined(to, false), "round " + round);
      }
    }
  }

  private static float joined(long lanes, boolean largest) {
    float found = Memory.getFloat(lanes);
    for (int i = 1; i < L; i++) {
      float next = Memory.getFloat(lanes + 4L * i);
      found = largest ? Math.max(found, next) : Math.min(found, next);
    }
    return found;
  }
}
