package lazuli.magics.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Every time here is simulated: a call moves the clock by what the test says. */
class SamplerTest {
  private double now;
  private final List<String> order = new ArrayList<>();

  private Sampler sampler() {
    return new Sampler(() -> (long) now, 25, () -> false);
  }

  private Subject subject(String name, IntToDoubleFunction nanosOfCall) {
    int[] calls = {0};
    return Subject.of(
        name,
        () -> {
          order.add(name);
          now += nanosOfCall.applyAsDouble(calls[0]++);
        },
        () -> (long) now);
  }

  private Timing one(IntToDoubleFunction nanosOfCall, Budget budget) throws Exception {
    return sampler().run(List.of(subject("x", nanosOfCall)), budget, _ -> {}).getFirst();
  }

  @Test
  void warmUpEndsWhenTwoWindowsOfTenAgree() throws Exception {
    // Ten slow calls, then settled: windows end at calls 11 (slow), 21 and 31 (agree).
    Timing timing = one(i -> i < 10 ? 5e6 : 1e6, Budget.ofSeconds(1));
    assertEquals(31, timing.warmup());
    assertTrue(timing.settled());
    assertEquals(5e6, timing.first());
    assertEquals(1e6, timing.summary().max());
  }

  @Test
  void warmUpThatNeverSettlesStopsAtHalfOfTheBudget() throws Exception {
    Timing timing = one(i -> 1e6 * Math.pow(1.01, i), Budget.ofSeconds(0.1));
    assertFalse(timing.settled());
    // After the first call, 1.01 + 1.01^2 + ... passes 50 with the 41st.
    assertEquals(42, timing.warmup());
  }

  @Test
  void aLeastWarmUpOutlastsWindowsThatAgree() throws Exception {
    // The compiler comes after 200 calls of 1 ms: without the least time, call 21 would end it.
    Timing timing = one(i -> i < 200 ? 1e6 : 1e5, Budget.ofSeconds(0.1).warmingFor(0.3));
    assertTrue(timing.warmup() >= 1000, "warmed for " + timing.warmup() + " calls");
    assertEquals(1e5, timing.summary().max());
    assertTrue(timing.settled());
  }

  @Test
  void whatNoCompilerWorksOnIsNotWarmedLonger() throws Exception {
    Subject peer =
        new Subject() {
          @Override
          public String name() {
            return "peer";
          }

          @Override
          public boolean compiles() {
            return false;
          }

          @Override
          public double nanos(int calls) {
            now += 1e6 * calls;
            return 1e6 * calls;
          }
        };
    Budget budget = Budget.ofSeconds(0.1).warmingFor(0.3);
    Timing timing = sampler().run(List.of(peer), budget, _ -> {}).getFirst();
    assertEquals(21, timing.warmup());
  }

  @Test
  void aSampleLastsAtLeastAHundredStepsOfTheClock() throws Exception {
    Timing timing = one(_ -> 10, new Budget(1e-4, 10, 1000, Budget.AUTO, Budget.AUTO, 0));
    assertEquals(250, timing.batch());
    assertEquals(10, timing.summary().median());
  }

  @Test
  void theBudgetLimitsTheTimeAndTheNumberOfSamplesKept() throws Exception {
    Timing timing = one(_ -> 1000, Budget.ofSeconds(0.5));
    assertEquals(250, timing.batch());
    assertEquals(2000, timing.summary().n());
  }

  @Test
  void slowCallsStillGiveTenSamples() throws Exception {
    Timing timing = one(_ -> 1e9, Budget.ofSeconds(0.5));
    assertEquals(10, timing.summary().n());
    assertEquals(1, timing.batch());
    assertEquals(2, timing.warmup());
  }

  @Test
  void aColdFirstCallDoesNotUseUpTheWarmUp() throws Exception {
    Timing timing = one(i -> i == 0 ? 5e9 : 1e6, Budget.ofSeconds(0.5));
    assertTrue(timing.settled());
    assertEquals(5e9, timing.first());
  }

  @Test
  void anErrorThatAnInterruptRaisesInsideACallEndsTheSamplingQuietly() throws Exception {
    int[] calls = {0};
    Subject subject =
        Subject.of(
            "x",
            () -> {
              now += 1e6;
              if (++calls[0] == 6) {
                throw new LinkageError("stopped");
              }
            },
            () -> (long) now);
    var budget = Budget.ofSeconds(1).withWarmup(1);
    Timing timing =
        new Sampler(() -> (long) now, 25, () -> calls[0] >= 6)
            .run(List.of(subject), budget, _ -> {})
            .getFirst();
    assertEquals(4, timing.summary().n());
  }

  @Test
  void whatASubjectThrowsComesThrough() {
    Subject failing =
        Subject.of(
            "x",
            () -> {
              throw new java.io.IOException("broken");
            },
            () -> (long) now);
    var thrown =
        org.junit.jupiter.api.Assertions.assertThrows(
            java.io.IOException.class,
            () -> sampler().run(List.of(failing), Budget.DEFAULT, _ -> {}));
    assertEquals("broken", thrown.getMessage());
  }

  @Test
  void subjectsTakeTurnsForthAndBack() throws Exception {
    var budget = Budget.ofSeconds(1).withWarmup(0).exactly(4).inBatchesOf(1);
    sampler().run(List.of(subject("a", _ -> 10), subject("b", _ -> 10)), budget, _ -> {});
    assertEquals(List.of("a", "b", "a", "b", "b", "a", "a", "b", "b", "a"), order);
  }

  @Test
  void aTurnOfShortCallsBeginsWithOneThatIsNotCounted() throws Exception {
    var budget = Budget.ofSeconds(1).withWarmup(0).exactly(2).inBatchesOf(2);
    // Each first call of a turn is slow; the very first call of a subject is apart.
    IntToDoubleFunction coldFirst = i -> i > 0 && (i - 1) % 3 == 0 ? 1000 : 10;
    List<Timing> timings =
        sampler().run(List.of(subject("a", coldFirst), subject("b", coldFirst)), budget, _ -> {});
    for (Timing timing : timings) {
      assertEquals(10, timing.summary().max());
    }
    assertEquals(
        List.of("a", "b", "a", "a", "a", "b", "b", "b", "b", "b", "b", "a", "a", "a"), order);
  }

  @Test
  void anExactCountIgnoresTheClock() throws Exception {
    var budget = Budget.ofSeconds(0.001).withWarmup(100).exactly(3200).inBatchesOf(1);
    Timing timing = one(_ -> 1e6, budget);
    assertEquals(3200, timing.summary().n());
    assertEquals(100, timing.warmup());
    assertEquals(1, timing.batch());
  }

  @Test
  void anInterruptKeepsWhatIsDone() throws Exception {
    int[] calls = {0};
    Subject subject =
        Subject.of(
            "x",
            () -> {
              calls[0]++;
              now += 1e6;
            },
            () -> (long) now);
    var budget = Budget.ofSeconds(1).withWarmup(1);
    Timing timing =
        new Sampler(() -> (long) now, 25, () -> calls[0] >= 8)
            .run(List.of(subject), budget, _ -> {})
            .getFirst();
    assertEquals(7, timing.summary().n());
  }

  @Test
  void progressComesAtMostFourTimesASecond() throws Exception {
    List<Integer> seen = new ArrayList<>();
    sampler()
        .run(
            List.of(subject("x", _ -> 1e7)),
            Budget.ofSeconds(1).withWarmup(1),
            timings -> seen.add(timings.getFirst().samples().length));
    assertEquals(List.of(25, 50, 75, 100), seen);
  }

  @Test
  void aSlowMomentOfTheMachineHitsAllSubjectsAlike() throws Exception {
    // From the middle on everything takes twice as long; in turns, the ratio stays 1.5.
    IntToDoubleFunction a = i -> now < 2e8 ? 1.5e6 : 3e6;
    IntToDoubleFunction b = i -> now < 2e8 ? 1e6 : 2e6;
    List<Timing> timings =
        sampler()
            .run(
                List.of(subject("a", a), subject("b", b)),
                Budget.ofSeconds(0.25).withWarmup(1),
                _ -> {});
    Comparison c = Comparison.of(timings.get(0).samples(), timings.get(1).samples(), 1);
    assertEquals(1.5, c.ratio(), 1e-9);
    assertEquals("bimodal", timings.get(0).steadiness().text());
  }
}
