package lazuli.array;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.type.DType;
import lazuli.array.type.Tolerance;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Softmax and log-sum-exp on each backend against plain float64 loops. */
class CompositesTest {
  @TestFactory
  List<DynamicTest> compositesAgreeWithPlainLoops() {
    List<DynamicTest> tests = new ArrayList<>();
    long[][] shapes = {{1}, {17}, {3, 1021}, {2, 5, 7}, {33, 1, 4}, {0, 3}};
    for (String backend : new String[] {"reference", "cpu"}) {
      for (DType type : new DType[] {F32, F64, F16, BF16}) {
        for (long[] shape : shapes) {
          for (int axis = 0; axis < shape.length; axis++) {
            int along = axis;
            if (shape[axis] > 0) {
              tests.add(
                  DynamicTest.dynamicTest(
                      backend + " " + type + java.util.Arrays.toString(shape) + " axis " + axis,
                      () -> on(backend, () -> check(type, along, shape))));
            }
          }
        }
      }
    }
    return tests;
  }

  private static boolean check(DType type, int axis, long... shape) {
    Array x =
        RowContract.make(RowContract.sample(type, RowContract.size(shape), -8, 8, 1), type, shape);
    double[] in = x.toDoubleArray();
    double[] soft = x.softmax(axis).toDoubleArray();
    double[] lse = x.logSumExp(axis).toDoubleArray();
    assertEquals(type, x.softmax(axis).dtype());
    int n = (int) shape[axis];
    int inner = 1;
    for (int d = axis + 1; d < shape.length; d++) {
      inner *= (int) shape[d];
    }
    for (int row = 0; row < lse.length; row++) {
      int base = row / inner * inner * n + row % inner;
      double sum = 0;
      for (int j = 0; j < n; j++) {
        sum += Math.exp(in[base + j * inner]);
      }
      assertEquals(Math.log(sum), lse[row], Tolerance.of(type, n, 9));
      for (int j = 0; j < n; j++) {
        double value = Math.exp(in[base + j * inner]) / sum;
        // exp turns the rounding of x - max (up to 16) into a relative error.
        assertEquals(value, soft[base + j * inner], Tolerance.of(type, n + 16, value));
      }
    }
    return true;
  }

  @Test
  void largeValuesAndInfinitiesDoNotOverflow() throws Exception {
    for (String backend : new String[] {"reference", "cpu"}) {
      on(
          backend,
          () -> {
            Array x = array(new double[] {1e4, 1e4, Double.NEGATIVE_INFINITY}, F32);
            assertArrayEquals(new float[] {0.5f, 0.5f, 0}, x.softmax(0).toFloatArray());
            assertEquals(1e4 + Math.log(2), x.logSumExp(0).item(), 1e-2);
            Array none = full(Double.NEGATIVE_INFINITY, F32, 4);
            assertEquals(Double.NEGATIVE_INFINITY, none.logSumExp(0).item());
            assertEquals(Double.NEGATIVE_INFINITY, zeros(0).logSumExp(0).item());
            assertEquals(0, zeros(3, 0).softmax(1).size());
            return x;
          });
    }
  }

  /** The sum of 100,000 ones overflows f16; the softmax must not. */
  @Test
  void halfTypesAreWidenedInside() throws Exception {
    for (String backend : new String[] {"reference", "cpu"}) {
      float[] got = on(backend, () -> zeros(F16, 100_000).softmax(0).toFloatArray());
      assertEquals(1e-5, got[99_999], 1e-5 * 0x1p-10 + 0x1p-25);
    }
  }

  /** Every backend converts alike: fraction dropped, clamped, NaN to 0. */
  @Test
  void castsOfRealsToIntegersClamp() throws Exception {
    double[] values = {2.9, -2.9, 3e9, -3e9, 1e20, -1e20, Double.NaN, 300, -300};
    for (String backend : new String[] {"reference", "cpu"}) {
      for (DType from : new DType[] {F32, F64}) {
        Array x = array(values, from);
        int max = Integer.MAX_VALUE;
        int min = Integer.MIN_VALUE;
        assertArrayEquals(
            new int[] {2, -2, max, min, max, min, 0, 300, -300},
            on(backend, () -> x.astype(I32).toIntArray()),
            backend + " " + from);
        assertArrayEquals(
            new int[] {2, 0, 255, 0, 255, 0, 0, 255, 0},
            on(backend, () -> x.astype(DType.U8).toIntArray()),
            backend + " " + from);
        assertArrayEquals(
            new long[] {
              2, -2, (long) 3e9, (long) -3e9, Long.MAX_VALUE, Long.MIN_VALUE, 0, 300, -300
            },
            on(backend, () -> x.astype(I64).toLongArray()),
            backend + " " + from);
      }
      boolean[] truth =
          on(backend, () -> array(0f, -0f, 0.1f, Float.NaN).astype(BOOL).toBooleanArray());
      assertArrayEquals(new boolean[] {false, false, true, true}, truth);
    }
  }

  @Test
  void integersWrapWhenTheyOverflow() throws Exception {
    for (String backend : new String[] {"reference", "cpu"}) {
      int[] got = on(backend, () -> array(Integer.MAX_VALUE, 5).add(1).toIntArray());
      assertArrayEquals(new int[] {Integer.MIN_VALUE, 6}, got);
      int[] narrow = on(backend, () -> array(300, -1).astype(DType.U8).toIntArray());
      assertArrayEquals(new int[] {44, 255}, narrow);
    }
  }
}
