package lazuli.array.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import lazuli.array.type.DType;
import lazuli.array.type.Rounding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RowsTest {
  private static final int[] LENGTHS = {0, 1, 3, 5, 15, 16, 17, 31, 63, 64, 65, 129, 257};

  @Test
  void everyBf16ValueSurvivesTheRoundTrip() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment in = arena.allocate(2 << 16, 64);
      MemorySegment out = arena.allocate(2 << 16, 64);
      for (int i = 0; i < 1 << 16; i++) {
        Memory.putShort(in.address() + 2L * i, (short) i);
      }
      float[] row = new float[1 << 16];
      Rows.read(DType.BF16, in.address(), 1, row, 0, 1 << 16);
      Rows.write(DType.BF16, row, 0, out.address(), 1 << 16);
      for (int i = 0; i < 1 << 16; i++) {
        float value = Float.intBitsToFloat(i << 16);
        assertEquals(
            Float.floatToIntBits(value), Float.floatToIntBits(row[i]), Integer.toHexString(i));
        short back = Memory.getShort(out.address() + 2L * i);
        if (value != value) {
          assertTrue(Float.isNaN(Rounding.bf16(back)), Integer.toHexString(i));
        } else {
          assertEquals((short) i, back, Integer.toHexString(i));
        }
      }
    }
  }

  @Test
  void bf16RoundsToNearestEven() {
    Random random = new Random(7);
    try (Arena arena = Arena.ofConfined()) {
      long out = arena.allocate(2 * 64, 64).address();
      float[] row = new float[64];
      for (int round = 0; round < 2000; round++) {
        for (int i = 0; i < 64; i++) {
          int bits = random.nextInt();
          row[i] = Float.intBitsToFloat(i % 4 == 0 ? bits & 0xffff0000 | 0x8000 : bits);
        }
        Rows.write(DType.BF16, row, 0, out, 64);
        for (int i = 0; i < 64; i++) {
          short got = Memory.getShort(out + 2L * i);
          assertEquals(Rounding.bf16(row[i]), got, "vector and scalar differ for " + row[i]);
          if (Float.isFinite(row[i]) && Float.isFinite(Rounding.bf16(got))) {
            double error = Math.abs((double) Rounding.bf16(got) - row[i]);
            double up = Math.abs((double) Rounding.bf16((short) (got + 1)) - row[i]);
            double down = Math.abs((double) Rounding.bf16((short) (got - 1)) - row[i]);
            assertTrue(!(up < error) && !(down < error), row[i] + " rounds to a neighbour");
            assertTrue(!(up == error || down == error) || (got & 1) == 0, row[i] + " tie");
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void rowsOfEveryTypeAndStrideAreRead(DType dtype) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(257L * 3 * 8 + 64, 64);
      for (long i = 0; i < memory.byteSize() / dtype.bytes(); i++) {
        put(dtype, memory.address() + i * dtype.bytes(), (int) (i % 97) - 40);
      }
      for (int n : LENGTHS) {
        for (int stride : new int[] {-1, 0, 1, 2, 3}) {
          long first = stride < 0 ? n : 0;
          float[] row = new float[n + 2];
          Rows.read(dtype, memory.address() + first * dtype.bytes(), stride, row, 1, n);
          for (int i = 0; i < n; i++) {
            assertEquals(
                stored(dtype, (int) ((first + (long) i * stride) % 97) - 40),
                row[i + 1],
                dtype + " n " + n + " stride " + stride + " at " + i);
          }
          assertEquals(0, row[0]);
          assertEquals(0, row[n + 1]);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16", "F32", "F64"})
  void rowsOfFloatsAreWrittenAndNothingBesides(DType dtype) {
    try (Arena arena = Arena.ofConfined()) {
      for (int n : LENGTHS) {
        MemorySegment memory = arena.allocate((n + 1) * 8L, 64).fill((byte) 0x5a);
        float[] row = new float[n + 1];
        for (int i = 0; i <= n; i++) {
          row[i] = i - 20;
        }
        Rows.write(dtype, row, 1, memory.address(), n);
        float[] back = new float[n];
        Rows.read(dtype, memory.address(), 1, back, 0, n);
        for (int i = 0; i < n; i++) {
          assertEquals(i - 19, back[i], dtype + " at " + i);
        }
        assertEquals(0x5a, Memory.getByte(memory.address() + (long) n * dtype.bytes()));
      }
    }
  }

  private static float stored(DType dtype, int value) {
    return switch (dtype) {
      case BOOL -> value != 0 ? 1 : 0;
      case U8 -> value & 0xff;
      case U16 -> value & 0xffff;
      case U32 -> value & 0xffffffffL;
      case U64 -> value < 0 ? (float) (value + 0x1p64) : value;
      case F8_E4M3, F8_E5M2 -> Rounding.f8(dtype, Rounding.f8(dtype, value));
      default -> value;
    };
  }

  private static void put(DType dtype, long p, int value) {
    switch (dtype) {
      case BOOL -> Memory.putByte(p, (byte) (value != 0 ? 1 : 0));
      case U8, I8 -> Memory.putByte(p, (byte) value);
      case U16, I16 -> Memory.putShort(p, (short) value);
      case U32, I32 -> Memory.putInt(p, value);
      case U64, I64 -> Memory.putLong(p, value);
      case F16 -> Memory.putShort(p, Float.floatToFloat16(value));
      case BF16 -> Memory.putShort(p, Rounding.bf16((float) value));
      case F32 -> Memory.putFloat(p, value);
      case F64 -> Memory.putDouble(p, value);
      case F8_E4M3, F8_E5M2 -> Memory.putByte(p, Rounding.f8(dtype, value));
    }
  }
}
