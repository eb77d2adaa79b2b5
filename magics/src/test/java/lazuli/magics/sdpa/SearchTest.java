package lazuli.magics.sdpa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import lazuli.magics.FakeCell;
import lazuli.magics.measure.Limits;
import lazuli.magics.sdpa.Pareto.Candidate;
import lazuli.magics.stats.Sampler;
import org.junit.jupiter.api.Test;

/** {@code %sdpa search}: which points survive, which one is taken, and the picture. */
class SearchTest {
  private static Point point(String shape) {
    return new Point(
        Dims.parse(shape), Types.GIVEN, "none", CacheForm.PLAIN, false, "auto", "auto", List.of());
  }

  private static final Point SMALL = point("1,1,64,16");
  private static final Point LARGE = point("1,1,128,16");

  private static Candidate ran(double nanos, double bytes, double error) {
    return new Candidate(true, nanos, bytes, error, 1);
  }

  @Test
  void onlyTheSameProblemCompetes() {
    List<Point> points = List.of(SMALL, SMALL, LARGE, LARGE);
    List<Candidate> all =
        List.of(ran(10, 10, 1e-6), ran(11, 10, 1e-6), ran(50, 40, 1e-6), ran(40, 50, 1e-6));
    assertEquals(List.of(0, 2, 3), Pareto.of(points, all));
  }

  @Test
  void whatDidNotRunNeitherWinsNorBeats() {
    Candidate not = new Candidate(false, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    assertEquals(List.of(1), Pareto.of(List.of(SMALL, SMALL), List.of(not, ran(1, 1, 1))));
    assertEquals(-1, Pareto.choose(List.of(SMALL), List.of(not), List.of(), List.of()).at());
  }

  @Test
  void aBudgetTakesTheLargestProblemThatKeepsIt() {
    List<Point> points = List.of(SMALL, LARGE, LARGE);
    List<Candidate> all = List.of(ran(10, 10, 1e-6), ran(50, 40, 1e-6), ran(90, 30, 1e-6));
    List<Integer> best = Pareto.of(points, all);
    assertEquals(1, Pareto.choose(points, all, best, Limit.parse("time<=60ns")).at());
    assertEquals(2, Pareto.choose(points, all, best, Limit.parse("mem<=35B")).at());
    assertEquals(0, Pareto.choose(points, all, best, Limit.parse("time<=20ns")).at());
    assertEquals(-1, Pareto.choose(points, all, best, Limit.parse("time<=1ns")).at());
  }

  @Test
  void withoutABudgetTheMiddleIsTaken() {
    List<Point> points = List.of(SMALL, SMALL, SMALL);
    List<Candidate> all = List.of(ran(10, 80, 1e-7), ran(20, 20, 1e-6), ran(80, 10, 1e-3));
    Pareto.Choice choice = Pareto.choose(points, all, List.of(0, 1, 2), List.of());
    assertEquals(1, choice.at());
    assertEquals(
        ": 2.00 times the least time, 2.00 times the least memory, 10.0 times the least error",
        choice.words());
  }

  @Test
  void aSearchNamesTheGoldilocksPointAndDrawsItsPicture() throws Exception {
    FakeCell cell = new FakeCell();
    Sdpa sdpa = new Sdpa(() -> new Limits(null), Sampler::system);
    SweepResult result =
        (SweepResult)
            sdpa.run(
                cell.line(
                    "sdpa",
                    "search -s 1,2,64,16 -b naive,flash --tile auto,64x32 --time 0.002 --warmup 1"));
    List<String> notes = result.report().notes();
    assertTrue(notes.getFirst().startsWith("Goldilocks: "), result.text());
    assertTrue(notes.get(1).startsWith("Pareto set: "), result.text());
    assertEquals(12, result.report().rows().size());
    assertTrue(result.best().contains(result.chosen()));
    assertTrue(
        result.report().rows().stream()
            .anyMatch(
                row ->
                    row.cells()
                        .getLast()
                        .text()
                        .startsWith(
                            "skipped: sdpa was given both kernel(\"naive\") and tile(64x32)")),
        result.text());
    assertTrue(result.alt().startsWith("time, memory and error: 9 points, median ms across"));
    assertTrue(result.html().contains("<img alt=\"time, memory and error: "));
    assertTrue(result.drawing().svg(result.alt()).contains("<circle"));
    assertEquals('P', result.drawing().png()[1]);
    assertEquals(result.best().size(), result.pareto().rows().size());
  }

  @Test
  void aQuantisedCacheTakesLessMemoryAndErrsMore() throws Exception {
    FakeCell cell = new FakeCell();
    Sdpa sdpa = new Sdpa(() -> new Limits(null), Sampler::system);
    SweepResult result =
        (SweepResult)
            sdpa.run(
                cell.line(
                    "sdpa",
                    "search -s 1,2,512,64 --decode -d bf16 -b split --kv-dtype bf16,int8 --time"
                        + " 0.002 --warmup 1"));
    assertEquals(2, result.report().rows().size(), result.text());
    List<String> columns = result.report().columns().stream().map(c -> c.name()).toList();
    double[] memory = new double[2];
    for (int i = 0; i < 2; i++) {
      String text = result.report().rows().get(i).cells().get(columns.indexOf("memory")).text();
      memory[i] = Double.parseDouble(text);
    }
    assertTrue(memory[1] < 0.7 * memory[0], result.text());
    assertTrue(result.best().contains(1), result.text());
  }
}
