package lazuli.array.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import lazuli.array.type.DType;
import lazuli.array.type.Rounding;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs of elements a step apart, against one element at a time. */
class MoversTest {
  private static final int[] LENGTHS = {1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65, 129};
  private static final int[] STEPS = {-2, -1, 0, 1, 2, 3};
  private static final int MOST = 129;

  /** Every bit pattern, those of NaN too, in the elements that are skipped as well. */
  private static MemorySegment random(Arena arena, int width) {
    MemorySegment memory = arena.allocate(width * 6L * MOST, 64);
    Random random = new Random(width);
    for (long i = 0; i < memory.byteSize(); i++) {
      Memory.putByte(memory.address() + i, (byte) random.nextInt());
    }
    return memory;
  }

  private static long bits(long address, int width) {
    long bits = 0;
    for (int i = 0; i < width; i++) {
      bits |= (Memory.getByte(address + i) & 0xffL) << 8 * i;
    }
    return bits;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void elementsOfAnySizeStayTheSame(int width) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment in = random(arena, width);
      long middle = in.address() + 3L * width * MOST;
      MemorySegment out = arena.allocate((long) width * (MOST + 1), 64);
      for (int step : STEPS) {
        for (int n : LENGTHS) {
          out.fill((byte) 0x33);
          Movers.same(width).move(middle, (long) step * width, out.address(), n);
          for (int i = 0; i < n; i++) {
            assertEquals(
                bits(middle + (long) step * width * i, width),
                bits(out.address() + (long) width * i, width),
                "step " + step + ", n " + n + ", element " + i);
          }
          assertEquals(0x33, Memory.getByte(out.address() + (long) width * n), "behind the end");
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void halvesAreWidened(DType dtype) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment in = random(arena, 2);
      long middle = in.address() + 6L * MOST;
      MemorySegment out = arena.allocate(4L * (MOST + 1), 64);
      for (int step : STEPS) {
        for (int n : LENGTHS) {
          out.fill((byte) 0x33);
          Movers.load(dtype).move(middle, 2L * step, out.address(), n);
          for (int i = 0; i < n; i++) {
            short half = Memory.getShort(middle + 2L * step * i);
            float expected = dtype == DType.F16 ? Float.float16ToFloat(half) : Rounding.bf16(half);
            assertEquals(
                expected,
                Memory.getFloat(out.address() + 4L * i),
                "step " + step + ", n " + n + ", element " + i);
          }
          assertEquals(0x33333333, Memory.getInt(out.address() + 4L * n), "behind the end");
        }
      }
    }
  }
}
