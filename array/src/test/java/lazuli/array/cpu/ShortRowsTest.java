package lazuli.array.cpu;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import lazuli.array.Array;
import lazuli.array.Lazuli;
import lazuli.array.type.DType;
import lazuli.array.type.Tolerance;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Operations on rows of every length around the width of a vector, in every layout, against loops
 * in float64: rows shorter than a vector lie side by side in its lanes, longer ones end in a vector
 * that overlaps the one before it.
 */
class ShortRowsTest {
  private static final DType[] TYPES = {F32, F64, BF16, F16};
  private static final int[] COUNTS = {1, 7, 35};
  private static final double EPS = 1e-5;

  /** An operation, what it makes of one row, and how far it may be off. */
  private record Operation(
      String name, UnaryOperator<Array> ours, UnaryOperator<double[]> row, Bound bound) {}

  private interface Bound {
    double of(DType type, double[] row);
  }

  private static final List<Operation> OPERATIONS =
      List.of(
          new Operation(
              "softmax",
              x -> x.softmax(-1),
              ShortRowsTest::softmax,
              (type, row) -> Tolerance.of(type, row.length, 1)),
          new Operation(
              "rmsNorm",
              x -> rmsNorm(x, EPS),
              row -> norm(row, false),
              (type, row) -> Tolerance.of(type, row.length, amplified(row, false))),
          new Operation(
              "layerNorm",
              x -> layerNorm(x, EPS),
              row -> norm(row, true),
              (type, row) -> Tolerance.of(type, row.length, amplified(row, true))),
          new Operation("sum", x -> x.sum(1), ShortRowsTest::sum, ShortRowsTest::added),
          new Operation("mean", x -> x.mean(1), row -> mean(row), ShortRowsTest::added),
          new Operation(
              "cumsum", x -> x.cumsum(1), ShortRowsTest::runningSums, ShortRowsTest::added),
          new Operation("sort", x -> x.sort(1), ShortRowsTest::sorted, (type, row) -> 0),
          new Operation("max", x -> x.max(1), ShortRowsTest::max, (type, row) -> 0),
          new Operation("min", x -> x.min(1), ShortRowsTest::min, (type, row) -> 0));

  /** Reductions of everything. */
  private static final List<Operation> WHOLE =
      List.of(
          new Operation("sum", x -> x.sum(), ShortRowsTest::sum, ShortRowsTest::added),
          new Operation("max", x -> x.max(), ShortRowsTest::max, (type, row) -> 0),
          new Operation("min", x -> x.min(), ShortRowsTest::min, (type, row) -> 0));

  private static double added(DType type, double[] row) {
    double size = 0;
    for (double x : row) {
      size += Math.abs(x);
    }
    return Tolerance.of(type, row.length, size);
  }

  private static double[] sum(double[] row) {
    return new double[] {DoubleStream.of(row).sum()};
  }

  private static double[] runningSums(double[] row) {
    double[] found = row.clone();
    for (int i = 1; i < row.length; i++) {
      found[i] += found[i - 1];
    }
    return found;
  }

  private static double[] sorted(double[] row) {
    double[] found = row.clone();
    Arrays.sort(found);
    return found;
  }

  private static double[] mean(double[] row) {
    return new double[] {DoubleStream.of(row).sum() / row.length};
  }

  private static double[] max(double[] row) {
    double most = Double.NEGATIVE_INFINITY;
    for (double x : row) {
      most = Math.max(most, x);
    }
    return new double[] {most};
  }

  private static double[] min(double[] row) {
    double least = Double.POSITIVE_INFINITY;
    for (double x : row) {
      least = Math.min(least, x);
    }
    return new double[] {least};
  }

  /** How the rows lie in memory. */
  private enum Layout {
    ROWS,
    TRANSPOSED,
    STEPPED,
    APART,
    REVERSED;

    Array of(DType type, int rows, int n) {
      Array base =
          switch (this) {
            case ROWS, REVERSED -> normal(key(n), rows, n);
            case TRANSPOSED -> normal(key(n), n, rows);
            case STEPPED -> normal(key(n), rows, 2 * n);
            case APART -> normal(key(n), rows, n + 3);
          };
      Array held = base.mul(3).add(1).astype(type).eval();
      return switch (this) {
        case ROWS -> held;
        case TRANSPOSED -> held.t();
        case STEPPED -> held.get(":,::2");
        case APART -> held.get(":,:" + n);
        case REVERSED -> held.get("::-1,::-1");
      };
    }
  }

  private static double[] softmax(double[] row) {
    double max = IntStream.range(0, row.length).mapToDouble(i -> row[i]).max().orElseThrow();
    double[] e = new double[row.length];
    double sum = 0;
    for (int i = 0; i < row.length; i++) {
      e[i] = Math.exp(row[i] - max);
      sum += e[i];
    }
    for (int i = 0; i < row.length; i++) {
      e[i] /= sum;
    }
    return e;
  }

  private static double mean(double[] row, boolean centred) {
    double sum = 0;
    for (double x : row) {
      sum += x;
    }
    return centred ? sum / row.length : 0;
  }

  private static double factor(double[] row, boolean centred) {
    double mean = mean(row, centred);
    double squares = 0;
    for (double x : row) {
      squares += (x - mean) * (x - mean);
    }
    return 1 / Math.sqrt(squares / row.length + EPS);
  }

  private static double[] norm(double[] row, boolean centred) {
    double mean = mean(row, centred);
    double factor = factor(row, centred);
    double[] found = new double[row.length];
    for (int i = 0; i < row.length; i++) {
      found[i] = (row[i] - mean) * factor;
    }
    return found;
  }

  /** What rounding a sum of the row's elements comes to in a result. */
  private static double amplified(double[] row, boolean centred) {
    double most = 0;
    for (double x : row) {
      most = Math.max(most, Math.abs(x));
    }
    return Math.max(1, (centred ? 2 : 1) * most * factor(row, centred));
  }

  @TestFactory
  List<DynamicTest> agreesWithLoopsInFloat64() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Operation operation : OPERATIONS) {
      for (DType type : TYPES) {
        for (Layout layout : Layout.values()) {
          tests.add(
              DynamicTest.dynamicTest(
                  operation.name + " of " + type + " " + layout,
                  () -> {
                    for (int n = 1; n <= 70; n++) {
                      check(operation, layout.of(type, COUNTS[n % 3], n));
                    }
                    check(operation, layout.of(type, 3, 1000));
                    check(operation, layout.of(type, 2, 9001));
                    check(operation, layout.of(type, 501, 11));
                    check(operation, layout.of(type, 21, 3000));
                  }));
        }
      }
    }
    return tests;
  }

  private static void check(Operation operation, Array x) {
    int rows = (int) x.shape().dim(0);
    int n = (int) x.shape().dim(1);
    double[] values = x.toDoubleArray();
    Array ours = operation.ours.apply(x).eval();
    double[] got = ours.toDoubleArray();
    assertNotEquals("reference", assertNotNullDispatch(ours));
    int width = got.length / rows;
    for (int r = 0; r < rows; r++) {
      double[] row = new double[n];
      System.arraycopy(values, r * n, row, 0, n);
      double[] expected = operation.row.apply(row);
      double bound = operation.bound.of(x.dtype(), row);
      for (int i = 0; i < width; i++) {
        assertEquals(
            expected[i],
            got[r * width + i],
            bound,
            operation.name + " of rows of " + n + ", row " + r + " of " + rows + ", element " + i);
      }
    }
  }

  private static String assertNotNullDispatch(Array array) {
    assertNotNull(array.dispatch());
    return array.dispatch().kernel();
  }

  @TestFactory
  List<DynamicTest> reductionsOfEverythingAgree() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Operation operation : WHOLE) {
      for (DType type : TYPES) {
        for (Layout layout : Layout.values()) {
          tests.add(
              DynamicTest.dynamicTest(
                  operation.name + " of " + type + " " + layout,
                  () -> {
                    for (int n = 1; n <= 70; n++) {
                      Array x = layout.of(type, COUNTS[n % 3], n);
                      double[] all = x.toDoubleArray();
                      assertEquals(
                          operation.row.apply(all)[0],
                          operation.ours.apply(x).toDoubleArray()[0],
                          operation.bound.of(type, all),
                          operation.name + " of " + x.shape());
                    }
                    Array x = layout.of(type, 70, 4001);
                    double[] all = x.toDoubleArray();
                    double exact = operation.row.apply(all)[0];
                    assertEquals(
                        // More than the largest f16.
                        type == F16 && exact > 65520 ? Double.POSITIVE_INFINITY : exact,
                        operation.ours.apply(x).toDoubleArray()[0],
                        operation.bound.of(type, all));
                  }));
        }
      }
    }
    return tests;
  }

  /** The largest of a row is NaN where one is, whatever its sign, and 0 is above -0. */
  @Test
  void extremesSeeNaNAndTheSignOfZero() {
    for (DType type : TYPES) {
      for (int n : new int[] {1, 5, 16, 17, 40, 70}) {
        int rows = 35;
        double[] values = normal(key(n), F64, rows, n).toDoubleArray();
        values[3 * n + n / 2] = Double.NaN;
        values[4 * n + n - 1] = -Double.NaN;
        for (int i = 0; i < n; i++) {
          values[11 * n + i] = Double.NEGATIVE_INFINITY;
          values[12 * n + i] = -0.0;
          values[13 * n + i] = i == n / 2 ? 0.0 : -0.0;
        }
        Array x = Lazuli.array(values, F64).reshape(rows, n).astype(type).eval();
        Array columns = x.t().contiguous().eval().t();
        double[] exact = x.toDoubleArray();
        double[] most = x.max(1).toDoubleArray();
        double[] down = columns.max(1).toDoubleArray();
        double[] least = x.min(1).toDoubleArray();
        for (int r = 0; r < rows; r++) {
          double[] row = new double[n];
          System.arraycopy(exact, r * n, row, 0, n);
          assertEquals(max(row)[0], most[r], type + " rows of " + n + ", row " + r);
          assertEquals(max(row)[0], down[r], type + " columns of " + n + ", row " + r);
          assertEquals(min(row)[0], least[r], type + " rows of " + n + ", row " + r);
        }
        assertEquals(Double.NaN, x.max().toDoubleArray()[0]);
      }
    }
  }

  /** A running sum is infinite or NaN from there on, and nowhere else; a sorted NaN is last. */
  @Test
  void runningSumsAndSortsOfStrangeRows() {
    for (DType type : TYPES) {
      for (int n : new int[] {1, 2, 5, 8, 9, 16, 17, 40, 70, 5000}) {
        int rows = 20;
        double[] values = normal(key(n), F64, rows, n).toDoubleArray();
        values[3 * n + n / 2] = Double.NaN;
        values[7 * n + n / 3] = Double.POSITIVE_INFINITY;
        values[8 * n + n - 1] = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
          values[11 * n + i] = -0.0;
          values[12 * n + i] = i % 2 == 0 ? 0.0 : -0.0;
        }
        Array x = Lazuli.array(values, F64).reshape(rows, n).astype(type).eval();
        double[] exact = x.toDoubleArray();
        double[] sums = x.cumsum(1).toDoubleArray();
        double[] sorts = x.sort(1).toDoubleArray();
        for (int r = 0; r < rows; r++) {
          double[] row = Arrays.copyOfRange(exact, r * n, (r + 1) * n);
          double[] summed = runningSums(row);
          double[] sorted = sorted(row);
          double bound = r == 11 || r == 12 ? 0 : added(type, normalised(row));
          for (int i = 0; i < n; i++) {
            String where = type + " rows of " + n + ", row " + r + ", element " + i;
            assertEquals(summed[i], sums[r * n + i], bound, where);
            assertEquals(sorted[i], sorts[r * n + i], where);
          }
        }
      }
    }
  }

  private static double[] normalised(double[] row) {
    return DoubleStream.of(row).map(x -> Double.isFinite(x) ? x : 0).toArray();
  }

  /** A row that has no softmax leaves its neighbours alone, in whatever lane they are. */
  @Test
  void strangeRowsStayAmongThemselves() {
    for (DType type : TYPES) {
      for (int n : new int[] {1, 2, 5, 15, 16, 17, 40, 70}) {
        int rows = 20;
        double[] values = normal(key(n), F64, rows, n).toDoubleArray();
        values[3 * n + n / 2] = Double.NaN;
        values[7 * n] = Double.POSITIVE_INFINITY;
        for (int i = 0; i < n; i++) {
          values[11 * n + i] = Double.NEGATIVE_INFINITY;
        }
        if (n > 1) {
          values[13 * n + n - 1] = Double.NEGATIVE_INFINITY;
        }
        Array x = Lazuli.array(values, F64).reshape(rows, n).astype(type).eval();
        double[] exact = x.toDoubleArray();
        double[] got = x.softmax(-1).toDoubleArray();
        for (int r = 0; r < rows; r++) {
          double[] row = new double[n];
          System.arraycopy(exact, r * n, row, 0, n);
          double[] expected = softmax(row);
          for (int i = 0; i < n; i++) {
            assertEquals(
                r == 3 || r == 7 || r == 11 ? Double.NaN : expected[i],
                got[r * n + i],
                Tolerance.of(type, n, 1),
                type + " rows of " + n + ", row " + r);
          }
        }
      }
    }
  }

  @Test
  void everyNumberOfThreadsGivesTheSameBits() {
    int before = Workers.threads();
    try {
      for (DType type : TYPES) {
        for (int n : new int[] {3, 16, 41, 3000}) {
          Array x = normal(key(n), type, 300000 / n, n).eval();
          for (Operation operation : OPERATIONS) {
            Workers.threads(1);
            double[] alone = operation.ours.apply(x).toDoubleArray();
            Workers.threads(3);
            double[] together = operation.ours.apply(x).toDoubleArray();
            assertArrayEquals(alone, together, operation.name + " of " + type + " rows of " + n);
          }
        }
      }
    } finally {
      Workers.threads(before);
    }
  }
}
