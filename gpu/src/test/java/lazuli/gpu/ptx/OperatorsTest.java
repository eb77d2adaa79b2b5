package lazuli.gpu.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import lazuli.array.backend.Elements;
import lazuli.array.op.Aval;
import lazuli.array.op.Binary;
import lazuli.array.op.Pointwise;
import lazuli.array.op.Rule;
import lazuli.array.op.Unary;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.array.type.Rounding;
import lazuli.array.type.Shape;
import lazuli.gpu.driver.Driver;
import lazuli.gpu.sim.SimDriver;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The rows of operations as PTX, executed by the simulated GPU, against their meaning. */
class OperatorsTest {
  private static final int N = 96;

  private static List<Pointwise> rows() {
    List<Pointwise> rows = new ArrayList<>(List.of(Unary.values()));
    rows.addAll(List.of(Binary.values()));
    return rows;
  }

  private static boolean takes(Pointwise op, DType type) {
    Rule rule = op instanceof Unary u ? u.rule() : ((Binary) op).rule();
    return switch (rule) {
      case FLOAT -> type.isFloat();
      case LOGICAL -> type == DType.BOOL;
      case NUMERIC -> type != DType.BOOL;
      case INTEGER -> !type.isFloat();
      case ARITHMETIC, COMPARE -> true;
    };
  }

  private static DType result(Pointwise op, DType type) {
    Aval aval = new Aval(Shape.of(1), type, Device.CPU);
    return op.infer(List.of(aval, aval)).dtype();
  }

  @TestFactory
  Stream<DynamicTest> everyRowWithPtxKeepsItsMeaningInEveryType() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Pointwise op : rows()) {
      for (DType type : DType.values()) {
        if (takes(op, type) && Operators.has(op, type)) {
          tests.add(DynamicTest.dynamicTest(op.label() + " " + type, () -> agrees(op, type)));
        }
      }
    }
    assertTrue(tests.size() > 200, tests.size() + " rows and types");
    return tests.stream();
  }

  /** One thread an element: load, apply, store. */
  private static Code kernel(Pointwise op, DType type, DType result) {
    Code c = new Code("row", N);
    Reg a = c.param(Kind.B64);
    Reg b = c.param(Kind.B64);
    Reg to = c.param(Kind.B64);
    Reg index = c.b32("mov.u32", "%tid.x");
    Reg x = Element.load(c, ".global", type, at(c, index, type, a));
    Reg y = Element.load(c, ".global", type, at(c, index, type, b));
    Reg value =
        op instanceof Unary unary
            ? Operators.apply(c, unary, type, x)
            : Operators.apply(c, (Binary) op, type, x, y);
    Element.store(c, ".global", result, at(c, index, result, to), value);
    return c;
  }

  private static String at(Code c, Reg index, DType type, Reg base) {
    return Code.at(c.b64("mad.wide.u32", index, type.bytes(), base), 0);
  }

  private static double[] sample(Pointwise op, DType type, int seed) {
    double low = op instanceof Unary u ? u.low() : ((Binary) op).low();
    double high = op instanceof Unary u ? u.high() : ((Binary) op).high();
    Random random = new Random(seed);
    double[] values = new double[N];
    for (int i = 0; i < N; i++) {
      double x = low + (high - low) * random.nextDouble();
      x = type.kind() == DType.Kind.UNSIGNED || type == DType.BOOL ? Math.abs(x) : x;
      values[i] = Rounding.to(type, type.isFloat() ? x : Math.rint(x));
    }
    return values;
  }

  private static double[] run(Pointwise op, DType type, DType result, double[] a, double[] b) {
    SimDriver driver = new SimDriver(1, 1 << 20);
    driver.use(driver.retainContext(0));
    String text = Code.module("sm_80", List.of(kernel(op, type, result)));
    long module = driver.loadModule((text + '\0').getBytes(StandardCharsets.UTF_8));
    long stream = driver.createStream();
    long bytes = 8L * N;
    long left = driver.allocate(bytes);
    long right = driver.allocate(bytes);
    long to = driver.allocate(bytes);
    double[] got = new double[N];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(bytes, 16);
      for (int i = 0; i < N; i++) {
        Elements.set(memory, type, i, a[i]);
      }
      driver.copyToDevice(left, memory);
      for (int i = 0; i < N; i++) {
        Elements.set(memory, type, i, b[i]);
      }
      driver.copyToDevice(right, memory);
      driver.launch(
          driver.function(module, "row"),
          new Driver.Grid(1, 1, 1, N, 0),
          stream,
          List.of(left, right, to));
      driver.synchronizeStream(stream);
      driver.copyToHost(memory, to);
      for (int i = 0; i < N; i++) {
        got[i] = Elements.get(memory, result, i);
      }
    }
    return got;
  }

  private static void agrees(Pointwise op, DType type) {
    double[] a = sample(op, type, 1);
    double[] b = sample(op, type, 2);
    DType result = result(op, type);
    double[] got = run(op, type, result, a, b);
    for (int i = 0; i < N; i++) {
      double exact = meaning(op, a[i], b[i]);
      if (op == Binary.POW && !type.isFloat()) {
        exact = b[i] < 0 && Math.abs(a[i]) != 1 ? 0 : exact;
      }
      if (op == Unary.BITWISE_NOT && type == DType.BOOL) {
        exact = 1 - a[i];
      }
      double expected = exact;
      double allowed = 0;
      if (result.isFloat()) {
        double once = result == DType.F16 ? 0x1p-11 : result == DType.BF16 ? 0x1p-8 : 0;
        double unit = result == DType.F64 ? 0x1p-53 : 0x1p-24;
        double scale = Math.max(Math.abs(exact), Math.max(1e-3, Math.abs(a[i])));
        allowed = Math.abs(exact) * once + 5 * unit * scale + (once == 0x1p-11 ? 0x1p-25 : 0);
      } else if (result == DType.BOOL) {
        expected = exact != 0 ? 1 : 0;
      } else {
        expected = Rounding.wrap(result, (long) exact);
        expected = result == DType.U64 && expected < 0 ? expected + 0x1p64 : expected;
      }
      String where = op.label() + "(" + a[i] + ", " + b[i] + ") in " + type;
      assertEquals(expected, got[i], allowed, where);
    }
  }

  private static double meaning(Pointwise op, double a, double b) {
    return op instanceof Unary unary
        ? unary.function().applyAsDouble(a)
        : ((Binary) op).function().applyAsDouble(a, b);
  }

  /** What the samples of the rows do not reach: zeros with a sign, infinities, NaN, near zero. */
  @Test
  void edgesAreJavas() {
    double[] edges = {
      0.0,
      -0.0,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      Double.NaN,
      0.5,
      -0.5,
      1.5,
      2.5,
      -2.5,
      1e-8,
      -1e-8,
      0x1p-12,
      0x1.01p-12,
      0.02,
      -0.9,
      8,
      1000
    };
    double[] a = java.util.Arrays.copyOf(edges, N);
    for (DType type : new DType[] {DType.F32, DType.F64}) {
      for (Unary row :
          List.of(
              Unary.SIGN,
              Unary.FLOOR,
              Unary.CEIL,
              Unary.TRUNC,
              Unary.ROUND,
              Unary.IS_NAN,
              Unary.IS_INF,
              Unary.IS_FINITE,
              Unary.IS_POS_INF,
              Unary.IS_NEG_INF,
              Unary.EXPM1,
              Unary.LOG1P,
              Unary.LOG2,
              Unary.LOG10,
              Unary.SINH,
              Unary.COSH,
              Unary.ASINH,
              Unary.ATANH)) {
        if (!Operators.has(row, type)) {
          continue;
        }
        double[] got = run(row, type, result(row, type), a, a);
        for (int i = 0; i < edges.length; i++) {
          double x = Rounding.to(type, edges[i]);
          double expected = Rounding.to(type, row.function().applyAsDouble(x));
          String where = row.label() + "(" + x + ") in " + type;
          double ulp = type == DType.F32 ? Math.ulp((float) expected) : Math.ulp(expected);
          assertEquals(expected, got[i], Double.isFinite(ulp) ? ulp : 0, where);
          if (expected == 0) {
            assertEquals(1 / expected, 1 / got[i], where + ": the sign of zero");
          }
        }
      }
    }
  }

  @Test
  void shiftsBeyondTheWidthLeaveZerosOrTheSign() {
    double[] a = new double[N];
    double[] b = new double[N];
    double[] counts = {0, 1, 7, 8, 31, 32, 40, 63, 64, 100};
    for (DType type : new DType[] {DType.I8, DType.U8, DType.I32, DType.U32, DType.I64}) {
      for (int i = 0; i < counts.length; i++) {
        a[i] = type.kind() == DType.Kind.UNSIGNED ? 77 : -77;
        b[i] = counts[i];
      }
      double[] left = run(Binary.LEFT_SHIFT, type, type, a, b);
      double[] right = run(Binary.RIGHT_SHIFT, type, type, a, b);
      for (int i = 0; i < counts.length; i++) {
        long value = (long) a[i];
        long shifted = b[i] > 63 ? 0 : value << (long) b[i];
        assertEquals((double) Rounding.wrap(type, shifted), left[i], type + " << " + b[i]);
        long down = value >> Math.min(63, (long) b[i]);
        assertEquals((double) down, right[i], type + " >> " + b[i]);
      }
    }
  }

  /** Bits beyond the low 32, which the small numbers of the rows' samples do not reach. */
  @Test
  void bitsOfWideIntegersAreAllThere() {
    double[] a = new double[N];
    double[] b = new double[N];
    java.util.Arrays.fill(a, 0x5_0000_0007L);
    java.util.Arrays.fill(b, 0x6_0000_0003L);
    assertEquals(0x4_0000_0003L, run(Binary.BITWISE_AND, DType.I64, DType.I64, a, b)[95]);
    assertEquals(0x7_0000_0007L, run(Binary.BITWISE_OR, DType.I64, DType.I64, a, b)[95]);
    assertEquals(0x3_0000_0004L, run(Binary.BITWISE_XOR, DType.U64, DType.U64, a, b)[95]);
  }

  @Test
  void narrowFloatsAreRefused() {
    for (DType type : new DType[] {DType.F8_E4M3, DType.F8_E5M2}) {
      assertEquals(false, Element.has(type));
      assertEquals(false, Operators.has(Binary.ADD, type));
      assertEquals(false, Operators.has(new lazuli.array.op.Cast(type, "user", ""), DType.F32));
    }
  }

  /** The rows without PTX; every other one is executed by the test above. */
  @Test
  void onlyTheseRowsHaveNoPtx() {
    List<String> missing = new ArrayList<>();
    for (Pointwise op : rows()) {
      List<DType> types = new ArrayList<>();
      List<DType> without = new ArrayList<>();
      for (DType type : DType.values()) {
        if (takes(op, type) && Element.has(type)) {
          types.add(type);
          if (!Operators.has(op, type)) {
            without.add(type);
          }
        }
      }
      if (!without.isEmpty()) {
        missing.add(op.label() + (without.equals(types) ? "" : " " + without));
      }
    }
    assertEquals(
        "erf [f64], expm1 [f64], log1p [f64], log2 [f64], log10 [f64], tan [f64], arcsin,"
            + " arccos, arctan, sinh [f64], cosh [f64], arcsinh [f64], arccosh [f64], arctanh"
            + " [f64], erfinv, pow [f64], floorDivide, remainder, logaddexp, arctan2",
        String.join(", ", missing));
  }
}
