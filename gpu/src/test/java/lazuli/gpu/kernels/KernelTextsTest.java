package lazuli.gpu.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lazuli.array.attention.Mask;
import lazuli.array.attention.Masks;
import lazuli.array.attention.Score;
import lazuli.array.attention.term.Term;
import lazuli.array.op.Binary;
import lazuli.array.op.Build;
import lazuli.array.op.Cast;
import lazuli.array.op.Distribution;
import lazuli.array.op.Fused;
import lazuli.array.op.Node;
import lazuli.array.op.Pointwise;
import lazuli.array.op.Reduction;
import lazuli.array.op.Scanning;
import lazuli.array.op.Ternary;
import lazuli.array.op.Unary;
import lazuli.array.op.Update;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;
import lazuli.gpu.exec.Clear;
import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.Element;
import lazuli.gpu.ptx.Operators;
import lazuli.gpu.ptx.PtxCompiler;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Every kernel's text compiles for every target, without spills and within its registers. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "needs x86-64 Linux")
class KernelTextsTest {
  /** Full occupancy at 256 threads a block: 65,536 registers for 2,048 threads. */
  private static final int FULL = 32;

  /** Half of it, which memory-bound kernels with long arithmetic may take. */
  private static final int HALF = 64;

  /** A quarter: several elements at once of a long function in f64. */
  private static final int WIDE = 128;

  private static final List<DType> TYPES =
      List.of(
          DType.F32, DType.F64, DType.F16, DType.BF16, DType.I32, DType.I64, DType.BOOL, DType.U8);

  private static Fused program(Pointwise op, DType type, DType result) {
    List<Fused.Instruction> code = new ArrayList<>();
    int operands = op instanceof Binary ? 2 : op instanceof Ternary ? 3 : 1;
    for (int i = 0; i < operands; i++) {
      boolean condition = op instanceof Ternary && i == 0;
      code.add(new Fused.Load(i, condition ? DType.BOOL : type));
    }
    code.add(new Fused.Apply(op, 0, operands > 1 ? 1 : -1, operands > 2 ? 2 : -1, result));
    return new Fused(Shape.of(1), code);
  }

  private static DType result(Pointwise op, DType type) {
    return op.infer(
            List.of(aval(op instanceof Ternary ? DType.BOOL : type), aval(type), aval(type)))
        .dtype();
  }

  private static lazuli.array.op.Aval aval(DType type) {
    return new lazuli.array.op.Aval(Shape.of(1), type, lazuli.array.type.Device.CPU);
  }

  private static List<Pointwise> rows() {
    List<Pointwise> rows = new ArrayList<>(List.of(Unary.values()));
    rows.addAll(List.of(Binary.values()));
    rows.addAll(List.of(Ternary.values()));
    return rows;
  }

  private static boolean takes(Pointwise op, DType type) {
    var rule = op instanceof Unary u ? u.rule() : op instanceof Binary b ? b.rule() : null;
    return switch (rule) {
      case null -> true;
      case FLOAT -> type.isFloat();
      case LOGICAL -> type == DType.BOOL;
      case INTEGER -> !type.isFloat();
      case NUMERIC -> type != DType.BOOL;
      case ARITHMETIC, COMPARE -> true;
    };
  }

  @TestFactory
  Stream<DynamicTest> everyRowCompiles() {
    return rows().stream()
        .map(
            op ->
                DynamicTest.dynamicTest(
                    op.label(), () -> compile(op, "sm_80", List.of(first(op)))));
  }

  @TestFactory
  @Tag("slow")
  Stream<DynamicTest> everyRowCompilesInEveryTypeForEveryTarget() {
    List<DynamicTest> tests = new ArrayList<>();
    for (String target : PtxCompiler.TARGETS) {
      for (Pointwise op : rows()) {
        tests.add(
            DynamicTest.dynamicTest(op.label() + " " + target, () -> compile(op, target, TYPES)));
      }
    }
    return tests.stream();
  }

  private static void compile(Pointwise op, String target, List<DType> types) {
    int inputs = op instanceof Binary ? 2 : op instanceof Ternary ? 3 : 1;
    for (DType type : types) {
      if (takes(op, type) && Operators.has(op, type)) {
        DType result = result(op, type);
        Fused program = program(op, type, result);
        int width = type.bytes() == 8 ? 2 : 4;
        within(FusedKernel.contiguous(program, inputs, result, width), target, WIDE);
        if (type == first(op)) {
          within(FusedKernel.strided(program, inputs, result, 4), target, HALF);
        }
      }
    }
  }

  private static DType first(Pointwise op) {
    return TYPES.stream().filter(t -> takes(op, t)).findFirst().orElseThrow();
  }

  private static PtxCompiler.Usage used(Code code, String target) {
    String text = Code.module("sm_80", List.of(code));
    Map<String, PtxCompiler.Usage> usage = PtxCompiler.compile(text, target);
    PtxCompiler.Usage used = usage.get(code.name());
    assertTrue(used != null, () -> "no report for " + code.name() + ": " + usage);
    return used;
  }

  private static void within(Code code, String target, int registers) {
    PtxCompiler.Usage used = used(code, target);
    assertEquals(0, used.spilled(), () -> code.name() + " spills");
    assertTrue(
        used.registers() <= registers,
        () -> code.name() + " takes " + used.registers() + " registers, may take " + registers);
  }

  @TestFactory
  Stream<DynamicTest> everyOtherKernelCompiles() {
    return others(new String[] {"sm_80"}, List.of(DType.F32, DType.BF16));
  }

  @TestFactory
  @Tag("slow")
  Stream<DynamicTest> everyOtherKernelCompilesForEveryTarget() {
    return others(
        PtxCompiler.TARGETS,
        List.of(DType.F32, DType.F64, DType.F16, DType.BF16, DType.I32, DType.I64, DType.BOOL));
  }

  private static Stream<DynamicTest> others(String[] targets, List<DType> types) {
    Map<String, Code> kernels = new LinkedHashMap<>();
    for (Reduction row : Reduction.values()) {
      for (DType type : types) {
        if (row.type(type) == type) {
          for (boolean columns : new boolean[] {true, false}) {
            kernels.put(
                row + " " + type + (columns ? " columns" : ""),
                ReduceKernel.code(
                    new ReduceKernel.Form(row, type, type, type, 2, 2, columns, true)));
          }
        }
      }
    }
    for (DType type : types.stream().filter(DType::isFloat).toList()) {
      kernels.put("softmax " + type, SoftmaxKernel.code(type, 2, false));
      kernels.put("logsumexp " + type, SoftmaxKernel.code(type, 2, true));
      kernels.put("arange " + type, SequenceKernel.range(type));
      kernels.put("uniform " + type, SequenceKernel.random(Distribution.UNIFORM, type));
      kernels.put("normal " + type, SequenceKernel.random(Distribution.NORMAL, type));
    }
    lines(kernels, types);
    List<DynamicTest> tests = new ArrayList<>();
    for (String target : targets) {
      kernels.forEach(
          (name, code) ->
              tests.add(
                  DynamicTest.dynamicTest(name + " " + target, () -> within(code, target, HALF))));
    }
    return tests.stream();
  }

  /** Sorts, scans, and what moves elements by their place. */
  private static void lines(Map<String, Code> kernels, List<DType> types) {
    for (DType type : types) {
      for (boolean narrow : new boolean[] {false, true}) {
        for (Scanning row : Scanning.values()) {
          if (ScanKernel.has(row, type)) {
            kernels.put(
                row + " " + type + narrow,
                ScanKernel.code(new ScanKernel.Form(row, type, narrow, 2, narrow)));
          }
        }
        kernels.put(
            "argmax " + type + narrow,
            ArgReduceKernel.code(new ArgReduceKernel.Form(type, narrow, 2, narrow)));
        kernels.put(
            "sort " + type + narrow,
            SortCode.piece(new SortCode.Form(type, narrow, narrow ? 64 : 1024, 2, narrow)));
        kernels.put(
            "sort emit " + type + narrow,
            SortCode.emit(new SortCode.Form(type, narrow, 0, 2, true)));
        kernels.put(
            "search " + type + narrow, SearchKernel.code(new SearchKernel.Form(type, narrow, 2)));
      }
      for (Update update : Update.values()) {
        if (ScatterKernel.has(update, type) && !type.isHalf()) {
          kernels.put(
              "scatter " + update + type,
              ScatterKernel.code(
                  new ScatterKernel.Form(update, type, type, List.of(DType.I32), 1, 2)));
        }
      }
      DType bits = type.bytes() == 2 ? DType.U16 : DType.U32;
      kernels.put("place " + bits, PlaceKernel.code(new PlaceKernel.Form(bits, 3)));
      kernels.put(
          "gather " + bits,
          GatherKernel.code(new GatherKernel.Form(bits, List.of(DType.I32, DType.I64), 3)));
    }
    kernels.put("sort across", SortCode.across());
    kernels.put("sort within", SortCode.within());
    kernels.put("clear", Clear.code());
    for (DType type : List.of(DType.F32, DType.F64, DType.BF16, DType.F16)) {
      kernels.put("peak " + type, PeakCode.code(type));
    }
  }

  /** Registers that leave room for the blocks that a kernel declares, of 65,536 in all. */
  static int share(int threads, int blocks) {
    // The compiler gives registers in eights, and no thread more than 255.
    return Math.min(255, 65_536 / (threads * blocks) / 8 * 8);
  }

  /** A text and the registers that it may take. */
  private record Budgeted(String name, Code code, int registers) {
    Budgeted(FlashHalf.Form f) {
      this("flash " + f, FlashHalf.code(f), share(FlashHalf.THREADS, f.blocks()));
    }

    Budgeted(SplitAttention.Form f) {
      this("split " + f, SplitAttention.code(f), share(SplitAttention.THREADS, f.blocks()));
    }

    DynamicTest test(String... targets) {
      return DynamicTest.dynamicTest(
          name,
          () -> {
            for (String target : targets) {
              within(code, target, registers);
            }
          });
    }
  }

  private static List<Budgeted> products(List<DType> halves) {
    List<Budgeted> all = new ArrayList<>();
    for (DType type : halves) {
      for (Code code : MatMulHalf.texts(type)) {
        String name = "mma " + type + " " + all.size();
        all.add(new Budgeted(name, code, share(MatMulHalf.THREADS, 2)));
      }
    }
    for (DType type : List.of(DType.F32, DType.F64)) {
      int registers = share(MatMulPlain.THREADS, 2);
      all.add(new Budgeted("gemm " + type, MatMulPlain.code(type, 1), registers));
    }
    return all;
  }

  @TestFactory
  Stream<DynamicTest> productsAndAttentionCompileForEveryTarget() {
    DType half = DType.BF16;
    List<Budgeted> all = products(List.of(half));
    all.add(new Budgeted(new FlashHalf.Form(half, 64, 64, true, false, null)));
    all.add(new Budgeted(new FlashHalf.Form(half, 128, 128, true, true, null)));
    all.add(new Budgeted(new FlashHalf.Form(half, 128, 128, false, true, DType.F32)));
    all.add(new Budgeted(new FlashHalf.Form(DType.F16, 64, 64, true, true, DType.BOOL)));
    DType full = DType.F32;
    all.add(
        new Budgeted(
            new SplitAttention.Form(full, half, DType.F16, full, 128, 128, true, null, true)));
    all.add(
        new Budgeted(
            new SplitAttention.Form(half, half, half, half, 64, 64, false, DType.BOOL, false)));
    return all.stream().map(one -> one.test(PtxCompiler.TARGETS));
  }

  private static Budgeted mask(ScoreRules rules) {
    return new Budgeted(
        "mask tiles " + rules,
        MaskTiles.code(new MaskTiles.Form(rules, 64)),
        share(MaskTiles.THREADS, 8));
  }

  /** Masks and score changes, alone and with all else that there is. */
  private static List<ScoreRules> rules() {
    Mask window = Mask.of((b, h, q, k) -> q.aligned().sub(k).lt(256));
    Mask documents = Masks.documents(Build.fill(DType.I64, Shape.of(512), 0L));
    Score alibi = Masks.alibi(Build.fill(DType.F32, Shape.of(8), 0.5));
    Score capped = alibi.then(Masks.softCap(50));
    return List.of(
        rules(window, null, false),
        rules(documents, null, false),
        rules(window, alibi, false),
        rules(null, capped, false),
        rules(documents, capped, true));
  }

  private static ScoreRules rules(Mask mask, Score score, boolean more) {
    List<Node> tables = new ArrayList<>();
    Term visible = mask == null ? null : mask.visible().resolved(tables);
    Term changed = score == null ? null : score.changed().resolved(tables);
    List<ScoreRules.TableForm> forms =
        tables.stream().map(x -> new ScoreRules.TableForm(x.aval().dtype(), 1)).toList();
    DType sinks = more ? DType.F32 : null;
    return new ScoreRules(visible, changed, forms, more, more, more, false, sinks, more);
  }

  private static Budgeted flash(int dim, boolean causal, DType mask, ScoreRules rules) {
    return new Budgeted(new FlashHalf.Form(DType.BF16, dim, dim, true, causal, mask, rules));
  }

  private static Budgeted split(int dim, boolean causal, DType mask, ScoreRules rules) {
    DType half = DType.BF16;
    return new Budgeted(
        new SplitAttention.Form(half, half, half, half, dim, dim, causal, mask, true, rules));
  }

  @TestFactory
  Stream<DynamicTest> masksAndScoresCompile() {
    List<ScoreRules> rules = rules();
    List<Budgeted> all = new ArrayList<>();
    all.add(flash(64, true, null, rules.get(0)));
    all.add(flash(128, true, null, rules.get(2)));
    all.add(split(128, true, null, rules.get(4)));
    all.add(mask(rules.get(1)));
    return all.stream().map(one -> one.test("sm_80"));
  }

  @TestFactory
  @Tag("slow")
  Stream<DynamicTest> everyMaskAndScoreCompilesForEveryTarget() {
    List<Budgeted> all = new ArrayList<>();
    for (ScoreRules one : rules()) {
      for (int dim : new int[] {32, 64, 128, 256}) {
        for (boolean causal : new boolean[] {false, true}) {
          DType mask = causal ? DType.BF16 : null;
          if (dim <= 128) {
            all.add(flash(dim, causal, mask, one));
          }
          all.add(split(dim, causal, mask, one));
        }
      }
      if (one.visible() != null) {
        all.add(mask(one));
      }
    }
    return all.stream().map(one -> one.test(PtxCompiler.TARGETS));
  }

  /**
   * Every form of the products and of attention that the device may ask for, but for strides; the
   * targets take turns, since a thousand compilations take longer than they tell.
   */
  @TestFactory
  @Tag("slow")
  Stream<DynamicTest> everyProductAndAttentionCompiles() {
    List<Budgeted> all = products(List.of(DType.BF16, DType.F16));
    DType[] masks = {null, DType.BOOL, DType.BF16, DType.F32, DType.F64};
    DType[][] mixes = {
      {DType.F32, DType.F32, DType.F32, DType.F32},
      {DType.BF16, DType.BF16, DType.BF16, DType.BF16},
      {DType.F32, DType.BF16, DType.F16, DType.F32},
    };
    for (DType mask : masks) {
      for (boolean causal : new boolean[] {false, true}) {
        for (DType type : List.of(DType.BF16, DType.F16)) {
          for (int dim : new int[] {16, 32, 64, 96, 128}) {
            all.add(new Budgeted(new FlashHalf.Form(type, dim, dim, true, causal, mask)));
            all.add(new Budgeted(new FlashHalf.Form(type, dim, dim, false, causal, mask)));
          }
        }
        for (DType[] t : mixes) {
          for (int dim : new int[] {32, 64, 128, 256}) {
            all.add(
                new Budgeted(
                    new SplitAttention.Form(
                        t[0], t[1], t[2], t[3], dim, dim, causal, mask, causal)));
          }
        }
      }
    }
    String[] targets = PtxCompiler.TARGETS;
    return IntStream.range(0, all.size())
        .mapToObj(i -> all.get(i).test(targets[i % targets.length]));
  }

  @TestFactory
  @Tag("slow")
  Stream<DynamicTest> everyCastCompiles() {
    List<DynamicTest> tests = new ArrayList<>();
    for (String target : PtxCompiler.TARGETS) {
      for (DType from : DType.values()) {
        if (!Element.has(from)) {
          continue;
        }
        tests.add(
            DynamicTest.dynamicTest(
                from + " " + target,
                () -> {
                  for (DType to : DType.values()) {
                    if (to != from && Element.has(to)) {
                      Fused program = program(new Cast(to, "user", ""), from, to);
                      within(FusedKernel.contiguous(program, 1, to, 1), target, FULL);
                    }
                  }
                }));
      }
    }
    return tests.stream();
  }
}
