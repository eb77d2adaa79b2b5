package lazuli.array.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lazuli.array.backend.Elements;
import lazuli.array.backend.View;
import lazuli.array.op.Axes;
import lazuli.array.op.Binary;
import lazuli.array.op.Cast;
import lazuli.array.op.Fused;
import lazuli.array.op.Fused.Apply;
import lazuli.array.op.Fused.Const;
import lazuli.array.op.Fused.Instruction;
import lazuli.array.op.Fused.Load;
import lazuli.array.op.FusedReduce;
import lazuli.array.op.Pointwise;
import lazuli.array.op.Reduce;
import lazuli.array.op.Reduction;
import lazuli.array.op.Rule;
import lazuli.array.op.Ternary;
import lazuli.array.op.Unary;
import lazuli.array.profile.Work;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Both ways to run a fused program give the same bits, up to which NaN a NaN is. */
class TiersTest {
  private static final DType[] TYPES = {
    DType.F32,
    DType.F64,
    DType.F16,
    DType.BF16,
    DType.I32,
    DType.I64,
    DType.BOOL,
    DType.U8,
    DType.I8,
    DType.U16,
    DType.I16,
    DType.U32
  };

  private static final double[] SPECIAL = {
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    0.0,
    -0.0,
    1,
    -1,
    1e-40,
    -1e-310,
    0x1p31,
    -0x1.00001p31,
    0x1p63,
    1e30,
    Float.MAX_VALUE,
    0.5,
    127.5,
    -32768.25
  };

  /** Every length around one and two vectors of each width, and around a block. */
  private static int[] lengths() {
    return IntStream.concat(
            IntStream.rangeClosed(0, 2 * Species.LANES + 1),
            IntStream.of(2047, 2048, 2049, 16_384, 20_011))
        .toArray();
  }

  /**
   * Rows whose vector operator may differ from its scalar twin: then the bits depend on what the
   * compiler did so far, in either tier. They must stay in their loops.
   */
  private static boolean inexact(String vector) {
    return List.of(
            "EXP", "LOG", "TANH", "SIN", "COS", "EXPM1", "LOG1P", "LOG10", "ASIN", "ACOS", "ATAN",
            "SINH", "COSH", "POW", "ATAN2")
        .contains(vector);
  }

  private static boolean exact(Unary row) {
    return row != Unary.ERF
        && row != Unary.SIGMOID
        && (row.vector() == null || !inexact(row.vector()));
  }

  private static boolean exact(Binary row) {
    return row.vector() == null || !inexact(row.vector());
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

  private static Stream<Arguments> unaryRows() {
    return Stream.of(Unary.values())
        .filter(TiersTest::exact)
        .flatMap(
            row ->
                Stream.of(TYPES).filter(t -> takes(row.rule(), t)).map(t -> Arguments.of(row, t)));
  }

  private static Stream<Arguments> binaryRows() {
    return Stream.of(Binary.values())
        .filter(TiersTest::exact)
        .flatMap(
            row ->
                Stream.of(TYPES).filter(t -> takes(row.rule(), t)).map(t -> Arguments.of(row, t)));
  }

  @ParameterizedTest
  @MethodSource("unaryRows")
  void everyUnaryRowGivesTheSameBits(Unary row, DType t) {
    DType to = result(row.rule(), t);
    for (int n : lengths()) {
      try (Arena arena = Arena.ofConfined()) {
        same(
            to,
            List.of(special(arena, t, n, 1)),
            row + " in " + t + ", n " + n,
            new Load(0, t),
            new Apply(row, 0, -1, -1, to),
            new Apply(Binary.MAXIMUM, 1, 1, -1, to));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("binaryRows")
  void everyBinaryRowGivesTheSameBits(Binary row, DType t) {
    DType to = result(row.rule(), t);
    for (int n : lengths()) {
      try (Arena arena = Arena.ofConfined()) {
        same(
            to,
            List.of(special(arena, t, n, 1), special(arena, t, n, 2)),
            row + " in " + t + ", n " + n,
            new Load(0, t),
            new Load(1, t),
            new Apply(row, 0, 1, -1, to),
            new Apply(Binary.MAXIMUM, 2, 2, -1, to));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {"U64"},
      mode = EnumSource.Mode.EXCLUDE)
  void everyConversionGivesTheSameBits(DType from) {
    for (DType to : TYPES) {
      if (from.isStorage()) {
        continue;
      }
      for (int n : new int[] {5, 16, 17, 2049}) {
        try (Arena arena = Arena.ofConfined()) {
          same(
              to,
              List.of(special(arena, from, n, 1)),
              from + " to " + to + ", n " + n,
              new Load(0, from),
              new Apply(Binary.MAXIMUM, 0, 0, -1, from),
              new Apply(new Cast(to, "user", ""), 1, -1, -1, to),
              new Apply(Binary.MAXIMUM, 2, 2, -1, to));
        }
      }
    }
  }

  private static Stream<Arguments> formsOfBanks() {
    List<Arguments> forms = new ArrayList<>();
    for (DType t : new DType[] {DType.F32, DType.F64, DType.I32, DType.I64, DType.BOOL}) {
      for (Binary row : Binary.values()) {
        if (takes(row.rule(), t) && VectorForm.of(row, t, result(row.rule(), t)) != null) {
          forms.add(Arguments.of(row, t, result(row.rule(), t)));
        }
      }
      for (Unary row : Unary.values()) {
        if (takes(row.rule(), t) && VectorForm.of(row, t, result(row.rule(), t)) != null) {
          forms.add(Arguments.of(row, t, result(row.rule(), t)));
        }
      }
      for (DType to : TYPES) {
        Cast cast = new Cast(to, "user", "");
        if (to != t && VectorForm.of(cast, t, to) != null) {
          forms.add(Arguments.of(cast, t, to));
        }
      }
    }
    return forms.stream();
  }

  /** Often enough for C2: its instructions, not only what the interpreter does. */
  @ParameterizedTest
  @MethodSource("formsOfBanks")
  void everyFormGivesTheSameBitsWhenCompiled(Pointwise op, DType t, DType to) {
    int n = 6 * Species.LANES + 3;
    boolean two = op instanceof Binary;
    List<Instruction> program = new ArrayList<>();
    program.add(new Load(0, t));
    program.add(new Load(1, t));
    program.add(new Apply(op, 0, two ? 1 : -1, -1, to));
    // Reads the result as a number, and as a condition where it is one.
    program.add(new Apply(Binary.MAXIMUM, 2, 2, -1, to));
    if (to == DType.BOOL) {
      program.add(new Apply(Ternary.WHERE, 2, 0, 1, t));
    }
    DType last = program.getLast().dtype();
    try (Arena arena = Arena.ofConfined()) {
      Fused fused = new Fused(Shape.of(n), program);
      List<View> inputs = List.of(special(arena, t, n, 1), special(arena, t, n, 2));
      View want = TestMemory.dense(arena, last, n);
      View got = TestMemory.dense(arena, last, n);
      new FusedKernel(fused, 2, Work.NONE, Tiers.Mode.BLOCKS).launch(inputs, want);
      FusedKernel loops = new FusedKernel(fused, 2, Work.NONE, Tiers.Mode.GENERATED);
      assertEquals("generated loop", loops.name());
      for (int i = 0; i < 3000; i++) {
        loops.launch(inputs, got);
        equal(want, got, op + " in " + t + ", launch " + i);
      }
    }
  }

  @Test
  void randomProgramsGiveTheSameBits() {
    int generated = 0;
    for (long seed = 0; seed < 400; seed++) {
      Random random = new Random(seed);
      try (Arena arena = Arena.ofConfined()) {
        int n = lengths()[random.nextInt(lengths().length)];
        List<View> inputs = new ArrayList<>();
        List<Instruction> program = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          DType t = TYPES[random.nextInt(TYPES.length)];
          inputs.add(special(arena, t, n, seed + i));
          program.add(new Load(i, t));
        }
        int operations = 1 + random.nextInt(60);
        while (operations-- > 0) {
          step(program, random);
        }
        Instruction[] all = program.toArray(new Instruction[0]);
        DType to = program.getLast().dtype();
        generated += same(to, inputs, "seed " + seed + ", n " + n, all) ? 1 : 0;
      }
    }
    int some = generated;
    assertTrue(generated > 200, () -> "only " + some + " programs had a generated loop");
  }

  /** Appends an operation, with the conversions that its operands need. */
  private static void step(List<Instruction> program, Random random) {
    int a = random.nextInt(3) == 0 ? random.nextInt(program.size()) : program.size() - 1;
    DType t = program.get(a).dtype();
    switch (random.nextInt(6)) {
      case 0 -> {
        Unary row = Unary.values()[random.nextInt(Unary.values().length)];
        if (exact(row) && takes(row.rule(), t)) {
          program.add(new Apply(row, a, -1, -1, result(row.rule(), t)));
        }
      }
      case 1 -> {
        DType to = TYPES[random.nextInt(TYPES.length)];
        program.add(new Apply(new Cast(to, "user", ""), a, -1, -1, to));
      }
      case 2 -> {
        int c = as(program, random.nextInt(program.size()), DType.BOOL);
        int b = as(program, random.nextInt(program.size()), t);
        program.add(new Apply(Ternary.WHERE, c, a, b, t));
      }
      default -> {
        Binary row = Binary.values()[random.nextInt(Binary.values().length)];
        if (exact(row) && takes(row.rule(), t)) {
          boolean constant = random.nextInt(3) == 0;
          if (constant) {
            double value = random.nextInt(9) - 4;
            program.add(new Const(t.isFloat() ? (Number) value : (Number) (long) value, t));
          }
          int b = constant ? program.size() - 1 : as(program, random.nextInt(program.size()), t);
          program.add(new Apply(row, a, b, -1, result(row.rule(), t)));
        }
      }
    }
  }

  private static int as(List<Instruction> program, int register, DType t) {
    if (program.get(register).dtype() == t) {
      return register;
    }
    program.add(new Apply(new Cast(t, "user", ""), register, -1, -1, t));
    return program.size() - 1;
  }

  @Test
  void stridedOperandsOtherConstantsAndOtherThreadsGiveTheSameBits() {
    Shape shape = Shape.of(3, 700, 41);
    List<Instruction> program = new ArrayList<>(chain(DType.F32));
    program.add(new Load(1, DType.F32));
    program.add(new Apply(Binary.ADD, program.size() - 2, program.size() - 1, -1, DType.F32));
    Fused fused = new Fused(shape, program);
    int threads = Workers.threads();
    try (Arena arena = Arena.ofConfined()) {
      View x = special(arena, DType.F32, 200_000, 3);
      long[][] strides = {{28_700, 41, 1}, {0, 41, 1}, {0, 0, 1}, {700, 1, 2100}, {0, 0, 0}};
      FusedKernel blocks = new FusedKernel(fused, 2, Work.NONE, Tiers.Mode.BLOCKS);
      FusedKernel loops = new FusedKernel(fused, 2, Work.NONE, Tiers.Mode.GENERATED);
      for (long[] s : strides) {
        for (int count = 1; count <= 3; count++) {
          Workers.threads(count);
          View a = new View(x.buffer(), DType.F32, shape, s, 7);
          View b = View.contiguous(x.buffer(), DType.F32, shape);
          View want = TestMemory.dense(arena, DType.F32, shape.dims());
          View got = TestMemory.dense(arena, DType.F32, shape.dims());
          blocks.launch(List.of(a, b), want);
          loops.launch(List.of(a, b), got);
          equal(want, got, a + ", " + count + " threads");
        }
      }
    } finally {
      Workers.threads(threads);
    }
  }

  @Test
  void aReductionOfAProgramGivesTheSameBits() {
    for (Shape shape : List.of(Shape.of(300_001), Shape.of(70, 333), Shape.of(333, 70))) {
      for (int axis = 0; axis < shape.rank(); axis++) {
        try (Arena arena = Arena.ofConfined()) {
          View x = TestMemory.random(TestMemory.dense(arena, DType.F32, shape.dims()), 5, -1, 1);
          Reduce sum = new Reduce(Reduction.SUM, Axes.of(axis));
          FusedReduce op = new FusedReduce(new Fused(shape, chain(DType.F32)), sum);
          long[] dims = shape.rank() == 1 ? new long[0] : new long[] {shape.dim(1 - axis)};
          View want = TestMemory.dense(arena, DType.F32, dims);
          View got = TestMemory.dense(arena, DType.F32, dims);
          FusedReduceKernel.of(op, 1, Work.NONE, Tiers.Mode.BLOCKS).launch(List.of(x), want);
          FusedReduceKernel loops = FusedReduceKernel.of(op, 1, Work.NONE, Tiers.Mode.GENERATED);
          loops.launch(List.of(x), got);
          assertEquals("reduce, generated loop", loops.name());
          equal(want, got, shape + ", axis " + axis);
        }
      }
    }
  }

  @Test
  void theResultMayTakeTheMemoryOfAnOperand() {
    for (int n : new int[] {17, 5000, 50_001}) {
      try (Arena arena = Arena.ofConfined()) {
        Fused fused = new Fused(Shape.of(n), chain(DType.F64));
        View x = special(arena, DType.F64, n, 3);
        View want = TestMemory.dense(arena, DType.F64, n);
        new FusedKernel(fused, 1, Work.NONE, Tiers.Mode.BLOCKS).launch(List.of(x), want);
        new FusedKernel(fused, 1, Work.NONE, Tiers.Mode.GENERATED).launch(List.of(x), x);
        equal(want, x, "in place, n " + n);
      }
    }
  }

  @Test
  void exponentialsStayInTheirLoops() {
    for (Unary row : Unary.values()) {
      VectorForm form = VectorForm.of(row, DType.F32, DType.F32);
      if (!exact(row)) {
        assertNull(form, row.toString());
      }
    }
    assertNull(VectorForm.of(Binary.POW, DType.F32, DType.F32));
    assertNotNull(VectorForm.of(Unary.SQRT, DType.F32, DType.F32));
    Fused sigmoid =
        new Fused(
            Shape.of(9),
            List.of(
                new Load(0, DType.F32),
                new Apply(Binary.ADD, 0, 0, -1, DType.F32),
                new Apply(Unary.SIGMOID, 1, -1, -1, DType.F32)));
    List<Segment.Part> parts = Segment.cut(Registers.of(sigmoid, 1));
    assertEquals(3, parts.size());
    assertNotNull(parts.get(0).segment(), "twice x, negated");
    assertNull(parts.get(1).segment(), "the exponential");
    assertNotNull(parts.get(2).segment(), "1 / (1 + e)");
    FusedKernel kernel = new FusedKernel(sigmoid, 1, Work.NONE, Tiers.Mode.GENERATED);
    assertEquals(
        "blocks of 2048, 2 generated loops of 4 operations, 1 other loop", kernel.details());
  }

  @Test
  void aLongProgramIsCut() {
    List<Instruction> program = new ArrayList<>();
    program.add(new Load(0, DType.F32));
    for (int i = 0; i < 100; i++) {
      program.add(new Apply(i % 2 == 0 ? Binary.ADD : Binary.MUL, i, 0, -1, DType.F32));
    }
    List<Segment.Part> parts = Segment.cut(Registers.of(new Fused(Shape.of(9), program), 1));
    assertEquals(5, parts.size());
    for (Segment.Part part : parts) {
      assertTrue(part.end() - part.first() <= Segment.MOST);
    }
  }

  @Test
  void aProgramThatRunsOftenIsTriedAndSaysHowItRuns() {
    int n = 1 << 16;
    Fused fused = new Fused(Shape.of(n), chain(DType.F32));
    FusedKernel kernel = new FusedKernel(fused, 1, Work.NONE, Tiers.Mode.AUTO);
    assertEquals("blocks", kernel.name());
    assertEquals("blocks of 2048, 8 loops", kernel.details());
    FusedKernel generated = new FusedKernel(fused, 1, Work.NONE, Tiers.Mode.GENERATED);
    assertEquals("generated loop", generated.name());
    assertEquals("1 generated loop of 8 operations", generated.details());
    try (Arena arena = Arena.ofShared()) {
      View x = special(arena, DType.F32, n, 3);
      View want = TestMemory.dense(arena, DType.F32, n);
      View got = TestMemory.dense(arena, DType.F32, n);
      kernel.launch(List.of(x), want);
      assertFalse(kernel.tiers().hot(), "one launch is not much");
      // Before, while and after the loop is tried beside the launches: the same bits.
      for (int i = 0; i < 2 * (Tiers.HOT / 8 / n); i++) {
        kernel.launch(List.of(x), got);
        equal(want, got, "launch " + i);
      }
      assertTrue(kernel.tiers().hot());
      kernel.tiers().generate();
      kernel.launch(List.of(x), got);
      equal(want, got, kernel.details());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void oneLoopReadsComputesAndWritesHalfTypes(DType t) {
    for (int n : new int[] {1, 15, 17, 2047, 5000, 50_001}) {
      try (Arena arena = Arena.ofConfined()) {
        Fused fused = new Fused(Shape.of(n), chain(t));
        View x = special(arena, t, n, 3);
        View want = TestMemory.dense(arena, t, n);
        View got = TestMemory.dense(arena, t, n);
        FusedKernel blocks = new FusedKernel(fused, 1, Work.NONE, Tiers.Mode.BLOCKS);
        FusedKernel loop = new FusedKernel(fused, 1, Work.NONE, Tiers.Mode.GENERATED);
        // Eight operations, and the rounding of the result.
        assertEquals("blocks of 2048, 9 loops", blocks.details());
        assertEquals("1 generated loop of 9 operations", loop.details());
        assertTrue(loop.tiers().now().raw(), "halves are read in place");
        blocks.launch(List.of(x), want);
        loop.launch(List.of(x), got);
        equal(want, got, t + ", n " + n);
        loop.launch(List.of(x), x);
        equal(want, x, t + " in place, n " + n);
      }
    }
  }

  @Test
  void loopsAreSharedByStructureBoundedAndUnloaded() {
    Registers one = Registers.of(new Fused(Shape.of(5), scaled(1, 3)), 1);
    Registers other = Registers.of(new Fused(Shape.of(7000), scaled(2, 3)), 1);
    Registers longer = Registers.of(new Fused(Shape.of(5), scaled(1, 4)), 1);
    assertEquals(segment(one), segment(other), "neither sizes nor constants matter");
    assertFalse(segment(one).equals(segment(longer)));
    assertTrue(GeneratedLoops.of(segment(one)) == GeneratedLoops.of(segment(other)));
    long before = unloaded();
    for (int bits = 0; bits < 3 * GeneratedLoops.MOST; bits++) {
      List<Instruction> program = new ArrayList<>();
      program.add(new Load(0, DType.F32));
      for (int i = 0; i < 12; i++) {
        boolean add = (bits >> i & 1) != 0;
        program.add(new Apply(add ? Binary.ADD : Binary.SUB, i, 0, -1, DType.F32));
      }
      GeneratedLoops.of(segment(Registers.of(new Fused(Shape.of(5), program), 1)));
      assertTrue(GeneratedLoops.size() <= GeneratedLoops.MOST);
    }
    for (int i = 0; i < 100 && unloaded() - before < GeneratedLoops.MOST; i++) {
      System.gc();
    }
    long gone = unloaded() - before;
    assertTrue(gone >= GeneratedLoops.MOST, () -> "only " + gone + " classes were unloaded");
  }

  @Test
  void aLoopThatLostBeforeLeavesTheBlocksAndSaysSo() {
    Registers program = Registers.of(new Fused(Shape.of(9), scaled(3, 5)), 1);
    Segment segment = segment(program);
    GeneratedLoops.refuse(segment);
    Tiers refused = new Tiers(program, DType.F32, Tiers.Mode.AUTO);
    refused.generate();
    assertFalse(refused.now().generated());
    assertEquals("blocks of 2048, 5 loops; a generated loop was not faster", refused.details());
  }

  @Test
  void theSwitchIsChecked() {
    assertEquals(Tiers.Mode.AUTO, Tiers.mode(null));
    assertEquals(Tiers.Mode.BLOCKS, Tiers.mode("blocks"));
    assertEquals(Tiers.Mode.GENERATED, Tiers.mode("generated"));
    ArrayException e = assertThrows(ArrayException.class, () -> Tiers.mode("fast"));
    assertEquals("-Dlazuli.fused=fast", e.given());
    assertEquals("auto, blocks or generated", e.accepted());
    assertEquals("leave it out, or for instance -Dlazuli.fused=blocks", e.fix());
  }

  private static long unloaded() {
    return ManagementFactory.getClassLoadingMXBean().getUnloadedClassCount();
  }

  private static Segment segment(Registers program) {
    Segment segment = Segment.cut(program).getFirst().segment();
    assertNotNull(segment);
    return segment;
  }

  private static List<Instruction> scaled(double factor, int times) {
    List<Instruction> program = new ArrayList<>();
    program.add(new Load(0, DType.F32));
    program.add(new Const(factor, DType.F32));
    for (int i = 0; i < times; i++) {
      program.add(new Apply(Binary.MUL, program.size() - 1, 1, -1, DType.F32));
    }
    return program;
  }

  /** Eight operations with four constants. */
  private static List<Instruction> chain(DType t) {
    List<Instruction> program = new ArrayList<>();
    program.add(new Load(0, t));
    program.add(new Const(1.5, t));
    program.add(new Const(0.25, t));
    program.add(new Const(2.0, t));
    program.add(new Const(1.0, t));
    program.add(new Apply(Binary.MUL, 0, 1, -1, t));
    program.add(new Apply(Binary.ADD, 5, 2, -1, t));
    program.add(new Apply(Unary.ABS, 6, -1, -1, t));
    program.add(new Apply(Unary.SQRT, 7, -1, -1, t));
    program.add(new Apply(Binary.MUL, 8, 3, -1, t));
    program.add(new Apply(Binary.SUB, 9, 4, -1, t));
    program.add(new Apply(Binary.MUL, 10, 0, -1, t));
    program.add(new Apply(Binary.ADD, 11, 0, -1, t));
    return program;
  }

  /** Values among which are all that arithmetic treats in its own way. */
  private static View special(Arena arena, DType t, int n, long seed) {
    View view = TestMemory.dense(arena, t, n);
    Random random = new Random(seed);
    for (int i = 0; i < n; i++) {
      double value =
          random.nextInt(3) == 0
              ? SPECIAL[random.nextInt(SPECIAL.length)]
              : random.nextInt(2) == 0
                  ? random.nextInt(9) - 4
                  : Math.scalb(random.nextGaussian(), random.nextInt(40) - 20);
      TestMemory.put(view, new long[] {i}, value);
    }
    return view;
  }

  /** Runs a program both ways; whether any of it was generated. */
  private static boolean same(DType to, List<View> inputs, String what, Instruction... program) {
    int n = (int) inputs.getFirst().shape().size();
    try (Arena arena = Arena.ofConfined()) {
      Fused fused = new Fused(Shape.of(n), List.of(program));
      View want = TestMemory.dense(arena, to, n);
      View got = TestMemory.dense(arena, to, n);
      int operands = inputs.size();
      new FusedKernel(fused, operands, Work.NONE, Tiers.Mode.BLOCKS).launch(inputs, want);
      FusedKernel loops = new FusedKernel(fused, operands, Work.NONE, Tiers.Mode.GENERATED);
      loops.launch(inputs, got);
      equal(want, got, what + ", " + List.of(program));
      return loops.name().equals("generated loop");
    }
  }

  private static void equal(View want, View got, String what) {
    MemorySegment a = want.buffer().segment();
    MemorySegment b = got.buffer().segment();
    DType t = want.dtype();
    long size = want.shape().size();
    if (a.asSlice(0, size * t.bytes()).mismatch(b.asSlice(0, size * t.bytes())) < 0) {
      return;
    }
    for (long i = 0; i < size; i++) {
      if (t.isFloat()) {
        assertEquals(Elements.get(a, t, i), Elements.get(b, t, i), what + ", element " + i);
      } else {
        assertEquals(Elements.getLong(a, t, i), Elements.getLong(b, t, i), what + ", at " + i);
      }
    }
  }
}
