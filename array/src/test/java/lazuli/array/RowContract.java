package lazuli.array;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.Stream;
import lazuli.array.op.Binary;
import lazuli.array.op.Build;
import lazuli.array.op.Reduction;
import lazuli.array.op.Rule;
import lazuli.array.op.Ternary;
import lazuli.array.op.Unary;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Promotion;
import lazuli.array.type.Rounding;
import lazuli.array.type.Tolerance;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every row of operations, in every type, over awkward shapes, on one backend, against plain {@code
 * double[]} loops over the row's meaning in float64.
 */
abstract class RowContract {
  /** {@return the backend under test} */
  abstract String backend();

  private DynamicTest test(String name, Executable body) {
    return DynamicTest.dynamicTest(
        name,
        () ->
            on(
                backend(),
                () -> {
                  body.run();
                  return name;
                }));
  }

  /** A test body. */
  private interface Executable {
    void run();
  }

  private static final DType[] TYPES = {
    DType.F32,
    DType.F64,
    DType.F16,
    DType.BF16,
    DType.I32,
    DType.I64,
    DType.BOOL,
    DType.U8,
    DType.I16,
    DType.U32,
    DType.U64
  };

  private static final long[][] SHAPES = {
    {}, {0}, {1}, {3, 0, 2}, {17}, {1021}, {2, 3, 5}, {1, 7, 1}, {64, 33}
  };

  /** {@return values of the type in an interval, exact in the type} */
  static double[] sample(DType type, long size, double low, double high, long seed) {
    Random random = new Random(seed);
    double[] out = new double[(int) size];
    for (int i = 0; i < out.length; i++) {
      double x = low + (high - low) * random.nextDouble();
      if (type.kind() == DType.Kind.UNSIGNED) {
        x = Math.abs(x);
      }
      out[i] = Rounding.to(type, type.isFloat() ? x : Math.rint(x));
    }
    return out;
  }

  static Array make(double[] values, DType type, long... shape) {
    return array(values, type).reshape(shape);
  }

  static long size(long[] shape) {
    long n = 1;
    for (long d : shape) {
      n *= d;
    }
    return n;
  }

  private static String name(String op, DType type, long[] shape) {
    return op + " " + type + java.util.Arrays.toString(shape);
  }

  /** {@return the value as the type can show it: integers wrap, floating values stay unrounded} */
  private static double exact(DType type, double value) {
    if (type == DType.U64 && value < 0) {
      return value + 0x1p64;
    }
    return type.isFloat()
        ? value
        : type == DType.BOOL ? (value != 0 ? 1 : 0) : Rounding.wrap(type, (long) value);
  }

  private static void close(double expected, double got, DType type, long terms, double scale) {
    if (Double.isNaN(expected) || Double.isInfinite(expected)) {
      assertEquals(expected, got);
      return;
    }
    double allowed = Tolerance.of(type, terms, Math.max(scale, Math.abs(expected)));
    assertTrue(
        Math.abs(expected - got) <= allowed,
        () -> "expected " + expected + ", got " + got + ", allowed difference " + allowed);
  }

  @TestFactory
  Stream<DynamicTest> everyUnaryRowAgreesWithItsMeaning() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Unary row : Unary.values()) {
      for (DType type : TYPES) {
        for (long[] shape : SHAPES) {
          tests.add(test(name(row.label(), type, shape), () -> unary(row, type, shape)));
        }
      }
    }
    return tests.stream();
  }

  private static void unary(Unary row, DType type, long... shape) {
    double[] x = sample(type, size(shape), row.low(), row.high(), 1);
    if (row.rule() == Rule.NUMERIC && type == DType.BOOL) {
      org.junit.jupiter.api.Assertions.assertThrows(
          ArrayException.class, () -> Build.unary(row, make(x, type, shape).node()));
      return;
    }
    if (row.rule() == Rule.INTEGER && type.isFloat()) {
      org.junit.jupiter.api.Assertions.assertThrows(
          ArrayException.class, () -> Build.unary(row, make(x, type, shape).node()));
      return;
    }
    Array y = new Array(Build.unary(row, make(x, type, shape).node()));
    DType result =
        switch (row.rule()) {
          case FLOAT -> Promotion.lifted(type);
          case COMPARE, LOGICAL -> DType.BOOL;
          case ARITHMETIC, NUMERIC, INTEGER -> type;
        };
    assertEquals(result, y.dtype());
    double[] got = y.toDoubleArray();
    assertEquals(x.length, got.length);
    for (int i = 0; i < x.length; i++) {
      double expected = exact(result, row.function().applyAsDouble(x[i]));
      if (row == Unary.BITWISE_NOT && type == DType.BOOL) {
        expected = 1 - x[i];
      }
      // Where exp and its like cancel (1 - y * y) the operands' size counts, at least 1.
      close(expected, got[i], result, 1, result.isFloat() ? Math.max(1e-3, Math.abs(x[i])) : 0);
    }
  }

  @TestFactory
  Stream<DynamicTest> everyBinaryRowAgreesWithItsMeaning() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Binary row : Binary.values()) {
      for (DType type : TYPES) {
        for (long[] shape : SHAPES) {
          tests.add(test(name(row.label(), type, shape), () -> binary(row, type, type, shape)));
        }
        tests.add(
            test(
                row.label() + " " + type + " with f32", () -> binary(row, type, DType.F32, 4, 17)));
      }
    }
    return tests.stream();
  }

  private static void binary(Binary row, DType left, DType right, long... shape) {
    double[] a = sample(left, size(shape), row.low(), row.high(), 1);
    double[] b = sample(right, size(shape), row.low(), row.high(), 2);
    DType both = Promotion.of(left, right);
    if (row.rule() == Rule.INTEGER && both.isFloat()) {
      org.junit.jupiter.api.Assertions.assertThrows(
          ArrayException.class,
          () -> Build.binary(row, make(a, left, shape).node(), make(b, right, shape).node()));
      return;
    }
    Array y =
        new Array(Build.binary(row, make(a, left, shape).node(), make(b, right, shape).node()));
    DType result =
        switch (row.rule()) {
          case FLOAT -> Promotion.lifted(both);
          case COMPARE, LOGICAL -> DType.BOOL;
          case ARITHMETIC, NUMERIC, INTEGER -> both;
        };
    assertEquals(result, y.dtype());
    double[] got = y.toDoubleArray();
    assertEquals(a.length, got.length);
    for (int i = 0; i < a.length; i++) {
      double expected = exact(result, row.function().applyAsDouble(a[i], b[i]));
      if (!both.isFloat() && row == Binary.POW) {
        expected = exact(result, b[i] < 0 ? 0 : Math.pow(a[i], b[i]));
      }
      close(expected, got[i], result, 1, 0);
    }
  }

  /** Each operand in turn is a row, a column, a scalar, a transpose, reversed or every other. */
  @TestFactory
  Stream<DynamicTest> binaryRowsBroadcastAndReadStridedOperands() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Binary row : Binary.values()) {
      for (DType type : new DType[] {DType.F32, DType.F16, DType.I32, DType.BOOL}) {
        if (row.rule() != Rule.INTEGER || !type.isFloat()) {
          tests.add(test(row.label() + " " + type, () -> strided(row, type)));
        }
      }
    }
    return tests.stream();
  }

  private static void strided(Binary row, DType type) {
    int m = 19;
    int n = 37;
    double[] big = sample(type, 2L * m * 2 * n, row.low(), row.high(), 3);
    Array whole = make(big, type, 2 * m, 2 * n);
    Array[] left = {
      whole.get("::2, ::-2"),
      make(big, type, 2 * n, 2 * m).t().get("0:" + m + ", :" + n),
      whole.get("0, 0:" + n),
      whole.get("0:" + m + ", 3:4"),
      whole.get("5, 6")
    };
    DoubleBinaryOperator[] at = {
      (i, j) -> big[(int) (2 * i * 2 * n + (2 * n - 1 - 2 * j))],
      (i, j) -> big[(int) (j * 2 * m + i)],
      (i, j) -> big[(int) j],
      (i, j) -> big[(int) (i * 2 * n + 3)],
      (i, j) -> big[5 * 2 * n + 6]
    };
    double[] right = sample(type, (long) m * n, row.low(), row.high(), 4);
    Array other = make(right, type, m, n);
    for (int form = 0; form < left.length; form++) {
      double[] one = new Array(Build.binary(row, left[form].node(), other.node())).toDoubleArray();
      double[] two = new Array(Build.binary(row, other.node(), left[form].node())).toDoubleArray();
      DType result = new Array(Build.binary(row, other.node(), left[form].node())).dtype();
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          double a = at[form].applyAsDouble(i, j);
          double b = right[i * n + j];
          close(meaning(row, type, result, a, b), one[i * n + j], result, 1, 0);
          close(meaning(row, type, result, b, a), two[i * n + j], result, 1, 0);
        }
      }
    }
  }

  private static double meaning(Binary row, DType type, DType result, double a, double b) {
    if (!type.isFloat() && row == Binary.POW) {
      return exact(result, b < 0 ? 0 : Math.pow(a, b));
    }
    return exact(result, row.function().applyAsDouble(a, b));
  }

  @Test
  void whereChoosesAndBroadcasts() {
    for (DType type : TYPES) {
      double[] a = sample(type, 21, -3, 3, 1);
      double[] b = sample(type, 21, -3, 3, 2);
      Array condition = make(new double[] {1, 0, 1}, DType.BOOL, 3, 1);
      double[] got = where(condition, make(a, type, 3, 7), make(b, type, 3, 7)).toDoubleArray();
      for (int i = 0; i < 21; i++) {
        assertEquals(i / 7 != 1 ? a[i] : b[i], got[i]);
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> everyReductionAgreesWithItsMeaning() {
    List<DynamicTest> tests = new ArrayList<>();
    int[][] axes = {{}, {0}, {-1}, {1}, {0, 2}, {0, 1, 2}};
    long[][] shapes = {{3, 5, 17}, {1, 1021, 2}, {4, 0, 3}, {64, 1, 33}};
    for (Reduction row : Reduction.values()) {
      for (DType type : TYPES) {
        for (long[] shape : shapes) {
          for (int[] over : axes) {
            tests.add(
                test(
                    name(row.label(), type, shape) + " over " + java.util.Arrays.toString(over),
                    () -> reduce(row, type, shape, over)));
          }
        }
      }
    }
    return tests.stream();
  }

  private static void reduce(Reduction row, DType type, long[] shape, int... axes) {
    double spread = row == Reduction.PROD ? 1.02 : 2;
    double[] x = sample(type, size(shape), row == Reduction.PROD ? 0.98 : -1, spread, 5);
    boolean[] over = new boolean[3];
    for (int axis : axes) {
      over[axis < 0 ? axis + 3 : axis] = true;
    }
    long count = 1;
    for (int d = 0; d < 3; d++) {
      over[d] |= axes.length == 0;
      count *= over[d] ? shape[d] : 1;
    }
    Array in = make(x, type, shape);
    if (count == 0 && (row == Reduction.MAX || row == Reduction.MIN)) {
      org.junit.jupiter.api.Assertions.assertThrows(
          ArrayException.class, () -> Build.reduce(row, in.node(), false, axes));
      return;
    }
    Array y = new Array(Build.reduce(row, in.node(), true, axes));
    DType result = row.type(type);
    assertEquals(result, y.dtype());
    long[] kept = y.shape().dims();
    double[] expected = new double[(int) y.size()];
    double[] sizes = new double[expected.length];
    boolean first = row == Reduction.MAX || row == Reduction.MIN;
    java.util.Arrays.fill(
        expected,
        switch (row) {
          case PROD, ALL -> 1;
          case MAX -> Double.NEGATIVE_INFINITY;
          case MIN -> Double.POSITIVE_INFINITY;
          default -> 0;
        });
    assertFalse(first && count == 0);
    int i = 0;
    for (int a = 0; a < shape[0]; a++) {
      for (int b = 0; b < shape[1]; b++) {
        for (int c = 0; c < shape[2]; c++, i++) {
          int t =
              (int)
                  (((over[0] ? 0 : a) * kept[1] + (over[1] ? 0 : b)) * kept[2] + (over[2] ? 0 : c));
          sizes[t] += Math.abs(x[i]);
          expected[t] =
              switch (row) {
                case SUM, MEAN -> expected[t] + x[i];
                case PROD -> expected[t] * x[i];
                case MAX -> Math.max(expected[t], x[i]);
                case MIN -> Math.min(expected[t], x[i]);
                case ANY -> expected[t] != 0 || x[i] != 0 ? 1 : 0;
                case ALL -> expected[t] != 0 && x[i] != 0 ? 1 : 0;
              };
        }
      }
    }
    double[] got = y.toDoubleArray();
    for (int t = 0; t < got.length; t++) {
      double value = row == Reduction.MEAN ? expected[t] / count : expected[t];
      double scale = row == Reduction.MEAN ? sizes[t] / Math.max(1, count) : sizes[t];
      boolean sums = row == Reduction.SUM || row == Reduction.MEAN;
      close(exact(result, value), got[t], result, count, sums && result.isFloat() ? scale : 0);
    }
  }

  @Test
  void argmaxTakesTheFirstOfEqualsAndTheFirstNan() {
    for (DType type : new DType[] {DType.F32, DType.F16, DType.I32}) {
      Array x = make(new double[] {1, 3, 3, 0, -1, -1}, type, 2, 3);
      assertEquals(List.of(1, 0), boxed(x.argmax(1)));
      assertEquals(List.of(0, 1), boxed(x.argmin(1)));
      assertEquals(List.of(0, 0, 0), boxed(x.argmax(0)));
      assertEquals(1, x.argmax().item());
      assertEquals(DType.I32, x.argmax().dtype());
    }
    Array nan = array(new double[] {1, Double.NaN, 5, Double.NaN}, DType.F32);
    assertEquals(1, nan.argmax().item());
    assertEquals(1, nan.argmin().item());
    assertTrue(Double.isNaN(nan.max().item()));
    assertTrue(Double.isNaN(nan.min().item()));
  }

  private static List<Integer> boxed(Array x) {
    return java.util.Arrays.stream(x.toIntArray()).boxed().toList();
  }

  @Test
  void everyRowSaysWhatItComputes() {
    List<String> labels = new ArrayList<>();
    for (Unary row : Unary.values()) {
      assertFalse(row.formula().isBlank(), row.label());
      assertTrue(row.low() < row.high(), row.label());
      labels.add(row.label());
    }
    for (Binary row : Binary.values()) {
      assertFalse(row.formula().isBlank(), row.label());
      assertTrue(row.low() < row.high(), row.label());
      labels.add(row.label());
    }
    for (Ternary row : Ternary.values()) {
      assertFalse(row.formula().isBlank(), row.label());
      labels.add(row.label());
    }
    for (Reduction row : Reduction.values()) {
      assertFalse(row.formula().isBlank(), row.label());
      labels.add(row.label());
    }
    assertEquals(labels.size(), labels.stream().distinct().count(), "names are unique");
  }

  /** Values that are known without any program. */
  @Test
  void knownValuesHold() {
    Array x = array(new double[] {0, 0.5, 1, 3, -2}, DType.F64);
    double[] erf = x.erf().toDoubleArray();
    double[] known = {
      0, 0.5204998778130465, 0.8427007929497149, 0.9999779095030014, -0.9953222650189527
    };
    for (int i = 0; i < known.length; i++) {
      assertEquals(known[i], erf[i], 2e-15);
    }
    assertEquals(0.7310585786300049, scalar(1, F64).sigmoid().item(), 1e-15);
    assertEquals(4294967296L % (1L << 32), array(65536).square().item());
    assertEquals(1024, array(2).pow(10).item());
    assertEquals(3.5, array(7).div(2).item());
    assertEquals(1, array(5).rsub(6).item());
    assertEquals(0.25, array(4).rdiv(1).item());
    assertEquals(9007199254740993L, array(9007199254740992L).add(1).toLongArray()[0]);
  }
}
