package lazuli.magics.stats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SummaryTest {
  @Test
  void quartilesInterpolateAsNumPysDefaultDoes() {
    // numpy.quantile([4, 1, 3, 2], [0, .25, .5, .75, 1]) and of [7, 15, 36, 39, 40, 41]
    Summary four = Summary.of(4, 1, 3, 2);
    assertArrayEquals(
        new double[] {1, 1.75, 2.5, 3.25, 4, 2.5},
        new double[] {four.min(), four.q1(), four.median(), four.q3(), four.max(), four.mean()});
    Summary six = Summary.of(7, 15, 36, 39, 40, 41);
    assertArrayEquals(
        new double[] {20.25, 37.5, 39.75}, new double[] {six.q1(), six.median(), six.q3()});
  }

  @Test
  void outliersLieFiveScaledDeviationsAboveTheMedian() {
    // median 5, absolute deviations 4 3 2 1 0 1 2 3 4: MAD 2, limit 5 + 5 * 1.4826 * 2 = 19.826
    assertEquals(0, Summary.of(1, 2, 3, 4, 5, 6, 7, 8, 9).outliers());
    assertEquals(1, Summary.of(1, 2, 3, 4, 5, 6, 7, 8, 19.9).outliers());
    assertEquals(0, Summary.of(1, 2, 3, 4, 5, 6, 7, 8, 19.8).outliers());
  }

  @Test
  void anEmptySampleHasNoStatistics() {
    assertTrue(Double.isNaN(Summary.of().median()));
    assertEquals(0, Summary.of().n());
    assertTrue(Double.isNaN(Summary.median(new double[0])));
  }

  @Test
  void theSpreadIsTheInterquartileRangeOverTheMedian() {
    assertEquals(1.5 / 2.5, Summary.of(4, 1, 3, 2).spread(), 1e-15);
  }

  @Test
  void theSampleIsNotReordered() {
    double[] sample = {3, 1, 2};
    Summary.of(sample);
    assertArrayEquals(new double[] {3, 1, 2}, sample);
  }
}
