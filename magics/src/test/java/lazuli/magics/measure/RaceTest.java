package lazuli.magics.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.magics.report.Golden;
import lazuli.magics.report.Report;
import lazuli.magics.stats.Budget;
import lazuli.magics.stats.Sampler;
import lazuli.magics.stats.Subject;
import lazuli.magics.stats.Timing;
import org.junit.jupiter.api.Test;

/** On a simulated clock: calls take exactly what the test says. */
class RaceTest {
  private double now;
  private int calls;

  private Subject subject(String name, double... nanos) {
    int[] turn = {0};
    return Subject.of(
        name,
        () -> {
          calls++;
          now += nanos[turn[0]++ % nanos.length];
        },
        () -> (long) now);
  }

  private Sampler sampler(BooleanSupplier interrupted) {
    return new Sampler(() -> (long) now, 25, interrupted);
  }

  private Race race(List<Race.Entry> entries) {
    return new Race(
        "SDPA", entries, Budget.ofSeconds(0.2).withWarmup(1), new Limits(LimitsTest.PEAKS), 7);
  }

  private static final Work WORK = Work.of(1e8, 1e6);

  @Test
  void theTableHasVerdictsSharesAndReasons() throws Exception {
    var entries =
        List.of(
            Race.Entry.of("flash", subject("f32", 2e6, 2.02e6, 2.01e6), WORK, DType.F32),
            Race.Entry.of("flash", subject("bf16", 1e6, 1.02e6, 1.01e6), WORK, DType.BF16),
            Race.Entry.refused("torch mixed", "expected one dtype"));
    Report report = race(entries).run(sampler(() -> false), _ -> {});
    Golden.check("measure/race.txt", report.text());
    assertTrue(report.text().lines().allMatch(line -> line.length() <= 100));
  }

  @Test
  void oneEntryShowsItsRate() throws Exception {
    var entries = List.of(Race.Entry.of("gemm", subject("gemm", 2e6), WORK, DType.F32));
    Golden.check("measure/single.txt", race(entries).run(sampler(() -> false), _ -> {}).text());
  }

  @Test
  void anInterruptKeepsFinishedRows() throws Exception {
    var entries =
        List.of(
            Race.Entry.of("k", subject("a", 1e6), WORK, DType.F32),
            Race.Entry.of("k", subject("b", 1e6), WORK, DType.F32));
    // Two first calls, then 9 of a and 10 of b, whose turn came first in the last round.
    Report report = race(entries).run(sampler(() -> calls >= 21), _ -> {});
    assertEquals(2, report.rows().size());
    assertEquals("interrupted: 1 of 2", report.notes().getLast());
    assertEquals(10, report.rows().getLast().samples().length);
  }

  @Test
  void theReportSoFarIsShownWhileItIsMeasured() throws Exception {
    var entries = List.of(Race.Entry.of("k", subject("a", 1e8), WORK, DType.F32));
    var budget = Budget.ofSeconds(1).withWarmup(1);
    Race race = new Race("t", entries, budget, new Limits(null), 0);
    List<Report> shown = new ArrayList<>();
    Report report = race.run(sampler(() -> false), shown::add);
    assertEquals(3, shown.size());
    shown.forEach(so -> assertEquals("measuring ...", so.notes().getLast()));
    assertEquals(10, report.rows().getFirst().samples().length);
  }

  @Test
  void aFirstCallThatWasMadeBeforeIsTheOneShown() throws Exception {
    var entry = new Race.Entry("torch", "torch", subject("torch", 1e6), "", 5e6, WORK, DType.F32);
    Report report = race(List.of(entry)).run(sampler(() -> false), _ -> {});
    assertEquals("5.00", report.rows().getFirst().cells().get(2).text());
    assertFalse(report.rows().getFirst().samples().length == 0);
  }

  private static Timing timing(String name, java.util.function.IntToDoubleFunction nanos) {
    double[] samples = java.util.stream.IntStream.range(0, 60).mapToDouble(nanos).toArray();
    return new Timing(name, samples, 1, 1, 1, true);
  }

  @Test
  void rowsThatGetSlowerTogetherPointToTheMachine() {
    Timing slower = timing("a", i -> 100 + i);
    Timing also = timing("b", i -> 200 + 3 * i);
    Timing level = timing("c", i -> 100 + i % 2);
    assertEquals(List.of(), Spread.together(List.of(slower, level)));
    assertEquals(
        List.of(
            "2 of 3 rows got slower together: rather the machine than their state; ratios hold, all"
                + " took turns"),
        Spread.together(List.of(slower, also, level)));
  }
}
