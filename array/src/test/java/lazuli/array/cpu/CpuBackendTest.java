package lazuli.array.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import lazuli.array.backend.BackendProvider.Availability;
import lazuli.array.backend.View;
import lazuli.array.cpu.code.Bf16Code;
import lazuli.array.cpu.code.MachineCode;
import lazuli.array.op.Arange;
import lazuli.array.op.ArgReduce;
import lazuli.array.op.Aval;
import lazuli.array.op.Axes;
import lazuli.array.op.Copy;
import lazuli.array.op.Distribution;
import lazuli.array.op.Fill;
import lazuli.array.op.MatMul;
import lazuli.array.op.Op;
import lazuli.array.op.Random;
import lazuli.array.op.Reduce;
import lazuli.array.op.Reduction;
import lazuli.array.op.Softmax;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.array.type.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernels behind the backend, against the float64 reference on the same memory. */
class CpuBackendTest {
  private static final DType[] TYPES = {
    DType.F32, DType.F64, DType.F16, DType.BF16, DType.I32, DType.I64, DType.BOOL
  };

  /**
   * Rounding steps that an f32 sum may lose beside the rounding of its result, per element size.
   */
  private static final double SUM_ULPS = 40;

  /** x - max, at most 40 here, is rounded in f32: exp turns that into 40 relative roundings. */
  private static final double SOFTMAX_ULPS = 48;

  private static final CpuBackend CPU = new CpuBackend(new CpuPool(1L << 30, new SystemMemory()));
  private final int before = Workers.threads();

  @AfterEach
  void restore() {
    Workers.threads(before);
  }

  private static Stream<Arguments> reductions() {
    return Stream.of(Reduction.values())
        .flatMap(
            row -> Stream.of(TYPES).filter(t -> row.type(t) == t).map(t -> Arguments.of(row, t)));
  }

  @ParameterizedTest
  @MethodSource("reductions")
  void everyReductionAgreesWithTheReference(Reduction row, DType t) {
    long[][] shapes = {
      {},
      {1},
      {5},
      {17},
      {257},
      {4099},
      {3, 5},
      {64, 65},
      {129, 3},
      {3, 129},
      {0, 3},
      {3, 0},
      {2, 3, 4},
      {7, 33, 20},
      {40, 50, 6},
      {1, 1, 9},
      {600, 70}
    };
    for (long[] dims : shapes) {
      for (long mask = 0; mask < 1L << dims.length; mask++) {
        Axes axes = new Axes(mask);
        if (mask == 0 || Double.isNaN(row.empty()) && axes.count(Shape.of(dims)) == 0) {
          continue;
        }
        reduce(row, axes, t, dims, false);
        if (dims.length > 1) {
          reduce(row, axes, t, dims, true);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("reductions")
  void longReductionsAreCutAndAgreeWithTheReference(Reduction row, DType t) {
    reduce(row, Axes.of(0), t, new long[] {300_001}, false);
    reduce(row, Axes.of(1), t, new long[] {2, 140_000}, false);
    reduce(row, Axes.of(0), t, new long[] {140_000, 2}, false);
    reduce(row, Axes.of(0), t, new long[] {700, 300}, false);
  }

  private static void reduce(Reduction row, Axes axes, DType t, long[] dims, boolean transposed) {
    // Products of many values would leave the range: keep them next to 1.
    double low = row == Reduction.PROD ? 0.99 : -3;
    double high = row == Reduction.PROD ? 1.01 : 3;
    try (Arena arena = Arena.ofConfined()) {
      int[] order = new int[dims.length];
      for (int i = 0; i < order.length; i++) {
        order[i] = transposed ? order.length - 1 - i : i;
      }
      View x =
          TestMemory.random(
              TestMemory.permuted(arena, t, order, dims), Arrays.hashCode(dims), low, high);
      Shape kept = axes.kept(x.shape());
      View want = TestMemory.dense(arena, t, kept.dims());
      View got = TestMemory.dense(arena, t, kept.dims());
      Reduce op = new Reduce(row, axes);
      Reference.run(op, List.of(x), want);
      assertEquals("reduce", Reference.launch(CPU, op, List.of(x), got).name());
      // Both sides round at every step, in another order: errors grow as a random walk.
      boolean steps = row == Reduction.SUM || row == Reduction.PROD;
      double ulps = SUM_ULPS * (steps ? 3 * Math.sqrt(axes.count(x.shape())) : 1);
      compare(want, got, t.isFloat() ? ulps : 0, op + " of " + x);
    }
  }

  private static void compare(View want, View got, double ulps, String what) {
    DType t = got.dtype();
    DType compute = t.isHalf() ? DType.F32 : t;
    long[] index = new long[got.shape().rank()];
    for (long i = 0; i < got.shape().size(); i++) {
      double a = TestMemory.get(want, index);
      double b = TestMemory.get(got, index);
      double allowed =
          2 * TestMemory.rounding(t, a)
              + ulps * TestMemory.rounding(compute, Math.max(1, Math.abs(a)));
      assertTrue(
          Double.compare(a, b) == 0 || Math.abs(a - b) <= allowed,
          () -> what + " at " + Arrays.toString(index) + ": " + b + ", not " + a);
      TestMemory.next(got.shape(), index);
    }
  }

  @Test
  void sumsOfMillionsKeepTheirDigits() {
    try (Arena arena = Arena.ofConfined()) {
      View x = TestMemory.random(TestMemory.dense(arena, DType.F32, 3_000_000), 5, 0, 1);
      double exact = 0;
      for (long i = 0; i < 3_000_000; i++) {
        exact += TestMemory.get(x, i);
      }
      View y = TestMemory.dense(arena, DType.F32, 1);
      Reference.launch(CPU, new Reduce(Reduction.SUM, Axes.of(0)), List.of(x), y);
      assertEquals(exact, TestMemory.get(y, 0), exact * 0x1p-23);
    }
  }

  @Test
  void reductionsGiveTheSameBitsForAnyNumberOfThreads() {
    for (long[] dims : new long[][] {{1_000_003}, {700, 900}, {3, 200_000}, {200_000, 3}}) {
      for (int axis = 0; axis < dims.length; axis++) {
        Op op = new Reduce(Reduction.SUM, Axes.of(axis));
        try (Arena arena = Arena.ofConfined()) {
          View x = TestMemory.random(TestMemory.dense(arena, DType.F32, dims), 5, -1, 1);
          List<byte[]> results = new ArrayList<>();
          for (int threads : new int[] {1, 2, 3}) {
            Workers.threads(threads);
            View y = TestMemory.dense(arena, DType.F32, Axes.of(axis).kept(x.shape()).dims());
            Reference.launch(CPU, op, List.of(x), y);
            results.add(y.buffer().segment().toArray(ValueLayout.JAVA_BYTE));
          }
          assertArrayEquals(results.get(0), results.get(1));
          assertArrayEquals(results.get(0), results.get(2));
        }
      }
    }
  }

  @Test
  void notANumberWinsEveryMaximumWherever() {
    try (Arena arena = Arena.ofConfined()) {
      for (int n : new int[] {1, 5, 100, 5000}) {
        for (int at : new int[] {0, n / 2, n - 1}) {
          View x = TestMemory.random(TestMemory.dense(arena, DType.F32, n), 5, -1, 1);
          TestMemory.put(x, new long[] {at}, Double.NaN);
          View y = TestMemory.dense(arena, DType.F32, 1);
          View place = TestMemory.dense(arena, DType.I32, 1);
          Reference.launch(CPU, new Reduce(Reduction.MAX, Axes.of(0)), List.of(x), y);
          Reference.launch(CPU, new ArgReduce(true, 0), List.of(x), place);
          assertTrue(Double.isNaN(TestMemory.get(y, 0)), n + ", " + at);
          assertEquals(at, TestMemory.get(place, 0));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64", "F16", "BF16", "I32", "I64", "BOOL"})
  void theFirstOfTheLargestAndSmallestIsFound(DType t) {
    for (long[] dims : new long[][] {{1}, {9}, {5000}, {7, 33}, {33, 7}, {4, 5, 6}, {2, 9000}}) {
      for (int axis = 0; axis < dims.length; axis++) {
        for (boolean largest : new boolean[] {true, false}) {
          try (Arena arena = Arena.ofConfined()) {
            // Few distinct values: ties are common.
            View x = TestMemory.dense(arena, t, dims);
            TestMemory.random(x, 3, -4, 5);
            long[] index = new long[dims.length];
            for (long i = 0; i < x.shape().size(); i++) {
              TestMemory.put(x, index, Math.floor(TestMemory.get(x, index)));
              TestMemory.next(x.shape(), index);
            }
            ArgReduce op = new ArgReduce(largest, axis);
            long[] kept = Axes.of(axis).kept(x.shape()).dims();
            View want = TestMemory.dense(arena, DType.I32, kept);
            View got = TestMemory.dense(arena, DType.I32, kept);
            Reference.run(op, List.of(x), want);
            assertEquals("scan", Reference.launch(CPU, op, List.of(x), got).name());
            compare(want, got, 0, op + " of " + x);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16"})
  void softmaxAgreesWithTheReference(DType t) {
    for (long[] dims :
        new long[][] {{1}, {17}, {3, 5}, {64, 65}, {129, 31}, {2, 3, 257}, {5, 40_000}, {0, 4}}) {
      try (Arena arena = Arena.ofConfined()) {
        int[] order = new int[dims.length];
        for (boolean transposed : new boolean[] {false, true}) {
          for (int i = 0; i < order.length; i++) {
            order[i] = transposed ? order.length - 1 - i : i;
          }
          View x = TestMemory.random(TestMemory.permuted(arena, t, order, dims), 3, -20, 20);
          View want = TestMemory.dense(arena, t, dims);
          View got = TestMemory.dense(arena, t, dims);
          Softmax op = new Softmax(dims.length - 1);
          Reference.run(op, List.of(x), want);
          assertEquals("rows", Reference.launch(CPU, op, List.of(x), got).name());
          long[] index = new long[dims.length];
          for (long i = 0; i < x.shape().size(); i++) {
            double a = TestMemory.get(want, index);
            assertEquals(
                a,
                TestMemory.get(got, index),
                2 * TestMemory.rounding(t, a) + SOFTMAX_ULPS * TestMemory.rounding(DType.F32, a));
            TestMemory.next(x.shape(), index);
          }
        }
      }
    }
  }

  @Test
  void softmaxOfInfinitiesFollowsTheReference() {
    double minus = Double.NEGATIVE_INFINITY;
    double[][] rows = {
      {minus, minus, minus}, {minus, 1, minus}, {Double.NaN, 1, 2}, {1e38, -1e38, 0}
    };
    for (double[] row : rows) {
      try (Arena arena = Arena.ofConfined()) {
        View x = TestMemory.dense(arena, DType.F32, 3);
        View want = TestMemory.dense(arena, DType.F32, 3);
        View got = TestMemory.dense(arena, DType.F32, 3);
        for (int i = 0; i < 3; i++) {
          TestMemory.put(x, new long[] {i}, row[i]);
        }
        Reference.run(new Softmax(0), List.of(x), want);
        Reference.launch(CPU, new Softmax(0), List.of(x), got);
        compare(want, got, 4, Arrays.toString(row));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void copiesFillsAndRangesAgreeWithTheReference(DType t) {
    try (Arena arena = Arena.ofConfined()) {
      for (long[] dims : new long[][] {{}, {0}, {1}, {5}, {300, 7}, {3, 50, 70}, {100_000}}) {
        int[] order = new int[dims.length];
        for (int i = 0; i < order.length; i++) {
          order[i] = order.length - 1 - i;
        }
        View x = TestMemory.random(TestMemory.permuted(arena, t, order, dims), 3, 0, 100);
        same(new Copy(), List.of(x), t, dims, arena);
        Number seven = t.isFloat() ? (Number) 7.25 : (Number) (t == DType.BOOL ? 1L : 7L);
        Aval aval = new Aval(Shape.of(dims), t, Device.CPU);
        same(new Fill(aval, seven), List.of(), t, dims, arena);
        if (dims.length == 1) {
          Number start = t.isFloat() ? (Number) 0.5 : (Number) 3L;
          Number step = t.isFloat() ? (Number) 0.1 : (Number) 2L;
          same(new Arange(aval, start, step), List.of(), t, dims, arena);
        }
        if (t.isFloat()) {
          for (Distribution d : Distribution.values()) {
            same(new Random(d, 42, aval), List.of(), t, dims, arena);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16", "BOOL", "F64"})
  void transposedCopiesMoveEveryElement(DType t) {
    int[][] orders = {{1, 0, 2}, {2, 1, 0}, {0, 2, 1}, {1, 2, 0}, {2, 0, 1}};
    for (int[] order : orders) {
      for (long[] dims : new long[][] {{64, 64, 64}, {3, 130, 65}, {129, 2, 150}, {65, 300, 1}}) {
        try (Arena arena = Arena.ofConfined()) {
          View x = TestMemory.random(TestMemory.permuted(arena, t, order, dims), 3, 0, 100);
          same(new Copy(), List.of(x), t, dims, arena);
        }
      }
    }
  }

  private static void same(Op op, List<View> inputs, DType t, long[] dims, Arena arena) {
    View want = TestMemory.dense(arena, t, dims);
    View got = TestMemory.dense(arena, t, dims);
    Reference.run(op, inputs, want);
    Reference.launch(CPU, op, inputs, got);
    assertArrayEquals(
        want.buffer().segment().toArray(ValueLayout.JAVA_BYTE),
        got.buffer().segment().toArray(ValueLayout.JAVA_BYTE),
        op + " " + Arrays.toString(dims));
  }

  @Test
  void aViewThatLeavesItsBufferIsRefusedBeforeAnythingIsRead() {
    try (Arena arena = Arena.ofConfined()) {
      View x = TestMemory.dense(arena, DType.F32, 16);
      View wide = new View(x.buffer(), DType.F32, Shape.of(17), new long[] {1}, 0);
      View before = new View(x.buffer(), DType.F32, Shape.of(4), new long[] {-1}, 2);
      for (View bad : List.of(wide, before)) {
        IndexOutOfBoundsException e =
            org.junit.jupiter.api.Assertions.assertThrows(
                IndexOutOfBoundsException.class, () -> Memory.address(bad));
        assertEquals(bad + " reaches outside its buffer of 64 bytes", e.getMessage());
      }
    }
  }

  @Test
  void typesWithoutRegistersAreLeftToTheReference() {
    Aval bytes = new Aval(Shape.of(4), DType.U64, Device.CPU);
    assertTrue(
        CPU.candidates(new Reduce(Reduction.MAX, Axes.of(0)), List.of(bytes), bytes).isEmpty());
    assertFalse(CPU.candidates(new Copy(), List.of(bytes), bytes).isEmpty());
  }

  @Test
  void theProductSaysWhichFormItTakes() {
    int bits = Species.BITS;
    int tile = Gemm.PANEL_VECTORS * Species.LANES;
    String vectors = ", " + bits + "-bit vectors";
    String direct = ", nothing packed" + vectors;
    assertEquals("gemm: tiles 6x" + tile + direct, product(DType.F32, 5, 3, 7));
    assertEquals("gemm: tiles 6x" + tile + direct, product(DType.BF16, 5, 3, 7));
    assertEquals("gemm: tiles 6x" + tile / 2 + direct, product(DType.F64, 1, 3, 7));
    assertEquals("gemm: tiles 6x" + tile + vectors, product(DType.F32, 25, 400, 7));
    assertEquals("gemm: tiles 6x" + tile + vectors, product(DType.F16, 2, 400, 2));
    assertEquals("gemm: tiles 6x" + tile / 2 + vectors, product(DType.F64, 1, 400, 7));
    Bf16Code code = MachineCode.bf16();
    assertEquals(
        code == null
            ? "gemm: tiles 6x" + tile + vectors
            : "gemm: panels of 64 columns, bf16 products by "
                + code.name()
                + ", f32 sums, result rounded once to bf16",
        product(DType.BF16, 2, 400, 2));
    assertEquals("gemv: operand read in place" + vectors, product(DType.F32, 1, 3, 7));
    assertEquals("gemv: operand read in place" + vectors, product(DType.F16, 7, 3, 1));
  }

  private static String product(DType t, long m, long k, long n) {
    try (Arena arena = Arena.ofConfined()) {
      View a = TestMemory.random(TestMemory.dense(arena, t, m, k), 1, 0, 1);
      View b = TestMemory.random(TestMemory.dense(arena, t, k, n), 2, 0, 1);
      var offer =
          Reference.launch(CPU, new MatMul(), List.of(a, b), TestMemory.dense(arena, t, m, n));
      return offer.name() + ": " + offer.kernel().details();
    }
  }

  @Test
  void thePlanFindsTheBackend() {
    assertTrue(new CpuBackendProvider().probe() instanceof Availability.Available);
    Map<String, Availability> found = new lazuli.array.plan.Evaluator("").backends().found();
    assertTrue(found.get("cpu") instanceof Availability.Available, found.toString());
  }
}
