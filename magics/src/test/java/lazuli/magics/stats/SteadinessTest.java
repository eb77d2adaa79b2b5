package lazuli.magics.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import lazuli.magics.stats.Steadiness.Trend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SteadinessTest {
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void namesWhatAnEvidentSeriesDoes(long seed) {
    double[] level = Noise.around(1000, 120, seed);
    assertEquals(Trend.STEADY, Steadiness.of(level, 1).trend());
    assertEquals(Trend.DRIFTING, Steadiness.of(shaped(level, i -> 1 + 0.01 * i), 1).trend());
    assertEquals(
        Trend.WARMING, Steadiness.of(shaped(level, i -> 1 + Math.exp(-i / 40.0)), 1).trend());
    assertEquals(Trend.BIMODAL, Steadiness.of(shaped(level, i -> 1 + i % 2), 1).trend());
    assertEquals(Trend.BIMODAL, Steadiness.of(shaped(level, i -> i < 60 ? 1 : 2), 1).trend());
    assertEquals(Trend.WARMING, Steadiness.of(shaped(level, i -> i < 50 ? 3 : 1), 1).trend());
  }

  private static double[] shaped(double[] series, java.util.function.IntToDoubleFunction factor) {
    return IntStream.range(0, series.length)
        .mapToDouble(i -> series[i] * factor.applyAsDouble(i))
        .toArray();
  }

  @Test
  void noiseAloneIsSeldomCalledATrend() {
    int wrong = 0;
    for (int seed = 0; seed < 300; seed++) {
      wrong +=
          Steadiness.of(Noise.around(1000, 12 + seed % 90, seed), 1).trend() == Trend.STEADY
              ? 0
              : 1;
    }
    assertTrue(wrong <= 9, wrong + " of 300 steady series were called otherwise");
  }

  @Test
  void aDriftIsGivenPerCallNotPerSample() {
    double[] series = IntStream.range(0, 90).mapToDouble(i -> 100 + i).toArray();
    Steadiness each = Steadiness.of(series, 1);
    Steadiness batched = Steadiness.of(series, 10);
    // One unit a call on a median of 144.5.
    assertEquals(1 / 144.5, each.perCall(), 1e-12);
    assertEquals(each.perCall() / 10, batched.perCall(), 1e-12);
    assertEquals("drifting +0.69 %/call", each.text());
    assertEquals(114.5, each.from());
    assertEquals(174.5, each.to());
  }

  @Test
  void fewerThanNineTimesAreNotJudged() {
    double[] eight = {1, 2, 3, 4, 5, 6, 7, 8};
    assertEquals("too few to judge", Steadiness.of(eight, 1).text());
  }

  @Test
  void equalTimesAreSteady() {
    double[] series = new double[50];
    java.util.Arrays.fill(series, 5);
    assertEquals("steady", Steadiness.of(series, 1).text());
  }
}
