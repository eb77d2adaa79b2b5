package lazuli.array;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The surface, end to end, with numbers worked out by hand. */
class FirstStepsTest {
  @Test
  void attentionByHandOnOneQuery() {
    Array q = array(new float[][] {{1, 0}});
    Array k = array(new float[][] {{1, 0}, {0, 1}});
    Array v = array(new float[][] {{1, 2}, {3, 4}});
    Array out = q.matmul(k.t()).softmax(-1).matmul(v);
    double a = Math.E / (Math.E + 1);
    assertArrayEquals(
        new double[] {a + 3 * (1 - a), 2 * a + 4 * (1 - a)}, out.toDoubleArray(), 1e-6);
  }

  @Test
  void viewsBroadcastSliceAndReduce() {
    Array x = arange(6).reshape(2, 3);
    assertArrayEquals(new int[] {0, 3, 1, 4, 2, 5}, x.t().reshape(-1).toIntArray());
    assertArrayEquals(new int[] {5, 4, 3}, x.get("1, ::-1").toIntArray());
    assertArrayEquals(new int[] {3, 5, 7}, x.sum(0).toIntArray());
    assertEquals(2.5, x.mean().item());
    assertArrayEquals(
        new int[] {10, 11, 12, 23, 24, 25}, x.add(array(10, 20).expandDims(1)).toIntArray());
  }
}
