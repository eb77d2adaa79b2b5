package lazuli.array;

import static lazuli.array.Lazuli.array;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The arguments of var and std mean what they mean elsewhere. */
class StatisticsTest {
  private static final Array X = array(new double[][] {{1, 10}, {3, 30}});

  @Test
  void keptDimensionsComeBeforeAxes() {
    assertEquals("[1,2]", X.var(true, 0).shape().toString());
    assertArrayEquals(new double[] {1, 100}, X.var(true, 0).toDoubleArray());
    assertArrayEquals(new double[] {1, 10}, Lazuli.std(X, true, 0).toDoubleArray());
    assertEquals("[2,1]", X.std(true, 1).shape().toString());
  }

  @Test
  void ddofComesFirst() {
    assertArrayEquals(new double[] {2, 200}, X.var(1, false, 0).toDoubleArray());
    assertArrayEquals(new double[] {2, 200}, Lazuli.var(X, 1, true, 0).toDoubleArray());
  }
}
