package lazuli.magics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import lazuli.array.Array;
import lazuli.array.Lazuli;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.report.Report;
import lazuli.magics.stats.Sampler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeitTest {
  private double now;
  private final FakeCell cell = new FakeCell();
  private final Timeit timeit =
      new Timeit(interrupted -> new Sampler(() -> (long) now, 25, interrupted));

  private Report run(String arguments) throws Exception {
    return (Report) timeit.run(cell.line("timeit", arguments));
  }

  private void takes(String text, double nanos) {
    cell.expression(
        text,
        () -> {
          now += nanos;
          return 1;
        });
  }

  @Test
  void showsMedianSpreadAndHowItWasSampled() throws Exception {
    takes("f()", 1e6);
    Report report = run("-r 12 f()");
    assertEquals(
        """
        %timeit f()
        First ms  Median ms     IQR ms  Min ms
            1.00       1.00  1.00-1.00    1.00
        n=12, steady after 21 calls""",
        report.text());
    assertSame(report, cell.variables.get("_timeit"));
    assertEquals(12, report.rows().getFirst().samples().length);
  }

  @Test
  void saysWhetherStopChecksAreOn() throws Exception {
    takes("f()", 1e6);
    assertFalse(run("-r 3 f()").notes().contains(Timeit.STOP_CHECKS));
    cell.stopChecks = true;
    assertEquals(
        "stop checks are on in loops and methods of cells; without: %config stop-checks=off",
        run("-r 3 f()").notes().getLast());
  }

  @Test
  void growthIsCalledDrifting() throws Exception {
    double[] each = {1e6};
    cell.expression(
        "cache.step(q)",
        () -> {
          now += each[0];
          each[0] *= 1.02;
          return 1;
        });
    Report report = run("--warmup 1 -r 60 cache.step(q)");
    assertTrue(report.notes().getFirst().startsWith("n=60, drifting +"), report.text());
    assertEquals(
        "DRIFTING: 1.23 ms -> 2.72 ms over 60 calls. No single number is right; does state grow?",
        report.notes().get(1));
  }

  @Test
  void arraysAreAlwaysEvaluated() throws Exception {
    Array x = Lazuli.ones(8).eval();
    List<Array> made = new ArrayList<>();
    cell.expression(
        "x.add(1)",
        () -> {
          now += 1e6;
          made.add(x.add(1));
          return made.getLast();
        });
    Report report = run("-r 5 --warmup 1 x.add(1)");
    assertTrue(made.stream().allMatch(Array::evaluated));
    assertTrue(report.notes().contains("evaluated on cpu"), report.text());
  }

  @Test
  void noEvalTimesGraphBuildingAndSaysSo() throws Exception {
    Array x = Lazuli.ones(8).eval();
    List<Array> made = new ArrayList<>();
    cell.expression(
        "x.add(1)",
        () -> {
          now += 1e3;
          made.add(x.add(1));
          return made.getLast();
        });
    Report report = run("--no-eval -r 5 --warmup 1 x.add(1)");
    assertFalse(made.stream().anyMatch(Array::evaluated));
    assertTrue(
        report.notes().contains("--no-eval: graph building only, arrays were not evaluated"));
  }

  @Test
  void anArrayThatIsAlreadyThereIsNoMeasurement() throws Exception {
    Array x = Lazuli.ones(8).eval();
    cell.expression(
        "x",
        () -> {
          now += 100;
          return x;
        });
    assertTrue(
        run("-r 5 --warmup 1 x")
            .notes()
            .contains(
                "every call gave the same array, which was already evaluated: nothing was"
                    + " computed"));
  }

  @Test
  void aStatementThatLeavesItsArrayLazyIsPointedOut() throws Exception {
    cell.variables.put("x", Lazuli.ones(8));
    cell.java(
        "(java.util.concurrent.Callable<Object>) () -> {\nvar y = x.add(1);\nreturn null; }",
        () ->
            (Callable<Object>)
                () -> {
                  now += 100;
                  return null;
                });
    Report report = run("-r 5 --warmup 1 var y = x.add(1);");
    assertTrue(
        report
            .notes()
            .containsAll(
                List.of(
                    "no array operation was evaluated (result is lazy and unused?)",
                    "a statement without a value: timed is what it evaluates itself")),
        report.text());
  }

  @Test
  void theCellFormRunsItsLineOnceAndTimesItsBody() throws Exception {
    int[] setups = {0};
    cell.java("var x = make();", () -> ++setups[0]);
    takes("f(x)", 1e6);
    var report = (Report) timeit.run(cell.cell("timeit", "-r 4 var x = make();", "f(x)\n"));
    assertEquals(1, setups[0]);
    assertEquals("%timeit f(x)", report.title());
  }

  @Test
  void anInterruptKeepsTheSamplesSoFar() throws Exception {
    takes("f()", 1e6);
    cell.interruptAfter = 8;
    Report report = run("--warmup 1 -r 50 f()");
    assertTrue(report.notes().getLast().startsWith("interrupted: "), report.text());
    assertTrue(report.notes().getLast().endsWith(" of 50 samples"), report.text());
  }

  @Test
  void whatTheStatementThrowsComesThrough() {
    cell.expression(
        "f()",
        () -> {
          throw new IllegalStateException("after 0 runs");
        });
    var thrown = assertThrows(IllegalStateException.class, () -> run("f()"));
    assertEquals("after 0 runs", thrown.getMessage());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          -r 3            ~ %timeit needs a statement, such as: %timeit x.matmul(y); %timeit? shows all options
          --time 0 f()    ~ --time needs seconds above 0 and up to 3600; got '0'
          -r 0 f()        ~ --runs needs a whole number of at least 1; got '0'
          -n 0 f()        ~ --loops needs a whole number of at least 1; got '0'
          --warmup x f()  ~ --warmup needs 'auto' or a number of calls; got 'x'
          """)
  void wrongUseIsOneLine(String arguments, String message) {
    var wrong = assertThrows(UsageException.class, () -> run(arguments));
    assertEquals(message, wrong.getMessage());
  }
}
