package lazuli.magics.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import lazuli.array.Array;
import lazuli.array.Lazuli;
import lazuli.array.profile.DeviceUse;
import lazuli.array.profile.Dispatch;
import lazuli.array.profile.Peaks;
import lazuli.array.profile.Span;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.array.type.Shape;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.FakeCell;
import lazuli.magics.measure.Limits;
import lazuli.magics.picture.Illustrated;
import lazuli.magics.profile.ProfileTable.Sort;
import lazuli.magics.report.Golden;
import lazuli.magics.report.Report;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileTest {
  private static final Limits LIMITS =
      new Limits(
          new Peaks(Device.CPU, "Test", 2, 1e11, 5e10, 1e11, 1e10, 4e10, 1000, Instant.EPOCH));

  private static Span span(
      String op, String kernel, double nanos, Work work, String origin, Dispatch dispatch) {
    return new Span(
        op,
        kernel,
        Device.CPU,
        Shape.of(2, 3),
        DType.F32,
        0,
        (long) nanos,
        work,
        List.of(DType.F32),
        origin,
        dispatch);
  }

  private static final Dispatch FLASH =
      new Dispatch(
          "sdpa",
          "flash",
          Device.CPU,
          "why",
          "",
          List.of(new Dispatch.Cast("k", DType.BF16, DType.F32, "tile load", "promotion")),
          List.of(),
          Work.NONE);

  private static final List<Span> SPANS =
      List.of(
          span("sdpa", "flash", 4.87e6, Work.of(3.5e8, 1e6), "", FLASH),
          span("cast", "blocks", 3e5, Work.of(0, 1e6), "promotion: mask bf16 to f32", null),
          span("cast", "blocks", 3.1e5, Work.of(0, 1e6), "promotion: mask bf16 to f32", null),
          span("reduce.max", "reduce", 4e4, Work.of(1e3, 4e3), "", null));

  private static Report table(Group.Key by, Sort sort, int rows) {
    return new ProfileTable("%profile  1 run", SPANS, List.of(), 8.42e6, LIMITS, by, sort, rows)
        .report();
  }

  @Test
  void theTableNamesOpsLimitsProvidersAndCasts() throws IOException {
    Golden.check("profile/op.txt", table(Group.Key.OP, Sort.TOTAL, 15).text());
  }

  @Test
  void rowsCanBeKernelsOrShapesInAnyOrder() throws IOException {
    Golden.check("profile/kernel.txt", table(Group.Key.KERNEL, Sort.COUNT, 15).text());
    Golden.check("profile/shape.txt", table(Group.Key.SHAPE, Sort.LIMIT, 2).text());
  }

  /** The device's own clock says what it waited for, and its state what held it back. */
  @Test
  void aDeviceWithItsOwnClockSaysWhatBindsIt() {
    Device sim = new Device("nowhere", 0);
    String held = "1410 MHz, held back by its power limit";
    List<DeviceUse> uses =
        List.of(
            new DeviceUse(sim, 2, 100_000, 400_000, "1980 MHz", "", "no CUDA graph: x"),
            new DeviceUse(sim, 3, 100_000, 600_000, "", held, "3 launches are one CUDA graph"));
    List<String> notes =
        new ProfileTable(
                "%profile  1 run", SPANS, uses, 8.42e6, LIMITS, Group.Key.OP, Sort.TOTAL, 15)
            .report()
            .notes();
    assertEquals(
        List.of(
            "nowhere: 5 launches, busy 200.0 of 1000.0 us, gaps 80 %: host-bound, the device waits"
                + " for launches",
            "nowhere without a profile: 3 launches are one CUDA graph",
            "nowhere before: 1980 MHz; after: " + held,
            "the limits of nowhere are unknown: its times mean nothing"),
        notes.stream().filter(note -> note.contains("nowhere")).toList());
  }

  @Test
  void everyRowKeepsItsSamples() {
    Report report = table(Group.Key.OP, Sort.COUNT, 15);
    assertEquals("cast", report.rows().getFirst().cells().getFirst().text());
    assertEquals(List.of(3e5, 3.1e5), boxed(report.rows().getFirst().samples()));
  }

  private static List<Double> boxed(double[] values) {
    return java.util.Arrays.stream(values).boxed().toList();
  }

  private long now;
  private final FakeCell cell = new FakeCell();
  private final Profile profile = new Profile(() -> LIMITS, () -> now += 500_000_000);

  private Report run(String arguments) throws Exception {
    return (Report) profile.run(cell.line("profile", arguments));
  }

  private static List<String> ops(Report report) {
    return report.rows().stream().map(row -> row.cells().getFirst().text()).toList();
  }

  @Test
  void anExpressionIsWarmedUpEvaluatedAndRecorded() throws Exception {
    Array a = Lazuli.normal(Lazuli.key(0), 8, 8).eval();
    int[] calls = {0};
    cell.expression(
        "a.matmul(a)",
        () -> {
          calls[0]++;
          return a.matmul(a);
        });
    Report report = run("-n 2 a.matmul(a)");
    assertEquals(List.of("matmul", "(host)"), ops(report));
    assertEquals("2", report.rows().getFirst().cells().get(1).text());
    assertTrue(report.title().startsWith("%profile  2 runs, after 3 to warm up   wall "));
    assertEquals(5, calls[0]);
    assertSame(report, cell.variables.get("_profile"));
  }

  @Test
  void aCellRunsOnceWithoutWarmUp() throws Exception {
    Array a = Lazuli.normal(Lazuli.key(0), 8, 8).eval();
    cell.java("var b = a.exp();\nb", () -> a.exp());
    var report = (Report) profile.run(cell.cell("profile", "", "var b = a.exp();\nb"));
    assertTrue(report.title().startsWith("%%profile  1 run, no warm-up   wall "), report.title());
    assertEquals(List.of("var b = a.exp();\nb"), cell.evaluated);
    assertEquals(2, report.rows().size());
  }

  @Test
  void valuesAskedForInALoopAreCountedWithTheirLine() throws Exception {
    Array a = Lazuli.normal(Lazuli.key(0), 8, 8).eval();
    cell.java(
        "loop",
        () -> {
          for (int i = 0; i < 3; i++) {
            a.mul(i).sum().item();
          }
          return null;
        });
    var report = (Report) profile.run(cell.cell("profile", "", "loop"));
    String note = report.notes().getLast();
    assertTrue(
        note.matches(
            "computed without eval: item at ProfileTest.java line \\d+, 3 times"
                + " \\(each ends a graph that could have been fused\\)"),
        note);
  }

  @Test
  void aCellWithoutArrayWorkSaysSo() throws Exception {
    cell.java("int i = 0;", () -> null);
    var report = (Report) profile.run(cell.cell("profile", "", "int i = 0;"));
    assertEquals(List.of("(host)"), ops(report));
    assertEquals(
        List.of("no array operation was evaluated (result is lazy and unused?)"), report.notes());
  }

  @Test
  void aCellThatThrowsLeavesItsPartialTable() {
    Array a = Lazuli.normal(Lazuli.key(0), 8, 8).eval();
    cell.java(
        "a.exp().eval(); fail();",
        () -> {
          a.exp().eval();
          throw new IllegalStateException("mine");
        });
    var thrown =
        assertThrows(
            IllegalStateException.class,
            () -> profile.run(cell.cell("profile", "", "a.exp().eval(); fail();")));
    assertEquals("mine", thrown.getMessage());
    Report partial = (Report) cell.displayed.getFirst();
    assertSame(partial, cell.variables.get("_profile"));
    assertEquals(
        "partial table: the code threw IllegalStateException after 1 operation",
        partial.notes().getLast());
    assertEquals(2, partial.rows().size());
  }

  @Test
  void anInterruptKeepsFinishedRuns() throws Exception {
    cell.expression("1", () -> 1);
    // Asked before each of 0 warm-up runs and 3 recorded ones.
    cell.interruptAfter = 3;
    Report report = run("--warmup 0 -n 9 1");
    assertTrue(report.notes().getLast().matches("interrupted: [123] of 9 runs"), report.text());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          --by op        ~ %profile needs an expression, such as: %profile x.matmul(y); %profile? shows all options
          --by line x    ~ --by needs one of op, kernel, shape; got 'line'
          --sort size x  ~ --sort needs one of total, count, median, limit; got 'size'
          -l 0 x         ~ --rows needs a whole number of at least 1; got '0'
          -n 0 x         ~ --runs needs a whole number of at least 1; got '0'
          --sor total x  ~ unknown option '--sor' (did you mean '--sort'?); Java that begins with a minus goes after --
          """)
  void wrongUseIsOneLine(String arguments, String message) {
    var wrong = assertThrows(UsageException.class, () -> run(arguments));
    assertEquals(message, wrong.getMessage());
  }

  @Test
  void javaOnTheLineOfACellIsRefused() {
    var wrong =
        assertThrows(UsageException.class, () -> profile.run(cell.cell("profile", "x + 1", "y")));
    assertEquals("%%profile takes only options on its line; got: x + 1", wrong.getMessage());
  }

  @Test
  void fewRunsToWarmUpAreSaidAndAskedForOnesAreNot() throws Exception {
    Array a = Lazuli.normal(Lazuli.key(0), 8, 8).eval();
    cell.expression("a.add(1)", () -> a.add(1.0));
    cell.expression("1 + 1", () -> 2);
    String few =
        "only 3 runs to warm up: Java compiles what runs often and may not have yet; --warmup 30"
            + " shows what it settles to";
    assertEquals(few, run("a.add(1)").notes().getLast());
    assertTrue(run("--warmup 3 a.add(1)").notes().stream().noneMatch(few::equals));
    assertTrue(run("1 + 1").notes().stream().noneMatch(few::equals));
  }

  @Test
  void operationsLieUnderTheRoofs() throws Exception {
    Array a = Lazuli.normal(Lazuli.key(0), 16, 16).eval();
    cell.expression("a.matmul(a)", () -> a.matmul(a));
    Illustrated drawn =
        (Illustrated) profile.run(cell.line("profile", "--roofline --warmup 1 a.matmul(a)"));
    assertTrue(
        drawn
            .chart()
            .text()
            .startsWith(
                "roofline   roofs: f32 100 GFLOP/s, cache 40.0 GB/s, memory 10.0 GB/s\n  matmul: "),
        drawn.text());
    assertEquals("matmul", ops(drawn.report()).getFirst());
    Profile unknown = new Profile(() -> new Limits(null), () -> now += 500_000_000);
    Report none = (Report) unknown.run(cell.line("profile", "--roofline --warmup 1 a.matmul(a)"));
    assertTrue(
        none.notes()
            .contains(
                "no roofline: limits are unknown here; %device --peaks measures the processor's"),
        none.text());
  }
}
