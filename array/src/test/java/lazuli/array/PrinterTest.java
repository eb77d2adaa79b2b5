package lazuli.array;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;

class PrinterTest {
  @Test
  void smallArraysAreComputedAndAligned() {
    assertEquals(
        """
        f32[2,3] cpu
        [[ 0.5,  1.25,   -3.0],
         [10.0, 100.0, 1000.0]]"""
            .replace(" 0.5,  1.25,   -3.0", "   0.50,    1.25,   -3.00")
            .replace("10.0, 100.0, 1000.0", "  10.00,  100.00, 1000.00"),
        array(new double[][] {{0.5, 1.25, -3}, {10, 100, 1000}}).toString());
  }

  @Test
  void everyTypeHasItsForm() {
    assertEquals("i32[3] cpu\n[ 1, -2, 30]", array(1, -2, 30).toString());
    assertEquals("bool[2] cpu\n[ true, false]", array(true, false).toString());
    assertEquals("f32[] cpu\n2.5", scalar(2.5, F32).toString());
    assertEquals("f32[0] cpu\n[]", zeros(0).toString());
    assertEquals("bf16[1] cpu\n[0.1001]", array(new double[] {0.1}, BF16).toString());
    assertEquals(
        "f32[3] cpu\n[ nan,  inf, -inf]",
        array(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY).toString());
    assertEquals("f32[2] cpu\n[1.0000e-06, 1.0000e+06]", array(1e-6f, 1e6f).toString());
  }

  @Test
  void largeArraysStayLazyUntilEvaluatedThenShowTheirCorners() {
    Array x = arange(10_000).reshape(100, 100);
    assertEquals("i32[100,100] cpu lazy", x.toString());
    assertFalse(x.evaluated());
    assertEquals(
        """
        i32[100,100] cpu
        [[   0,    1,    2, ...,   97,   98,   99],
         [ 100,  101,  102, ...,  197,  198,  199],
         [ 200,  201,  202, ...,  297,  298,  299],
         ...,
         [9700, 9701, 9702, ..., 9797, 9798, 9799],
         [9800, 9801, 9802, ..., 9897, 9898, 9899],
         [9900, 9901, 9902, ..., 9997, 9998, 9999]]""",
        x.eval().toString());
    assertEquals(
        "[[9999, 9899, 9799, ", x.get("::-1, ::-1").t().eval().toString().substring(17, 37));
  }
}
