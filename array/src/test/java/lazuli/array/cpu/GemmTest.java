package lazuli.array.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lazuli.array.backend.View;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GemmTest {
  private static final int[] SIZES = {0, 1, 3, 5, 17, 31, 63, 64, 65, 127, 129};
  private final int before = Workers.threads();

  @AfterEach
  void restore() {
    Workers.threads(before);
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64", "F16", "BF16"})
  void everyShapeAgreesWithPlainLoops(DType dtype) {
    for (int m : SIZES) {
      for (int n : SIZES) {
        for (int k : new int[] {0, 1, 7, 64, 129}) {
          check(dtype, false, false, m, n, k);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"F32,7", "F32,200", "F64,200", "F16,200", "BF16,33"})
  void deepProductsAgreeWithPlainLoops(DType dtype, int n) {
    for (int k : new int[] {Gemm.DEPTH - 1, Gemm.DEPTH, Gemm.DEPTH + 1, 3 * Gemm.DEPTH + 5}) {
      for (int m : new int[] {1, 13, 100}) {
        check(dtype, false, false, m, n, k);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64", "F16", "BF16"})
  void transposedOperandsAgreeWithPlainLoops(DType dtype) {
    for (int m : new int[] {1, 5, 33, 70}) {
      for (int n : new int[] {1, 17, 65, 130}) {
        for (int k : new int[] {1, 31, 300, 500}) {
          check(dtype, true, false, m, n, k);
          check(dtype, false, true, m, n, k);
          check(dtype, true, true, m, n, k);
        }
      }
    }
  }

  @Test
  void wideProductsAreCutIntoColumnsThatStayInTheCache() {
    check(DType.F32, false, false, 9, 9001, 700);
    check(DType.F32, false, true, 2, 70_001, 65);
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64", "F16", "BF16"})
  void vectorsTimesMatricesAgreeWithPlainLoops(DType dtype) {
    for (int n : new int[] {2, 15, 64, 100, 600, 3000}) {
      for (int k : new int[] {1, 2, 3, 4, 5, 17, 64, 1023, 1025, 2050}) {
        for (boolean turned : new boolean[] {false, true}) {
          check(dtype, turned, turned, 1, n, k);
          check(dtype, turned, turned, n, 1, k);
        }
      }
    }
  }

  @Test
  void batchesBroadcastAndMayBeEmpty() {
    try (Arena arena = Arena.ofConfined()) {
      for (long[] dims : new long[][] {{0, 3, 5, 4}, {2, 3, 5, 4}, {1, 1, 70, 66}, {3, 1, 1, 9}}) {
        long k = 11;
        View a = TestMemory.random(TestMemory.dense(arena, DType.F32, dims[2], k), 3, -1, 1);
        View b =
            TestMemory.random(TestMemory.dense(arena, DType.F32, dims[1], k, dims[3]), 4, -1, 1);
        // The left operand repeats over both leading dimensions, the right one over the first.
        View wideA =
            new View(
                a.buffer(),
                DType.F32,
                Shape.of(dims[0], dims[1], dims[2], k),
                new long[] {0, 0, k, 1},
                0);
        View wideB =
            new View(
                b.buffer(),
                DType.F32,
                Shape.of(dims[0], dims[1], k, dims[3]),
                new long[] {0, k * dims[3], dims[3], 1},
                0);
        View c = TestMemory.dense(arena, DType.F32, dims);
        compare(wideA, wideB, c);
      }
    }
  }

  @Test
  void slicedAndReversedOperandsAgreeWithPlainLoops() {
    try (Arena arena = Arena.ofConfined()) {
      View whole = TestMemory.random(TestMemory.dense(arena, DType.F32, 200, 300), 5, -1, 1);
      View a = new View(whole.buffer(), DType.F32, Shape.of(40, 70), new long[] {600, 2}, 3);
      View b =
          new View(whole.buffer(), DType.F32, Shape.of(70, 50), new long[] {-300, 3}, 190 * 300);
      compare(a, b, TestMemory.dense(arena, DType.F32, 40, 50));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "F32,512,512,512",
    "F32,100,700,900",
    "F32,1,5000,300",
    "F32,3000,1,300",
    "F64,130,140,800",
    "F32,1000,900,30",
    "F64,700,200,20",
    "BF16,900,300,16",
    "BF16,300,300,800",
    "F16,70,900,70"
  })
  void resultsAreTheSameBitsForAnyNumberOfThreads(DType dtype, int m, int n, int k) {
    try (Arena arena = Arena.ofConfined()) {
      View a = TestMemory.random(TestMemory.dense(arena, dtype, m, k), 1, -1, 1);
      View b = TestMemory.random(TestMemory.dense(arena, dtype, k, n), 2, -1, 1);
      List<byte[]> results = new ArrayList<>();
      for (int threads : new int[] {1, 2, 3}) {
        Workers.threads(threads);
        View c = TestMemory.dense(arena, dtype, m, n);
        MatMulKernel.multiply(a, b, c);
        results.add(c.buffer().segment().toArray(ValueLayout.JAVA_BYTE));
      }
      assertArrayEquals(results.get(0), results.get(1), "2 threads");
      assertArrayEquals(results.get(0), results.get(2), "3 threads");
    }
  }

  @Test
  void notANumberAndInfinityPassThrough() {
    try (Arena arena = Arena.ofConfined()) {
      View a = TestMemory.random(TestMemory.dense(arena, DType.F32, 8, 9), 1, 1, 2);
      View b = TestMemory.random(TestMemory.dense(arena, DType.F32, 9, 70), 2, 1, 2);
      TestMemory.put(a, new long[] {7, 8}, Double.NaN);
      TestMemory.put(b, new long[] {0, 69}, Double.POSITIVE_INFINITY);
      View c = TestMemory.dense(arena, DType.F32, 8, 70);
      MatMulKernel.multiply(a, b, c);
      for (int i = 0; i < 8; i++) {
        for (int j = 0; j < 70; j++) {
          double got = TestMemory.get(c, i, j);
          assertEquals(i == 7, Double.isNaN(got), i + ", " + j);
          assertEquals(i != 7 && j == 69, got == Double.POSITIVE_INFINITY, i + ", " + j);
        }
      }
    }
  }

  private static void check(DType dtype, boolean ta, boolean tb, int m, int n, int k) {
    int[] straight = {0, 1};
    int[] swapped = {1, 0};
    try (Arena arena = Arena.ofConfined()) {
      View a = TestMemory.permuted(arena, dtype, ta ? swapped : straight, m, k);
      View b = TestMemory.permuted(arena, dtype, tb ? swapped : straight, k, n);
      View c = TestMemory.dense(arena, dtype, m, n);
      compare(TestMemory.random(a, m + 31L * k, -1, 1), TestMemory.random(b, n, -1, 1), c);
    }
  }

  private static void compare(View a, View b, View c) {
    MatMulKernel.multiply(a, b, c);
    verify(a, b, c);
    if (c.shape().rank() > 2 || c.shape().size() == 0 || a.shape().dim(-1) == 0) {
      return;
    }
    // Both ways whatever the shape, and the same bits where one run of terms is the whole sum.
    int m = Math.toIntExact(c.shape().dim(0));
    int n = Math.toIntExact(c.shape().dim(1));
    int k = Math.toIntExact(a.shape().dim(1));
    Matrix left = MatMulKernel.matrix(a);
    Matrix right = MatMulKernel.matrix(b);
    new Gemm(m, n, k, c.dtype(), null).run(left, right, Memory.address(c));
    verify(a, b, c);
    if (k <= Gemm.DEPTH) {
      byte[] packed = c.buffer().segment().toArray(ValueLayout.JAVA_BYTE);
      // What lies behind the result is not touched.
      long bytes = c.shape().size() * c.dtype().bytes();
      c.buffer().segment().asSlice(0, bytes).fill((byte) 0x55);
      new DirectGemm(m, n, k, c.dtype(), null).run(left, right, Memory.address(c));
      assertArrayEquals(packed, c.buffer().segment().toArray(ValueLayout.JAVA_BYTE), a + " x " + b);
    }
  }

  private static void verify(View a, View b, View c) {
    DType dtype = c.dtype();
    int rank = c.shape().rank();
    long k = a.shape().dim(-1);
    double compute = dtype == DType.F64 ? 0x1p-53 : 0x1p-24;
    long[] index = new long[rank];
    for (long e = 0; e < c.shape().size(); e++) {
      double sum = 0;
      double size = 0;
      long[] ia = index.clone();
      long[] ib = index.clone();
      for (long t = 0; t < k; t++) {
        ia[rank - 1] = t;
        ib[rank - 2] = t;
        double product = TestMemory.get(a, ia) * TestMemory.get(b, ib);
        sum += product;
        size += Math.abs(product);
      }
      double got = TestMemory.get(c, index);
      double allowed = size * compute * (2 + k) + TestMemory.rounding(dtype, sum) + 1e-7 * compute;
      assertTrue(
          Math.abs(got - sum) <= allowed,
          () -> a + " x " + b + " at " + Arrays.toString(index) + ": " + got);
      TestMemory.next(c.shape(), index);
    }
  }
}
