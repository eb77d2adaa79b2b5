package lazuli.array;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import lazuli.array.op.Ordering;
import lazuli.array.op.Scanning;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Tolerance;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Operations made of others, on each backend, against plain float64 loops. */
class ComposedTest {
  @Test
  void windowsOfFewNumbersAreOnes() {
    assertEquals(0, hanning(0).size());
    assertEquals(1, blackman(1).item());
    assertEquals(1, bartlett(1).item());
    assertEquals(
        """
        hamming was given -1 numbers
          accepted: 0 or more
          fix: pass how many numbers to make""",
        assertThrows(ArrayException.class, () -> hamming(-1)).getMessage());
    assertEquals(4, hanning(3).itemsize());
    assertEquals(12, hanning(3).nbytes());
  }

  private static final String[] BACKENDS = {"cpu", "reference"};
  private static final DType[] TYPES = {F32, F64, F16, BF16, I32, I64, DType.U8, DType.U32};
  private static final long[][] SHAPES = {{1}, {17}, {1021}, {3, 0, 2}, {2, 3, 5}, {64, 33}};

  private static DynamicTest test(String name, Runnable body) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          for (String backend : BACKENDS) {
            on(
                backend,
                () -> {
                  body.run();
                  return backend;
                });
          }
        });
  }

  /** Calls for each line the positions of its elements. */
  private static void lines(long[] shape, int axis, java.util.function.Consumer<int[]> body) {
    int n = (int) shape[axis];
    int step = 1;
    for (int i = axis + 1; i < shape.length; i++) {
      step *= (int) shape[i];
    }
    int size = (int) RowContract.size(shape);
    for (int at = 0; at < size; at++) {
      if (at / step % Math.max(1, n) == 0) {
        int from = at;
        int by = step;
        body.accept(IntStream.range(0, n).map(j -> from + j * by).toArray());
      }
    }
  }

  @TestFactory
  List<DynamicTest> scansAgreeWithPlainLoops() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Scanning row : Scanning.values()) {
      for (DType type : TYPES) {
        for (long[] shape : SHAPES) {
          if (row == Scanning.CUMPROD && !type.isFloat()) {
            continue;
          }
          tests.add(
              test(
                  row.label() + " " + type + Arrays.toString(shape), () -> scan(row, type, shape)));
        }
      }
    }
    return tests;
  }

  private static void scan(Scanning row, DType type, long... shape) {
    double low = row == Scanning.CUMPROD ? 0.99 : row.low();
    double high = row == Scanning.CUMPROD ? 1.01 : row.high();
    double[] x = RowContract.sample(type, RowContract.size(shape), low, high, 31);
    Array in = RowContract.make(x, type, shape);
    for (int axis = 0; axis < shape.length; axis++) {
      for (boolean reverse : new boolean[] {false, true}) {
        for (boolean inclusive : new boolean[] {true, false}) {
          Array y = new Array(Ordering.scan(row, in.node(), axis, reverse, inclusive));
          assertEquals(row.type(type), y.dtype());
          boolean limits = !inclusive && !type.isFloat();
          if (limits && (row == Scanning.CUMMAX || row == Scanning.CUMMIN)) {
            continue; // the first element is the limit of the type
          }
          double[] got = y.toDoubleArray();
          lines(
              shape,
              axis,
              at -> {
                double so = row.start();
                double scale = 0;
                for (int j = 0; j < at.length; j++) {
                  int p = at[reverse ? at.length - 1 - j : j];
                  double before = so;
                  so =
                      switch (row) {
                        case CUMSUM -> so + x[p];
                        case CUMPROD -> so * x[p];
                        case CUMMAX -> Math.max(so, x[p]);
                        case CUMMIN -> Math.min(so, x[p]);
                        case LOGCUMSUMEXP -> Math.log(Math.exp(so) + Math.exp(x[p]));
                      };
                  scale += Math.abs(x[p]);
                  double expected = inclusive ? so : before;
                  double allowed =
                      Tolerance.of(y.dtype(), at.length, Math.max(scale, Math.abs(expected)));
                  if (Double.isInfinite(expected)) {
                    assertEquals(expected, got[p]);
                  } else {
                    assertEquals(expected, got[p], y.dtype().isFloat() ? allowed : 0);
                  }
                }
              });
        }
      }
    }
  }

  @TestFactory
  List<DynamicTest> sortsAgreeWithPlainLoops() {
    List<DynamicTest> tests = new ArrayList<>();
    for (DType type : TYPES) {
      for (long[] shape : SHAPES) {
        tests.add(test("sort " + type + Arrays.toString(shape), () -> sort(type, shape)));
      }
    }
    return tests;
  }

  private static void sort(DType type, long... shape) {
    double[] x = RowContract.sample(type, RowContract.size(shape), -20, 20, 32);
    if (type.isFloat() && x.length > 3) {
      x[1] = Double.NaN;
      x[3] = Double.POSITIVE_INFINITY;
    }
    Array in = RowContract.make(x, type, shape);
    for (int axis = 0; axis < shape.length; axis++) {
      double[] sorted = in.sort(axis).toDoubleArray();
      int[] order = in.argsort(axis).toIntArray();
      long k = Math.min(2, shape[axis]);
      assertEquals(k, in.topk(k, axis).shape().dim(axis));
      lines(
          shape,
          axis,
          at -> {
            // Insertion: stable, NaN last.
            Integer[] places = IntStream.range(0, at.length).boxed().toArray(Integer[]::new);
            for (int i = 1; i < places.length; i++) {
              for (int j = i; j > 0 && after(x[at[places[j - 1]]], x[at[places[j]]]); j--) {
                Integer swap = places[j];
                places[j] = places[j - 1];
                places[j - 1] = swap;
              }
            }
            for (int i = 0; i < places.length; i++) {
              assertEquals(places[i], order[at[i]]);
              assertEquals(x[at[places[i]]], sorted[at[i]]);
            }
          });
    }
  }

  private static boolean after(double a, double b) {
    return Double.isNaN(a) ? !Double.isNaN(b) : a > b;
  }

  @TestFactory
  List<DynamicTest> statisticsAgreeWithPlainLoops() {
    List<DynamicTest> tests = new ArrayList<>();
    for (DType type : new DType[] {F32, F64, F16, BF16, I32}) {
      for (long[] shape : new long[][] {{1}, {17}, {1021}, {2, 3, 5}, {64, 33}}) {
        tests.add(test("statistics " + type + Arrays.toString(shape), () -> measure(type, shape)));
      }
    }
    return tests;
  }

  private static void measure(DType type, long... shape) {
    double[] x = RowContract.sample(type, RowContract.size(shape), -9, 9, 33);
    Array in = RowContract.make(x, type, shape);
    for (int axis = 0; axis < shape.length; axis++) {
      double[] var = in.var(axis).toDoubleArray();
      double[] std = in.std(1, false, axis).toDoubleArray();
      double[] median = in.median(axis).toDoubleArray();
      double[] log = in.logSumExp(axis).toDoubleArray();
      int[] count = in.countNonzero(axis).toIntArray();
      DType out = in.var(axis).dtype();
      int[] line = {0};
      lines(
          shape,
          axis,
          at -> {
            double[] v = Arrays.stream(at).mapToDouble(i -> x[i]).toArray();
            double mean = Arrays.stream(v).average().orElseThrow();
            double squares = Arrays.stream(v).map(a -> (a - mean) * (a - mean)).sum();
            double[] sorted = v.clone();
            Arrays.sort(sorted);
            int n = v.length;
            int l = line[0]++;
            double tolerance = Tolerance.of(out, n + 8, 81);
            assertEquals(squares / n, var[l], tolerance);
            if (n > 1) {
              assertEquals(Math.sqrt(squares / (n - 1)), std[l], tolerance);
            }
            assertEquals((sorted[(n - 1) / 2] + sorted[n / 2]) / 2, median[l], tolerance);
            double exp = Arrays.stream(v).map(Math::exp).sum();
            assertEquals(Math.log(exp), log[l], tolerance);
            assertEquals(Arrays.stream(v).filter(a -> a != 0).count(), count[l]);
          });
    }
    double total = Arrays.stream(x).map(Math::exp).sum();
    assertEquals(
        Math.log(total), in.logSumExp().item(), Tolerance.of(in.logSumExp().dtype(), x.length, 16));
  }

  /** Each element of the result says where it comes from, so whole numbers decide all. */
  @TestFactory
  List<DynamicTest> rearrangementsPutEveryElementWhereNumPyDoes() {
    Array x = arange(6).reshape(2, 3);
    return List.of(
        same("repeat", () -> x.repeat(2, 1), 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5),
        same(
            "tile",
            () -> x.tile(2, 2),
            0,
            1,
            2,
            0,
            1,
            2,
            3,
            4,
            5,
            3,
            4,
            5,
            0,
            1,
            2,
            0,
            1,
            2,
            3,
            4,
            5,
            3,
            4,
            5),
        same("roll", () -> x.roll(1), 5, 0, 1, 2, 3, 4),
        same("roll axis", () -> x.roll(-1, 1), 1, 2, 0, 4, 5, 3),
        same("flip", () -> x.flip(1), 2, 1, 0, 5, 4, 3),
        same("flip all", () -> x.flip(), 5, 4, 3, 2, 1, 0),
        same("concatenate", () -> concatenate(1, x, x.get(":, :1")), 0, 1, 2, 0, 3, 4, 5, 3),
        same("stack", () -> stack(2, x, x.neg()), 0, 0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5),
        same("pad", () -> x.pad(0, 1, 1, 0), 0, 0, 1, 2, 0, 3, 4, 5, 0, 0, 0, 0),
        same("pad edge", () -> arange(3).pad("edge", 2), 0, 0, 0, 1, 2, 2, 2),
        same("pad reflect", () -> arange(3).pad("reflect", 3), 1, 2, 1, 0, 1, 2, 1, 0, 1),
        same("pad symmetric", () -> arange(3).pad("symmetric", 3), 2, 1, 0, 0, 1, 2, 2, 1, 0),
        same("diagonal", () -> x.diagonal(1, 0, 1), 1, 5),
        same("diag", () -> diag(arange(2).add(1), -1), 0, 0, 0, 1, 0, 0, 0, 2, 0),
        same("trace", () -> x.trace(), 4),
        same("tril", () -> x.tril(0), 0, 0, 0, 3, 4, 0),
        same("triu", () -> x.triu(1), 0, 1, 2, 0, 0, 5),
        same("tri", () -> tri(2, 3, 0, I32), 1, 0, 0, 1, 1, 0),
        same("eye", () -> eye(2, 3, 1, I32), 0, 1, 0, 0, 0, 1),
        same("moveaxis", () -> arange(24).reshape(2, 3, 4).moveaxis(0, -1).get("1, 2"), 6, 18),
        same("swapaxes", () -> x.swapaxes(0, 1), 0, 3, 1, 4, 2, 5),
        same("unflatten", () -> arange(12).unflatten(0, 3, -1).get(":, 0"), 0, 4, 8),
        same(
            "asStrided",
            () -> arange(6).asStrided(new long[] {3, 2}, new long[] {2, -1}, 1),
            1,
            0,
            3,
            2,
            5,
            4),
        same("meshgrid", () -> meshgrid(arange(2), arange(3))[1], 0, 0, 1, 1, 2, 2),
        same("diff", () -> array(1, 4, 9, 16).diff(2, 0), 2, 2),
        same("split", () -> x.split(3, 1)[1], 1, 4),
        same("splitAt", () -> x.splitAt(1, 1)[1], 1, 2, 4, 5),
        same("unstack", () -> x.unstack(0)[1], 3, 4, 5),
        same("searchsorted", () -> array(1, 3, 3, 5).searchsorted(array(0, 3, 6)), 0, 1, 4),
        same("searchsorted right", () -> array(1, 3, 3, 5).searchsorted(array(3), true), 3),
        same("view", () -> array(1.0f).view(I32), 0x3f800000),
        same("floorDivide", () -> array(-7, 7, 5).floorDivide(array(2, -2, 0)), -4, -4, 0),
        same("remainder", () -> array(-7, 7, 5).remainder(array(2, -2, 0)), 1, -1, 0),
        same("shifts", () -> array(1, -8).leftShift(3).rightShift(1), 4, -32),
        same("kron", () -> kron(array(1, 2), array(1, 10)), 1, 10, 2, 20),
        same("outer", () -> outer(array(1, 2), array(3, 4)), 3, 4, 6, 8),
        same("inner", () -> inner(x, x), 5, 14, 14, 50),
        same("tensordot", () -> tensordot(x, x, new int[] {1}, new int[] {1}), 5, 14, 14, 50),
        same("vecdot", () -> vecdot(x, x), 5, 50),
        same("clip", () -> x.clip(1, 4), 1, 1, 2, 3, 4, 4),
        same("bitwise", () -> array(6).bitwiseXor(3).bitwiseOr(8), 13));
  }

  private static DynamicTest same(
      String name, java.util.function.Supplier<Array> got, int... expected) {
    return test(name, () -> assertArrayEquals(expected, got.get().toIntArray(), name));
  }

  @TestFactory
  List<DynamicTest> normsAgreeWithPlainLoops() {
    List<DynamicTest> tests = new ArrayList<>();
    for (DType type : new DType[] {F32, F64, F16, BF16}) {
      tests.add(test("norms " + type, () -> norms(type)));
    }
    return tests;
  }

  private static void norms(DType type) {
    int n = 37;
    double[] v = RowContract.sample(type, 5L * n, -3, 3, 41);
    double[] w = RowContract.sample(type, n, 0.5, 2, 42);
    double[] b = RowContract.sample(type, n, -1, 1, 43);
    Array x = RowContract.make(v, type, 5, n);
    Array weight = RowContract.make(w, type, n);
    Array bias = RowContract.make(b, type, n);
    double[] rms = rmsNorm(x, weight, 1e-5).toDoubleArray();
    double[] layer = layerNorm(x, weight, bias, 1e-5).toDoubleArray();
    assertEquals(type, layerNorm(x, weight, bias, 1e-5).dtype());
    for (int r = 0; r < 5; r++) {
      double mean = 0;
      double squares = 0;
      for (int c = 0; c < n; c++) {
        mean += v[r * n + c] / n;
        squares += v[r * n + c] * v[r * n + c] / n;
      }
      double variance = 0;
      for (int c = 0; c < n; c++) {
        variance += Math.pow(v[r * n + c] - mean, 2) / n;
      }
      for (int c = 0; c < n; c++) {
        double t = Tolerance.of(type, n, 4);
        assertEquals(v[r * n + c] / Math.sqrt(squares + 1e-5) * w[c], rms[r * n + c], t);
        double far = (v[r * n + c] - mean) / Math.sqrt(variance + 1e-5);
        assertEquals(far * w[c] + b[c], layer[r * n + c], t);
      }
    }
  }

  @Test
  void ropeTurnsPairsByTheirAngle() {
    int t = 5;
    int d = 8;
    double[] v = RowContract.sample(F64, 2L * 3 * t * d, -2, 2, 44);
    Array x = RowContract.make(v, F64, 2, 3, t, d);
    for (boolean traditional : new boolean[] {false, true}) {
      for (int dims : new int[] {8, 4}) {
        double[] got = rope(x, dims, traditional, 100, 0.5, array(3, 10)).toDoubleArray();
        for (int i = 0; i < v.length; i++) {
          int feature = i % d;
          int position = i / d % t + (i / (3 * t * d) == 0 ? 3 : 10);
          double expected = v[i];
          if (feature < dims) {
            int half = dims / 2;
            int pair = traditional ? feature / 2 : feature % half;
            boolean second = traditional ? feature % 2 == 1 : feature >= half;
            int other = i + (second ? -1 : 1) * (traditional ? 1 : half);
            double angle = position * 0.5 * Math.pow(100, -2.0 * pair / dims);
            expected =
                second
                    ? v[other] * Math.sin(angle) + v[i] * Math.cos(angle)
                    : v[i] * Math.cos(angle) - v[other] * Math.sin(angle);
          }
          assertEquals(expected, got[i], 1e-12, "dims " + dims + " at " + i);
        }
      }
    }
  }

  @Test
  void quantisedValuesAreNearAndPackedFromTheLowestBits() {
    for (int bits : new int[] {4, 8}) {
      for (int group : new int[] {32, 64, 128}) {
        Array w = normal(key(bits), F32, 6, 256);
        FastFunctions.Quantized q = quantize(w, group, bits);
        assertEquals("[6," + 256 * bits / 32 + "]", q.codes().shape().toString());
        assertEquals(DType.U32, q.codes().dtype());
        float[] near = dequantize(q).toFloatArray();
        float[] scales = q.scales().toFloatArray();
        float[] biases = q.biases().toFloatArray();
        long[] words = q.codes().toLongArray();
        float[] plain = w.toFloatArray();
        for (int i = 0; i < plain.length; i++) {
          int g = i / group;
          long code = words[i * bits / 32] >>> i % (32 / bits) * bits & (1L << bits) - 1;
          assertEquals(scales[g] * code + biases[g], near[i], 1e-6);
          assertEquals(plain[i], near[i], Math.abs(scales[g]) * 1.01);
        }
        Array x = normal(key(9), F32, 3, 256);
        assertArrayEquals(
            x.matmul(dequantize(q).t()).toFloatArray(),
            quantizedMatmul(x, q).toFloatArray(),
            1e-4f);
      }
    }
  }

  /** The same numbers on both backends, with the right moments. */
  @Test
  void randomNumbersHaveTheirDistributionOnEveryBackend() throws Exception {
    int n = 20_000;
    double[][] got = new double[7][];
    for (String backend : BACKENDS) {
      double[][] now =
          on(
              backend,
              () ->
                  new double[][] {
                    randint(key(1), -3, 4, n).toDoubleArray(),
                    bernoulli(key(2), 0.3, n).toDoubleArray(),
                    gumbel(key(3), n).toDoubleArray(),
                    laplace(key(4), n).toDoubleArray(),
                    truncatedNormal(key(5), -1, 2, n).toDoubleArray(),
                    permutation(key(6), n).toDoubleArray(),
                    categorical(key(7), array(0.1, 0.2, 0.7).log(), -1, n).toDoubleArray()
                  });
      for (int i = 0; i < got.length; i++) {
        if (got[i] != null) {
          assertArrayEquals(got[i], now[i], i == 4 ? 1e-6 : 0, "distribution " + i);
        }
        got[i] = now[i];
      }
    }
    double[] means = {0, 0.3, 0.5772156649, 0, 0.2296, (n - 1) / 2.0, 1.6};
    double[] deviations = {2, 0.4583, 1.2825, Math.sqrt(2), 0.7, n / Math.sqrt(12), 0.6633};
    for (int i = 0; i < got.length; i++) {
      double mean = Arrays.stream(got[i]).average().orElseThrow();
      assertEquals(means[i], mean, 5 * deviations[i] / Math.sqrt(n) + 1e-3, "distribution " + i);
    }
    assertTrue(Arrays.stream(got[0]).allMatch(v -> v >= -3 && v < 4));
    assertTrue(Arrays.stream(got[4]).allMatch(v -> v >= -1 && v <= 2));
    assertEquals(n, Arrays.stream(got[5]).distinct().count());
  }
}
