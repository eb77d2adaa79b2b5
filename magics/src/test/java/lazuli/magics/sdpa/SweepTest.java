package lazuli.magics.sdpa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import lazuli.array.profile.Peaks;
import lazuli.array.type.Device;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.FakeCell;
import lazuli.magics.measure.Limits;
import lazuli.magics.report.Report;
import lazuli.magics.report.Row;
import lazuli.magics.stats.Sampler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SweepTest {
  private static final Limits LIMITS =
      new Limits(
          new Peaks(Device.CPU, "Test", 2, 1e11, 5e10, 1e11, 1e10, 4e10, 10_000, Instant.EPOCH));

  private final FakeCell cell = new FakeCell();
  private final Sdpa sdpa = new Sdpa(() -> LIMITS, Sampler::system);

  private Object run(String arguments) throws Exception {
    return sdpa.run(cell.line("sdpa", arguments));
  }

  private SweepResult sweep(String arguments) throws Exception {
    return (SweepResult) run(arguments + " --time 0.005");
  }

  private static List<String> column(Report report, String name) {
    int at = report.columns().stream().map(c -> c.name()).toList().indexOf(name);
    return report.rows().stream().map(row -> row.cells().get(at).text()).toList();
  }

  @ParameterizedTest(name = "%sdpa {0}")
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          sweep --sweep x=1                ~ --sweep has no axis 'x'; one of b h hkv tq tk s d dv dtype mask backend tile cache kv-dtype
          sweep --sweep backnd=naive       ~ --sweep has no axis 'backnd'; one of b h hkv tq tk s d dv dtype mask backend tile cache kv-dtype (did you mean 'backend'?)
          sweep --sweep s                  ~ --sweep s: needs values, such as s=256..4096*2
          sweep --sweep s=1,x              ~ --sweep s=1,x: 'x' is no whole number
          sweep --sweep s=64..256          ~ --sweep s=64..256: a range needs its step: lo..hi*2 or lo..hi+64
          sweep --sweep s=64..32*2         ~ --sweep s=64..32*2: the end is below the start
          sweep --sweep s=1..64*1          ~ --sweep s=1..64*1: steps multiply by 2 or more, from 1 or more on
          sweep --sweep s=1..9999+1        ~ --sweep s=1..9999+1: more than 1000 values; use a larger step
          sweep --sweep s=1,2 --sweep s=3  ~ the axis 's' is given twice
          sweep --sweep s=1..100+1 --sweep d=1..50+1 ~ the grid has 5000 points, at most 1000; use larger steps
          sweep -d bf17                    ~ unknown dtype 'bf17'; one of f64 f32 f16 bf16 f8e4m3 f8e5m2 (did you mean 'bf16'?)
          sweep -m causl                   ~ unknown mask 'causl'; one of none causal window:W doc:L1,L2,.. prefix:P alibi softcap:C @NAME, joined by '+' (did you mean 'causal'?)
          sweep q k v                      ~ %sdpa sweep makes its own operands; got q k v. Use --shape and --sweep, or compare with arrays
          sweep --resume                   ~ --resume: no sweep was interrupted in this session
          sweep --budget fast              ~ --budget takes time<=5ms, mem<=64MiB, err<=1e-3 or err<=2x, joined by commas; got 'fast'
          sweep --budget mem<=64x          ~ --budget takes time<=5ms, mem<=64MiB, err<=1e-3 or err<=2x, joined by commas; got 'mem<=64x'
          sweep --peer torch               ~ --peer belongs to %sdpa bench and compare
          bench --sweep s=1,2              ~ --sweep belongs to %sdpa sweep, search and check; compare has --compare
          compare --resume                 ~ --resume belongs to %sdpa sweep and search
          compare --budget time<=1ms       ~ --budget belongs to %sdpa sweep and search
          bench --compare dtype=f32        ~ --compare belongs to %sdpa compare
          compare --compare s=1,2          ~ --compare takes dtype, mask, backend, tile, cache or kv-dtype; sizes belong to %sdpa sweep --sweep s=1,2
          compare -s 1,1,8,8 -d f32,bf16 --baseline f16 ~ --baseline: no row is named 'f16'; rows are: f32, bf16 (did you mean 'bf16'?)
          """)
  void wrongUseIsOneLineBeforeAnyWork(String arguments, String message) {
    var wrong = assertThrows(UsageException.class, () -> run(arguments));
    assertEquals(message, wrong.getMessage());
  }

  @Test
  void aRangeThatNoMachineHoldsIsRefusedOrSkippedByBudget() throws Exception {
    var wrong = assertThrows(UsageException.class, () -> run("sweep --sweep sk=1..1e9*2"));
    assertTrue(
        wrong
            .getMessage()
            .matches(
                "30 points, the largest q, k and v need 2\\.00 TiB, more than the limit of .*iB;"
                    + " lower the end or add --budget mem=\\.\\."),
        wrong.getMessage());
    SweepResult result = sweep("sweep -s 1,1,4:4,8 --sweep tk=4,1e9 -b auto --budget mem<=1MiB");
    List<String> verdicts = column(result.report(), "verdict");
    assertEquals("baseline", verdicts.get(0));
    assertEquals("skipped: q, k and v need 59.6 GiB, over --budget mem<=1MiB", verdicts.get(1));
  }

  @Test
  void aSweepHasARowForEachPointAndAVerdictWithinEachShape() throws Exception {
    SweepResult result =
        sweep("sweep -s 1,2,16,8 --sweep s=16..64*2 --sweep dtype=f32,bf16 -b naive,flash --error");
    Report report = result.report();
    assertEquals(12, report.rows().size());
    assertEquals(
        List.of(
            "s",
            "dtype",
            "backend",
            "kernel",
            "median",
            "of limit",
            "peak",
            "max err",
            "err/naive",
            "verdict"),
        report.columns().stream().map(c -> c.name()).toList());
    assertEquals(List.of("16", "16", "16", "16", "32"), column(report, "s").subList(0, 5));
    assertEquals(
        6, column(report, "verdict").stream().filter("baseline"::equals).count(), report.text());
    assertTrue(column(report, "max err").stream().noneMatch("-"::equals), report.text());
    assertEquals("1.00", column(report, "err/naive").getFirst());
    assertSame(result, cell.variables.get("_sdpa"));
    assertFalse(result.best().isEmpty());
    assertEquals(result.best().size(), result.pareto().rows().size());
    assertTrue(
        report.notes().stream()
            .anyMatch(n -> n.matches("Pareto set: \\d+ rows?, _sdpa.pareto\\(\\)")),
        report.text());
    assertEquals(12, result.table().rowCount());
    assertTrue(result.csv().startsWith("s,dtype,backend,"), result.csv());
  }

  @Test
  void aKernelThatCannotRunIsARowWithItsReasonAndTheSweepGoesOn() throws Exception {
    Report report = sweep("sweep -s 1,1,8,8 --sweep d=8,16 -b nosuch,auto").report();
    List<String> verdicts = column(report, "verdict");
    assertTrue(
        verdicts.get(0).startsWith("skipped: sdpa was forced to kernel \"nosuch\""),
        verdicts.toString());
    assertEquals("baseline", verdicts.get(1));
    assertEquals(4, verdicts.size());
  }

  @Test
  void theBudgetChoosesTheFastestRowThatKeepsIt() throws Exception {
    Report kept =
        sweep("sweep -s 1,1,16,8 -d f32,bf16 -b auto --budget err<=1e-4,time<=10s").report();
    assertTrue(
        kept.notes().stream()
            .anyMatch(n -> n.startsWith("best by --budget err<=1e-4,time<=10s: f32 auto ")),
        kept.text());
    Report none = sweep("sweep -s 1,1,16,8 -d f32 -b auto --budget time<=1ns").report();
    assertTrue(
        none.notes().stream().anyMatch(n -> n.startsWith("no row keeps --budget time<=1ns (")),
        none.text());
  }

  @Test
  void anInterruptKeepsFinishedRowsAndResumeGoesOn() throws Exception {
    cell.interruptAfter = 120;
    SweepResult cut = sweep("sweep -s 1,1,8,8 --sweep s=8..64+8 -b naive,auto");
    int finished = cut.report().rows().size();
    assertTrue(finished < 16, cut.report().text());
    assertEquals(
        "interrupted: " + finished + " of 16; %sdpa sweep --resume goes on from here",
        cut.report().notes().getLast());
    assertSame(cut, cell.variables.get("_sdpa"));
    cell.interruptAfter = Integer.MAX_VALUE;
    SweepResult whole = sweep("sweep --resume");
    assertEquals(16, whole.report().rows().size());
    for (int i = 0; i < finished; i++) {
      assertSameSamples(cut.report(), whole.report(), i);
    }
    var over = assertThrows(UsageException.class, () -> run("sweep --resume"));
    assertEquals("--resume: the last sweep is finished: 16 of 16", over.getMessage());
  }

  private static void assertSameSamples(Report one, Report other, int row) {
    assertEquals(
        java.util.Arrays.toString(one.rows().get(row).samples()),
        java.util.Arrays.toString(other.rows().get(row).samples()));
  }

  @Test
  void guardsNameDuplicatesLaunchesAndAlignment() throws Exception {
    Report report = sweep("sweep -s 1,1,1:16,8 -m causal -b auto,split,flash,naive").report();
    List<String> guards = report.notes().stream().filter(n -> n.startsWith("guard: ")).toList();
    assertTrue(
        guards.stream()
            .anyMatch(
                g -> g.contains("ran the same kernel") && g.endsWith("any difference is noise")),
        report.text());
    assertTrue(
        guards.stream()
            .anyMatch(
                g -> g.endsWith("launch-bound: they compare the cost of a call, not of attention")),
        report.text());
    assertTrue(
        guards.contains(
            "guard: causal with Tq other than Tk is aligned to the last key here; PyTorch's"
                + " is_causal aligns to the first, so that one query would see one key"),
        report.text());
  }

  @Test
  void searchVariesKernelAndTypeAndMeasuresErrors() throws Exception {
    SweepResult result = sweep("search -s 1,2,32,16 --budget err<=2x");
    assertEquals(9, result.report().rows().size());
    assertTrue(result.report().columns().stream().anyMatch(c -> c.name().equals("err/naive")));
    assertTrue(
        result.report().notes().stream().anyMatch(n -> n.startsWith("best by --budget err<=2x: ")),
        result.report().text());
    assertFalse(result.best().isEmpty());
  }

  @Test
  void checkHoldsEveryKernelAgainstFloat64() throws Exception {
    Report report = (Report) run("check");
    List<String> results = column(report, "Result");
    assertTrue(
        results.stream().allMatch(r -> r.equals("ok") || r.startsWith("refused: ")), report.text());
    assertTrue(column(report, "Kernel").containsAll(List.of("naive", "flash", "reference")));
    assertEquals(
        List.of("f32 none", "f32 causal", "bf16 none", "bf16 causal", "f16 none", "f16 causal"),
        column(report, "Case").stream().distinct().toList());
    long ok = results.stream().filter("ok"::equals).count();
    assertTrue(
        report.notes().getFirst().startsWith(ok + " of " + ok + " within the tolerance"),
        report.text());
  }

  @Test
  void dryRunListsAndComputesNothing() throws Exception {
    Report grid = (Report) run("sweep --sweep s=1024,2048 -b naive,flash --dry-run");
    assertEquals(
        List.of("1024 naive", "1024 flash", "2048 naive", "2048 flash"), column(grid, "Point"));
    assertEquals("32.0 MiB", column(grid, "scores if unfused").getFirst());
    Report compare = (Report) run("compare -s 1,1,8,8 -b naive,nosuch --dry-run");
    assertEquals(List.of("naive", "refused"), column(compare, "Kernel"));
    assertEquals("dry run: nothing was computed or timed", compare.notes().getLast());
  }

  @Test
  void compareByTheMasksTypeMakesAMask() throws Exception {
    Report report =
        (Report) run("compare -s 1,2,1:16,8 -d bf16 --compare mask=bf16,f32 --time 0.005");
    assertEquals(List.of("mask=bf16", "mask=f32"), column(report, "Variant"));
    Report turned =
        (Report)
            run(
                "compare -s 1,1,8,8 --compare backend=naive,auto --baseline auto --time 0.005 --cold");
    assertEquals(List.of("auto", "naive"), column(turned, "Variant"));
    assertEquals(
        "cold: the caches are emptied before each call; every result is evaluated",
        turned.notes().getLast());
  }

  @Test
  void cachesAndMasksAreAxes() throws Exception {
    SweepResult result =
        (SweepResult)
            run(
                "sweep -s 1,2,1:32,32 --decode --sweep s=32,64 --kv-dtype bf16,int8 --cache paged:16"
                    + " -m causal,doc:10,22 --sweep backend=auto --time 0.002");
    List<String> names = result.report().columns().stream().map(c -> c.name()).toList();
    assertEquals(List.of("s", "backend", "mask", "cache", "kv-dtype"), names.subList(0, 5));
    assertEquals(8, result.report().rows().size());
    assertTrue(result.report().title().contains("Tq=1 Tk=32"), result.report().title());
    for (Row row : result.report().rows()) {
      String text = row.cells().getLast().text();
      boolean misfit =
          row.cells().get(0).text().equals("64") && row.cells().get(2).text().equals("doc:10,22");
      assertEquals(
          misfit
              ? "skipped: doc lengths 10,22 add up to 32, but there are 64 keys"
              : text.startsWith("skipped") ? "?" : text,
          text);
    }
  }

  @Test
  void pytorchIsNotAskedWhatItsFunctionLacks() {
    Setting plain = Setting.random(Dims.parse("1,2,8,32"), 0);
    assertEquals("", TorchTask.lacks(plain));
    assertEquals("", TorchTask.lacks(Masks.masked(plain, "causal", true, java.util.Map.of())));
    assertEquals(
        "scaled_dot_product_attention knows masks as arrays only; causal+window:3 is none",
        TorchTask.lacks(Masks.masked(plain, "causal+window:3", true, java.util.Map.of())));
    assertEquals(
        "scaled_dot_product_attention has no cache of its own; give it arrays",
        TorchTask.lacks(plain.kept(CacheForm.PLAIN.withType("int8"))));
  }

  @Test
  void whatVariesSaysWhatToDo() throws Exception {
    assertEquals(2, sweep("--sweep s=8,16 -s 1,1,8,8").report().rows().size());
    Report compare = (Report) run("--compare backend=naive,auto -s 1,1,8,8 --time 0.005");
    assertEquals(List.of("naive", "auto"), column(compare, "Variant"));
    var wide = assertThrows(UsageException.class, () -> run("--sweep sk=1..1e9*2"));
    assertTrue(
        wide.getMessage()
            .matches(
                "30 points, the largest q, k and v need \\S+ .iB, more than the limit of \\S+ .iB;"
                    + " lower the end or add --budget mem=\\.\\."),
        wide.getMessage());
  }

  @Test
  void aStepBeyondTheEndEndsTheRange() {
    assertEquals(List.of("1", "1000000000000"), Axis.parse("--sweep", "sk=1..1e12*1e12").values());
    assertEquals(List.of("3"), Axis.parse("--sweep", "sk=3..1e12*1e12").values());
  }

  @Test
  void rowsTooLargeForTheReferenceSayThatTheirErrorIsUnknown() throws Exception {
    // 4.3e9 multiply-adds for the reference, few for a kernel that skips what is hidden.
    SweepResult result = sweep("sweep -s 1,1,16384,8 -m causal+window:8 -b flash --budget err<=2x");
    assertTrue(
        result
            .report()
            .notes()
            .contains(
                "1 row has no error: the float64 reference would take too long at that size;"
                    + " a budget of err is not kept without one"),
        result.text());
    assertEquals(-1, result.chosen());
  }

  @Test
  void aCheckNamesWhyAKernelDidNotRunAndThatNothingWasChecked() throws Exception {
    Report all = (Report) run("check -s 1,1,33,8 -d f32 -m none");
    assertTrue(
        column(all, "Result")
            .contains("refused: Tq=33 > 8: it reads the keys once for a few queries"),
        all.text());
    Report none = (Report) run("check -s 1,1,33,8 -d f32 -m none -b split");
    assertTrue(none.notes().contains("nothing was checked: no kernel ran"), none.text());
  }

  @Test
  void aSlipInAKernelsNameIsRefusedAtOnce() {
    for (String action : List.of("bench", "compare", "sweep", "check", "explain")) {
      var wrong = assertThrows(UsageException.class, () -> run(action + " -b flsh"));
      assertEquals(
          "unknown kernel 'flsh'; one of auto naive flash split reference (did you mean 'flash'?)",
          wrong.getMessage());
    }
  }

  @Test
  void aSkippedRowSaysTheKernelsOwnReason() throws Exception {
    Report report = sweep("sweep -s 1,1,33,8 --sweep s=33 -b split,flash").report();
    assertEquals(
        "skipped: Tq=33 > 8: it reads the keys once for a few queries",
        report.rows().getFirst().cells().getLast().text());
  }
}
