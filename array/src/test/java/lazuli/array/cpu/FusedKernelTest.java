package lazuli.array.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import lazuli.array.backend.View;
import lazuli.array.op.Binary;
import lazuli.array.op.Cast;
import lazuli.array.op.Fused;
import lazuli.array.op.Fused.Apply;
import lazuli.array.op.Fused.Const;
import lazuli.array.op.Fused.Instruction;
import lazuli.array.op.Fused.Load;
import lazuli.array.op.Rule;
import lazuli.array.op.Ternary;
import lazuli.array.op.Unary;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.array.type.Rounding;
import lazuli.array.type.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class FusedKernelTest {
  private static final DType[] TYPES = {
    DType.F32, DType.F64, DType.F16, DType.BF16, DType.I32, DType.I64, DType.BOOL
  };
  private static final int[] SIZES = {
    0, 1, 3, 15, 16, 17, 31, 64, 65, 257, 2047, 2048, 2049, 40_000
  };

  /** Vector operators may err by this many roundings of the type that they compute in. */
  private static final double ULPS = 4;

  private static Stream<Arguments> unaryRows() {
    return Stream.of(Unary.values())
        .flatMap(
            row ->
                Stream.of(TYPES).filter(t -> takes(row.rule(), t)).map(t -> Arguments.of(row, t)));
  }

  private static Stream<Arguments> binaryRows() {
    return Stream.of(Binary.values())
        .flatMap(
            row ->
                Stream.of(TYPES).filter(t -> takes(row.rule(), t)).map(t -> Arguments.of(row, t)));
  }

  private static boolean takes(Rule rule, DType t) {
    return switch (rule) {
      case ARITHMETIC, COMPARE -> true;
      case NUMERIC -> t != DType.BOOL;
      case FLOAT -> t.isFloat();
      case INTEGER -> !t.isFloat();
      case LOGICAL -> t == DType.BOOL;
    };
  }

  private static DType result(Rule rule, DType t) {
    return rule == Rule.COMPARE || rule == Rule.LOGICAL ? DType.BOOL : t;
  }

  @ParameterizedTest
  @MethodSource("unaryRows")
  void everyUnaryRowAgreesWithItsMeaning(Unary row, DType t) {
    for (int n : SIZES) {
      try (Arena arena = Arena.ofConfined()) {
        View x = TestMemory.random(TestMemory.dense(arena, t, n), n + 1, row.low(), row.high());
        View y = TestMemory.dense(arena, result(row.rule(), t), n);
        run(y, List.of(x), new Load(0, t), new Apply(row, 0, -1, -1, y.dtype()));
        for (int i = 0; i < n; i++) {
          double in = TestMemory.get(x, i);
          var whole = row.integer();
          double want =
              t.isFloat() || whole == null
                  ? row.apply(in)
                  : Rounding.wrap(y.dtype(), whole.applyAsLong((long) in));
          close(want, y, i, row + " of " + in);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("binaryRows")
  void everyBinaryRowAgreesWithItsMeaning(Binary row, DType t) {
    for (int n : SIZES) {
      try (Arena arena = Arena.ofConfined()) {
        View a = TestMemory.random(TestMemory.dense(arena, t, n), 1, row.low(), row.high());
        View b = TestMemory.random(TestMemory.dense(arena, t, n), 2, row.low(), row.high());
        View y = TestMemory.dense(arena, result(row.rule(), t), n);
        run(y, List.of(a, b), new Load(0, t), new Load(1, t), new Apply(row, 0, 1, -1, y.dtype()));
        for (int i = 0; i < n; i++) {
          double p = TestMemory.get(a, i);
          double q = TestMemory.get(b, i);
          var whole = row.integer();
          double want =
              t.isFloat() || whole == null
                  ? row.apply(p, q)
                  : Rounding.wrap(y.dtype(), whole.applyAsLong((long) p, (long) q));
          close(want, y, i, row + " of " + p + " and " + q);
        }
      }
    }
  }

  @Test
  void everyTypeConvertsToEveryOther() {
    for (DType from : TYPES) {
      for (DType to : TYPES) {
        for (int n : new int[] {1, 17, 3000}) {
          try (Arena arena = Arena.ofConfined()) {
            View x = TestMemory.random(TestMemory.dense(arena, from, n), 5, -3000, 3000);
            View y = TestMemory.dense(arena, to, n);
            run(
                y,
                List.of(x),
                new Load(0, from),
                new Apply(new Cast(to, "user", ""), 0, -1, -1, to));
            for (int i = 0; i < n; i++) {
              assertEquals(
                  Rounding.to(to, TestMemory.get(x, i)),
                  TestMemory.get(y, i),
                  from + " to " + to + " of " + TestMemory.get(x, i));
            }
          }
        }
      }
    }
  }

  @Test
  void aCastInTheMiddleRoundsAndOtherHalfRegistersDoNot() {
    try (Arena arena = Arena.ofConfined()) {
      View x = TestMemory.random(TestMemory.dense(arena, DType.F32, 100), 9, 1, 2);
      View y = TestMemory.dense(arena, DType.F32, 100);
      Cast half = new Cast(DType.BF16, "user", "");
      Cast single = new Cast(DType.F32, "user", "");
      run(
          y,
          List.of(x),
          new Load(0, DType.F32),
          new Apply(half, 0, -1, -1, DType.BF16),
          new Apply(Binary.MUL, 1, 1, -1, DType.BF16),
          new Apply(single, 2, -1, -1, DType.F32));
      for (int i = 0; i < 100; i++) {
        float r = Rounding.bf16(Rounding.bf16((float) TestMemory.get(x, i)));
        assertEquals(r * r, TestMemory.get(y, i));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64", "F16", "BF16", "I32", "I64", "BOOL"})
  void broadcastTransposedReversedAndSlicedOperandsAreRead(DType t) {
    try (Arena arena = Arena.ofConfined()) {
      Shape shape = Shape.of(3, 70, 41);
      View whole = TestMemory.random(TestMemory.dense(arena, t, 20_000), 3, 0, 100);
      long[][] strides = {
        {2870, 41, 1},
        {0, 41, 1},
        {0, 0, 1},
        {70, 1, 210},
        {41, 123, 1},
        {0, 0, 0},
        {1, 1, 0},
        {2870, -41, 1},
        {1, 2, 3},
        {6000, 82, 2}
      };
      for (long[] s : strides) {
        long offset = s[1] < 0 ? 69 * 41 : 7;
        View x = new View(whole.buffer(), t, shape, s, offset);
        View y = TestMemory.dense(arena, t, 3, 70, 41);
        Instruction[] copy = {new Load(0, t), new Const(zero(t), t), null};
        copy[2] = new Apply(Binary.MAXIMUM, 0, 1, -1, t);
        run(y, List.of(x), copy);
        long[] index = new long[3];
        for (long e = 0; e < shape.size(); e++) {
          assertEquals(
              TestMemory.get(x, index),
              TestMemory.get(y, index),
              () -> x + " at " + List.of(index[0], index[1], index[2]));
          TestMemory.next(shape, index);
        }
      }
    }
  }

  @Test
  void aLongProgramReusesItsBlocks() {
    try (Arena arena = Arena.ofConfined()) {
      int n = 5000;
      View x = TestMemory.random(TestMemory.dense(arena, DType.F32, n), 3, 0.5, 1);
      View m = TestMemory.random(TestMemory.dense(arena, DType.BOOL, n), 4, 0, 2);
      List<Instruction> program = new ArrayList<>();
      program.add(new Load(0, DType.F32));
      program.add(new Const(0.75, DType.F32));
      program.add(new Load(1, DType.BOOL));
      int last = 0;
      for (int i = 0; i < 60; i++) {
        program.add(new Apply(i % 2 == 0 ? Binary.MUL : Binary.ADD, last, 1, -1, DType.F32));
        last = program.size() - 1;
        program.add(new Apply(Ternary.WHERE, 2, last, 0, DType.F32));
        last = program.size() - 1;
      }
      Instruction[] all = program.toArray(new Instruction[0]);
      assertTrue(Registers.of(new Fused(Shape.of(n), program), 2).slots() <= 7);
      View y = TestMemory.dense(arena, DType.F32, n);
      run(y, List.of(x, m), all);
      for (int e = 0; e < n; e++) {
        float start = (float) TestMemory.get(x, e);
        float v = start;
        for (int i = 0; i < 60; i++) {
          v = i % 2 == 0 ? v * 0.75f : v + 0.75f;
          v = TestMemory.get(m, e) != 0 ? v : start;
        }
        assertEquals(v, TestMemory.get(y, e));
      }
    }
  }

  @Test
  void theResultMayTakeTheMemoryOfAnOperand() {
    try (Arena arena = Arena.ofConfined()) {
      View x = TestMemory.random(TestMemory.dense(arena, DType.F32, 50_000), 3, -1, 1);
      double[] before = new double[50_000];
      for (int i = 0; i < before.length; i++) {
        before[i] = TestMemory.get(x, i);
      }
      run(
          x,
          List.of(x),
          new Load(0, DType.F32),
          new Apply(Unary.SQUARE, 0, -1, -1, DType.F32),
          new Apply(Binary.ADD, 1, 0, -1, DType.F32));
      for (int i = 0; i < before.length; i++) {
        float v = (float) before[i];
        assertEquals(v * v + v, TestMemory.get(x, i));
      }
    }
  }

  @Test
  void specialValuesFollowTheRows() {
    double[] special = {
      Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0.0, -0.0, 1, -1, 1e-40
    };
    for (Binary row : Binary.values()) {
      for (DType t : new DType[] {DType.F32, DType.F64}) {
        if (row.rule() == Rule.LOGICAL) {
          continue;
        }
        try (Arena arena = Arena.ofConfined()) {
          View a = TestMemory.dense(arena, t, 64);
          View b = TestMemory.dense(arena, t, 64);
          View y = TestMemory.dense(arena, result(row.rule(), t), 64);
          for (int i = 0; i < 64; i++) {
            TestMemory.put(a, new long[] {i}, special[i / 8]);
            TestMemory.put(b, new long[] {i}, special[i % 8]);
          }
          run(
              y,
              List.of(a, b),
              new Load(0, t),
              new Load(1, t),
              new Apply(row, 0, 1, -1, y.dtype()));
          for (int i = 0; i < 64; i++) {
            double p = TestMemory.get(a, i);
            double q = TestMemory.get(b, i);
            close(row.apply(p, q), y, i, row + " of " + p + " and " + q);
          }
        }
      }
    }
    for (Unary row : Unary.values()) {
      for (DType t : new DType[] {DType.F32, DType.F64}) {
        if (row.rule() == Rule.LOGICAL || row.rule() == Rule.INTEGER) {
          continue;
        }
        try (Arena arena = Arena.ofConfined()) {
          View a = TestMemory.dense(arena, t, 8);
          View y = TestMemory.dense(arena, result(row.rule(), t), 8);
          for (int i = 0; i < 8; i++) {
            TestMemory.put(a, new long[] {i}, special[i]);
          }
          run(y, List.of(a), new Load(0, t), new Apply(row, 0, -1, -1, y.dtype()));
          for (int i = 0; i < 8; i++) {
            close(row.apply(TestMemory.get(a, i)), y, i, row + " of " + TestMemory.get(a, i));
          }
        }
      }
    }
  }

  @Test
  void theErrorFunctionIsRightToTwoUnitsInTheLastPlace() {
    int n = 100_000;
    try (Arena arena = Arena.ofConfined()) {
      View x = TestMemory.random(TestMemory.dense(arena, DType.F32, n), 3, -6, 6);
      for (int i = 0; i < 1000; i++) {
        TestMemory.put(x, new long[] {i}, Math.scalb(TestMemory.get(x, i), -i / 10));
      }
      View y = TestMemory.dense(arena, DType.F32, n);
      run(y, List.of(x), new Load(0, DType.F32), new Apply(Unary.ERF, 0, -1, -1, DType.F32));
      for (int i = 0; i < n; i++) {
        close(Unary.ERF.apply(TestMemory.get(x, i)), y, i, "erf of " + TestMemory.get(x, i));
      }
    }
  }

  private static Number zero(DType t) {
    return t.isFloat() ? (Number) 0.0 : (Number) 0L;
  }

  private static void run(View output, List<View> inputs, Instruction... program) {
    Fused fused = new Fused(output.shape(), List.of(program));
    new FusedKernel(fused, inputs.size(), Work.NONE).launch(inputs, output);
  }

  private static void close(double want, View y, int i, String what) {
    double got = TestMemory.get(y, i);
    DType compute = y.dtype().isHalf() ? DType.F32 : y.dtype();
    if (Double.isNaN(want) || Math.abs(want) > Float.MAX_VALUE) {
      assertEquals(Rounding.to(y.dtype(), want), got, what);
      return;
    }
    double allowed =
        TestMemory.rounding(y.dtype(), want) + ULPS * TestMemory.rounding(compute, want);
    assertTrue(
        Math.abs(got - want) <= allowed,
        () -> what + " at " + i + " in " + y.dtype() + ": " + got + ", not " + want);
  }
}
