package lazuli.array.cpu.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import lazuli.array.cpu.Species;
import lazuli.array.type.DType;
import org.junit.jupiter.api.Test;

/** The ways in and out of paired rows give the bits that a row in its own order has. */
class DecodeTest {
  private static final int WIDTH = 6 * Species.LANES;

  private static float[] numbers() {
    Random random = new Random(8);
    float[] x = new float[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      x[i] = (float) (random.nextGaussian() * Math.pow(2, random.nextInt(200) - 100));
    }
    // A NaN whose payload rounding would carry away, infinities, ties, numbers near the largest.
    x[0] = Float.intBitsToFloat(0x7f80ffff);
    x[1] = Float.NEGATIVE_INFINITY;
    x[2] = Float.intBitsToFloat(0x3f808000);
    x[3] = Float.intBitsToFloat(0x3f818000);
    x[4] = Float.MAX_VALUE;
    x[5] = -0f;
    return x;
  }

  @Test
  void resultsHaveTheBitsOfDividedRows() {
    float by = 1.75f;
    float[] x = numbers();
    float[] paired = new float[WIDTH + 3];
    Decode.pair(x, 0, WIDTH, paired, 3);
    float[] divided = x.clone();
    OnlineSoftmax.divide(divided, 0, WIDTH, by);
    try (Arena arena = Arena.ofConfined()) {
      for (DType dtype : new DType[] {DType.BF16, DType.F32}) {
        MemorySegment expected = arena.allocate(4L * WIDTH, 64);
        MemorySegment actual = arena.allocate(4L * WIDTH, 64);
        RowStore.row(divided, 0, WIDTH, dtype, expected.address());
        if (dtype == DType.BF16) {
          Decode.storeBf16(paired, 3, WIDTH, by, actual.address());
        } else {
          Decode.storeF32(paired, 3, WIDTH, by, actual.address());
        }
        assertEquals(-1, expected.mismatch(actual), dtype.toString());
      }
    }
  }

  @Test
  void queriesHaveTheBitsOfScaledRows() {
    float scale = 0.3f;
    try (Arena arena = Arena.ofConfined()) {
      for (DType dtype : new DType[] {DType.BF16, DType.F32}) {
        MemorySegment row = arena.allocate(4L * WIDTH, 64);
        RowStore.row(numbers(), 0, WIDTH, dtype, row.address());
        float[] read = new float[WIDTH];
        TileLoad.row(dtype, row.address(), dtype.bytes(), WIDTH, read, 0);
        OnlineSoftmax.scale(read, 0, WIDTH, scale);
        float[] expected = new float[WIDTH];
        Decode.pair(read, 0, WIDTH, expected, 0);
        float[] actual = new float[WIDTH + 5];
        if (dtype == DType.BF16) {
          Decode.pairBf16(row.address(), WIDTH, scale, actual, 5);
        } else {
          Decode.pairF32(row.address(), WIDTH, scale, actual, 5);
        }
        assertArrayEquals(bits(expected, 0), bits(actual, 5), dtype.toString());
      }
    }
  }

  private static int[] bits(float[] x, int from) {
    int[] bits = new int[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      bits[i] = Float.floatToRawIntBits(x[from + i]);
    }
    return bits;
  }
}
