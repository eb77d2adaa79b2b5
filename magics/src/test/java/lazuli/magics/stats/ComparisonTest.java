package lazuli.magics.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import lazuli.magics.stats.Comparison.Verdict;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  @Test
  void equalSubjectsAreSeldomCalledDifferent() {
    int different = 0;
    int trials = 200;
    for (int seed = 0; seed < trials; seed++) {
      double[] a = Noise.around(1000, 30, 2L * seed);
      double[] b = Noise.around(1000, 30, 2L * seed + 1);
      Verdict verdict = Comparison.of(a, b, seed).verdict();
      different += verdict == Verdict.FASTER || verdict == Verdict.SLOWER ? 1 : 0;
    }
    // Nominal 5 %; the 99.9 % quantile of Binomial(200, 0.05) is 20.
    assertTrue(different <= 20, different + " of " + trials);
  }

  @Test
  void theIntervalHoldsTheTrueRatioAboutNineteenTimesInTwenty() {
    int covered = 0;
    for (int seed = 0; seed < 200; seed++) {
      double[] a = Noise.around(1500, 40, 9000 + seed);
      double[] b = Noise.around(1000, 40, 5000 + seed);
      Comparison c = Comparison.of(a, b, seed);
      covered += c.low() <= 1.5 && 1.5 <= c.high() ? 1 : 0;
    }
    assertTrue(covered >= 178, covered + " of 200");
  }

  @Test
  void verdictsFollowTheInterval() {
    double[] slow = Noise.around(2000, 60, 1);
    double[] fast = Noise.around(1000, 60, 2);
    assertEquals(Verdict.FASTER, Comparison.of(slow, fast, 0).verdict());
    assertEquals(Verdict.SLOWER, Comparison.of(fast, slow, 0).verdict());
    assertEquals(Verdict.SAME, Comparison.of(fast, Noise.around(1000, 400, 3), 0).verdict());
    assertEquals(
        Verdict.UNDECIDED,
        Comparison.of(new double[] {1, 2, 1, 2}, new double[] {1, 2, 2, 1}, 0).verdict());
    assertEquals(Verdict.UNDECIDED, Comparison.of(new double[] {1}, new double[] {9}, 0).verdict());
  }

  @Test
  void twoPercentFasterWithCertaintyIsStillTheSame() {
    double[] a = new double[50];
    double[] b = new double[50];
    Arrays.fill(a, 101);
    Arrays.fill(b, 100);
    assertEquals("1.01x [1.01, 1.01] same", Comparison.of(a, b, 0).text());
  }

  @Test
  void theSameSeedGivesTheSameInterval() {
    double[] a = Noise.around(1000, 31, 1);
    double[] b = Noise.around(900, 24, 2);
    assertEquals(Comparison.of(a, b, 42), Comparison.of(a, b, 42));
  }

  @Test
  void aSampleAgainstItselfIsTheSame() {
    Comparison itself = Comparison.withItself(Noise.around(1000, 1000, 7), 0);
    assertEquals(Verdict.SAME, itself.verdict());
    assertTrue(itself.low() <= 1.01 && itself.high() >= 0.99, itself.text());
  }

  @Test
  void theTextHasTheRatioTheIntervalAndTheWord() {
    assertEquals(
        "1.92x [1.88, 1.97] faster", new Comparison(1.92, 1.88, 1.97, Verdict.FASTER).text());
    assertEquals(
        "12.3x [9.99, inf] undecided",
        new Comparison(12.34, 9.99, Double.POSITIVE_INFINITY, Verdict.UNDECIDED).text());
  }
}
