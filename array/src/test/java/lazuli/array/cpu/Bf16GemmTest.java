package lazuli.array.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import lazuli.array.backend.Elements;
import lazuli.array.cpu.code.Bf16Code;
import lazuli.array.cpu.code.MachineCode;
import lazuli.array.type.DType;
import lazuli.array.type.Rounding;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every machine code that this machine runs, against plain loops in float64. */
class Bf16GemmTest {
  private static Bf16Code code(String name) {
    MachineCode.Choice choice = MachineCode.choose(name);
    assumeTrue(choice.code() != null, choice.text());
    return choice.code();
  }

  /** How an operand lies: rows dense, columns dense, gaps, or backwards. */
  private record Placed(MemorySegment memory, Matrix matrix) {}

  private static Placed place(Arena arena, Random random, int rows, int columns, int kind) {
    long rowStride = kind == 1 ? 1 : kind == 2 ? 3L * columns : columns;
    long colStride = kind == 1 ? rows : kind == 2 ? 3 : 1;
    long elements = 1 + (rows - 1) * rowStride + (columns - 1) * colStride;
    MemorySegment memory = arena.allocate(2 * elements, 64);
    for (long i = 0; i < elements; i++) {
      Elements.set(memory, DType.BF16, i, random.nextGaussian());
    }
    long first = memory.address();
    if (kind == 3) {
      first += 2 * (elements - 1);
      rowStride = -rowStride;
      colStride = -colStride;
    }
    return new Placed(memory, new Matrix(DType.BF16, first, rowStride, colStride));
  }

  private static double at(Matrix m, int row, int column) {
    return Rounding.bf16(Memory.getShort(m.address(row, column)));
  }

  private static short[] product(Bf16Code code, Matrix a, Matrix b, int m, int n, int k) {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment c = arena.allocate(2L * m * n, 64);
      new Bf16Gemm(code.product(), m, n, k).run(a, b, c.address());
      return c.toArray(java.lang.foreign.ValueLayout.JAVA_SHORT);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"amx", "avx512_bf16"})
  void everyShapeAndLayoutAgreesWithPlainLoops(String name) {
    Bf16Code code = code(name);
    Random random = new Random(7);
    int[][] shapes = {
      {2, 2, 1},
      {5, 3, 31},
      {16, 64, 32},
      {17, 65, 33},
      {64, 64, 64},
      {70, 130, 96},
      {33, 200, 1100},
      {130, 63, 2049},
      {2, 700, 160}
    };
    for (int[] s : shapes) {
      for (int kinds = 0; kinds < 16; kinds++) {
        try (Arena arena = Arena.ofShared()) {
          Matrix a = place(arena, random, s[0], s[2], kinds % 4).matrix();
          Matrix b = place(arena, random, s[2], s[1], kinds / 4).matrix();
          short[] c = product(code, a, b, s[0], s[1], s[2]);
          for (int i = 0; i < s[0]; i++) {
            for (int j = 0; j < s[1]; j++) {
              double sum = 0;
              double size = 0;
              for (int t = 0; t < s[2]; t++) {
                double term = at(a, i, t) * at(b, t, j);
                sum += term;
                size += Math.abs(term);
              }
              // Half a step of bf16, and the sums of f32.
              double bound = Math.abs(sum) * 0x1p-8 + size * 0x1p-20;
              assertEquals(
                  sum,
                  Rounding.bf16(c[i * s[1] + j]),
                  bound,
                  name + " " + s[0] + "x" + s[1] + "x" + s[2] + " layouts " + kinds + " seed 7");
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"amx", "avx512_bf16"})
  void threadsDoNotChangeABit(String name) {
    Bf16Code code = code(name);
    int threads = Workers.threads();
    try (Arena arena = Arena.ofShared()) {
      Random random = new Random(8);
      Matrix a = place(arena, random, 200, 500, 0).matrix();
      Matrix b = place(arena, random, 500, 300, 0).matrix();
      Workers.threads(1);
      short[] one = product(code, a, b, 200, 300, 500);
      Workers.threads(5);
      assertArrayEquals(one, product(code, a, b, 200, 300, 500));
    } finally {
      Workers.threads(threads);
    }
  }
}
