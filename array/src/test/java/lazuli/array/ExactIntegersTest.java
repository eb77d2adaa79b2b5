package lazuli.array;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import lazuli.array.type.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole numbers that float64 cannot tell apart, and the upper half of u64. */
class ExactIntegersTest {
  private static final long BIG = 1L << 53;

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "reference"})
  void i64BeyondTheFractionOfFloat64(String backend) throws Exception {
    Array x = array(BIG, BIG + 1, BIG - 1).eval();
    on(
        backend,
        () -> {
          assertEquals(1, x.argmax().item());
          assertEquals(2, x.argmin().item());
          assertEquals(BIG + 1, x.max().toLongArray()[0]);
          assertArrayEquals(new long[] {BIG - 1, BIG, BIG + 1}, x.sort().toLongArray());
          assertArrayEquals(new int[] {2, 0, 1}, x.argsort().toIntArray());
          assertEquals(3 * BIG, x.sum().toLongArray()[0]);
          return x;
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "reference"})
  void theUpperHalfOfU64(String backend) throws Exception {
    long top = -1;
    Array x = array(3L, top, 0L).astype(DType.U64).eval();
    Array y = array(4L, 2L, 2L).astype(DType.U64).eval();
    on(
        backend,
        () -> {
          assertEquals(1, x.argmax().item());
          assertEquals(2, x.argmin().item());
          assertEquals(top, x.max().toLongArray()[0]);
          assertEquals(0, x.min().toLongArray()[0]);
          assertArrayEquals(new long[] {4, top, 2}, x.maximum(y).toLongArray());
          assertArrayEquals(new long[] {3, 2, 0}, x.minimum(y).toLongArray());
          assertArrayEquals(new long[] {3, top, 0}, x.abs().toLongArray());
          assertArrayEquals(new long[] {1, 1, 0}, x.sign().toLongArray());
          assertArrayEquals(new long[] {0, Long.MAX_VALUE, 0}, x.floorDivide(y).toLongArray());
          assertArrayEquals(new long[] {3, 1, 0}, x.remainder(y).toLongArray());
          assertArrayEquals(new long[] {81, 1, 0}, x.pow(y).toLongArray());
          assertArrayEquals(new boolean[] {false, true, false}, x.gt(y).toBooleanArray());
          assertArrayEquals(new long[] {3, top, top}, x.cummax(0).toLongArray());
          assertArrayEquals(new long[] {0, 3, top}, x.sort().toLongArray());
          assertArrayEquals(new double[] {3, 0x1p64, 0}, x.astype(F64).toDoubleArray());
          return x;
        });
  }

  @Test
  void theSlopeOfAbsAtZeroIsZero() {
    Array slope = grad(x -> x.abs().sum()).apply(array(-2.0, 0.0, 3.0));
    assertArrayEquals(new float[] {-1, 0, 1}, slope.toFloatArray());
  }
}
