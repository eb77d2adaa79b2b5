package lazuli.magics;

import static lazuli.magics.Experiment.experiment;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import lazuli.array.Array;
import lazuli.array.Lazuli;
import lazuli.kernel.ext.UsageException;
import org.junit.jupiter.api.Test;

class ExperimentTest {
  private static final Supplier<Array> SMALL = () -> Lazuli.ones(2).add(1);

  @Test
  void callsEachVariantToWarmUpAndThenAsOftenAsAsked() {
    AtomicInteger calls = new AtomicInteger();
    var report =
        experiment(20)
            .run(
                "counted",
                () -> {
                  calls.incrementAndGet();
                  return SMALL.get();
                })
            .report();
    assertEquals(40, calls.get());
    assertEquals(20, report.rows().getFirst().samples().length);
  }

  @Test
  void theYardstickIsTheSlowestOfThoseNamed() {
    var report =
        experiment(30)
            .run("small", SMALL)
            .run("large", () -> Lazuli.ones(300, 300).matmul(Lazuli.ones(300, 300)))
            .run("judged", SMALL, "small", "large")
            .report();
    var cells = report.rows().get(2).cells();
    assertEquals("large", cells.get(cells.size() - 2).text());
    assertTrue(cells.getLast().text().endsWith("faster"), cells.getLast().text());
  }

  @Test
  void isMeasuredOnce() {
    Experiment experiment = experiment(2).run("a", SMALL);
    assertEquals("experiment of 1 variants, not run yet", experiment.toString());
    assertSame(experiment.report(), experiment.report());
  }

  @Test
  void wrongUseIsSaidBeforeAnythingRuns() {
    assertMessage(
        "experiment(1): at least 2 calls of each variant are needed", () -> experiment(1));
    assertMessage(
        "experiment: no variant; add one with run(name, () -> array)",
        () -> experiment(2).report());
    assertMessage(
        "experiment: there is a variant 'a' already",
        () -> experiment(2).run("a", SMALL).run("a", SMALL));
    assertMessage(
        "experiment: the yardstick 'b' of 'c' is no earlier variant; there are: a",
        () -> experiment(2).run("a", SMALL).run("c", SMALL, "b"));
  }

  private static void assertMessage(String text, Runnable wrong) {
    assertEquals(text, assertThrows(UsageException.class, wrong::run).getMessage());
  }
}
