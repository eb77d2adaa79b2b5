package lazuli.magics.sdpa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import lazuli.array.Array;
import lazuli.array.Lazuli;
import lazuli.array.attention.AttentionOption;
import lazuli.array.profile.Peaks;
import lazuli.array.type.Device;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.FakeCell;
import lazuli.magics.measure.Limits;
import lazuli.magics.report.Column;
import lazuli.magics.report.Json;
import lazuli.magics.report.Report;
import lazuli.magics.stats.Sampler;
import lazuli.magics.stats.Timing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The case study's experiments; each guard fires where it should and is silent where not. */
class CaseStudyTest {
  // A machine that starts work in no time: nothing is bound by launching.
  private static final Limits QUICK =
      new Limits(
          new Peaks(Device.CPU, "Test", 2, 1e11, 5e10, 1e11, 1e10, 4e10, 1e-3, Instant.EPOCH));
  private static final Limits SLOW =
      new Limits(
          new Peaks(Device.CPU, "Test", 2, 1e11, 5e10, 1e11, 1e10, 4e10, 1e9, Instant.EPOCH));
  private static final String BRIEF = " --time 0.005 --warmup 2";

  private final FakeCell cell = new FakeCell();

  private Report run(Limits limits, String arguments) throws Exception {
    return result(limits, arguments).report();
  }

  private CaseResult result(Limits limits, String arguments) throws Exception {
    return (CaseResult)
        new Sdpa(() -> limits, Sampler::system).run(cell.line("sdpa", arguments + BRIEF));
  }

  private static List<String> guards(Report report) {
    return report.notes().stream().filter(n -> n.startsWith("guard")).toList();
  }

  private static List<String> column(Report report, int index) {
    return report.rows().stream().map(row -> row.cells().get(index).text()).toList();
  }

  @ParameterizedTest(name = "%sdpa {0}")
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          case                   ~ %sdpa case takes one of kv-cache quantise flex report; got none
          case quantize          ~ %sdpa case takes one of kv-cache quantise flex report; got 'quantize' (did you mean 'quantise'?)
          case flex -m causal    ~ %sdpa case has masks of its own; leave out --mask
          case report -s 1,1,1,1 ~ %sdpa case report runs each experiment at its own sizes; leave out --shape
          case flex -d f32,bf16  ~ %sdpa case takes one dtype for q, k and v
          case flex -b naive,flash ~ %sdpa case takes one backend
          """)
  void wrongUseIsOneLine(String arguments, String message) {
    var wrong = assertThrows(UsageException.class, () -> run(QUICK, arguments));
    assertEquals(message, wrong.getMessage());
  }

  @Test
  void theCacheThatGrowsWhileItIsTimedIsNamedAndNoOther() throws Exception {
    Report report = run(QUICK, "case kv-cache -s 1,2,1:64,16");
    assertEquals(
        List.of("concatenate", "concatenate and keep", "cache: append and attend", "cache: attend"),
        column(report, 0));
    List<String> found = guards(report);
    assertEquals(1, found.size(), report.text());
    assertTrue(
        found
            .getFirst()
            .matches(
                "guard: growing state: 'concatenate and keep' held 65 keys before its timed calls"
                    + " and \\d+ after them; its median belongs to no length"),
        found.getFirst());
  }

  @Test
  void quantisedCachesAreSmallerAndSayTheirError() throws Exception {
    Report report = run(QUICK, "case quantise -s 1,2,1:256,64 -d bf16");
    assertEquals(List.of("bf16 cache", "int8 cache", "int4 cache", "fp8 cache"), column(report, 0));
    assertEquals(List.of("guards: nothing found"), guards(report), report.text());
    assertEquals(
        4,
        report.notes().stream()
            .filter(n -> n.contains("cache: error against float64 max"))
            .count());
  }

  @Test
  void aHeadTooNarrowHasNothingToQuantise() throws Exception {
    Report report = run(QUICK, "case quantise -s 1,2,1:256,2 -d bf16");
    assertTrue(
        guards(report).stream()
            .anyMatch(
                g ->
                    g.matches(
                        "guard: nothing to quantise: '\\w+ cache' keeps .*; any difference is noise")),
        report.text());
    assertTrue(
        report.notes().stream()
            .anyMatch(
                n -> n.startsWith("int4 left out: quantised was given int4 for D 2 and Dv 2")),
        report.text());
  }

  @Test
  void scoreChangesRunFusedUnlessAnotherKernelIsForced() throws Exception {
    Report fused = run(QUICK, "case flex -s 1,2,64,16");
    assertEquals(12, fused.rows().size());
    assertEquals(List.of("guards: nothing found"), guards(fused), fused.text());
    Report naive = run(QUICK, "case flex -s 1,2,64,16 -b naive");
    List<String> found = guards(naive);
    assertEquals(12, found.size(), naive.text());
    assertTrue(
        found
            .getFirst()
            .startsWith("guard: unfused: 'no change, Tk 32' ran naive, which is no fused kernel"),
        found.getFirst());
  }

  @Test
  void smallSizesAreLaunchBound() throws Exception {
    Report report = run(SLOW, "case quantise -s 1,2,1:256,64 -d bf16");
    assertEquals(
        List.of(
            "guard: launch-bound: bf16 cache, int8 cache, int4 cache, fp8 cache: they time the cost"
                + " of a call, not of attention; larger sizes would tell"),
        guards(report));
  }

  @Test
  void aCausalMaskOnOtherLengthsNamesItsAlignment() throws Exception {
    Report report = run(QUICK, "case flex -s 1,2,32:64,16");
    List<String> found = guards(report);
    assertEquals(1, found.size(), report.text());
    assertTrue(
        found
            .getFirst()
            .startsWith(
                "guard: alignment: causal, Tk 32, causal window of 8, Tk 32, causal, Tk 64, causal"
                    + " window of 16, Tk 64: with Tq other than Tk, causal() lets the last query see"
                    + " the last key; PyTorch's is_causal aligns to the first key"),
        found.getFirst());
  }

  private static Evidence evidence(String name, double... samples) {
    Array one = Lazuli.ones(1, 1, 8, 8);
    Array out = Lazuli.sdpa(one, one, one, new AttentionOption.ForcedKernel("flash")).eval();
    Dims dims = Dims.parse("1,1,8,8");
    CaseLine line = CaseLine.of(name, () -> out, dims, "none", 1, 0);
    Timing timing = new Timing(name, samples, 1, 1, 1, true);
    return new Evidence(line, java.util.Objects.requireNonNull(out.dispatch()), timing, 8, 8, "");
  }

  @Test
  void rowsWithTheSameSamplesAreOneMeasurement() {
    List<Evidence> retyped =
        List.of(evidence("a", 1, 2, 3), evidence("b", 1, 2, 3), evidence("c", 1, 2, 4));
    assertEquals(
        List.of(
            "guard: duplicated rows: 'a' and 'b' have the same samples: one measurement, shown"
                + " twice"),
        CaseGuards.of(retyped));
    assertEquals(List.of(), CaseGuards.of(List.of(evidence("a", 1, 2, 3), evidence("c", 1, 2, 4))));
  }

  @Test
  void eachVariantShowsItsOperations() throws Exception {
    CaseResult result = result(QUICK, "case kv-cache -s 1,2,1:64,16");
    Report operations = result.operations();
    assertEquals(
        List.of("Variant", "Op", "Count", "Total ms", "%", "Median us", "of limit"),
        operations.columns().stream().map(Column::header).toList());
    List<String> names = column(operations, 0);
    List<String> ops = column(operations, 1);
    List<String> counts = column(operations, 2);
    // Copying the cache is what concatenation does besides attending; a cache's attention copies
    // none.
    int copies = 0;
    for (int i = 0; i < names.size(); i++) {
      boolean concatenates = ops.get(i).startsWith("concat");
      copies += concatenates && names.get(i).startsWith("concatenate") ? 1 : 0;
      assertTrue(!concatenates || names.get(i).startsWith("concatenate"), operations.text());
      if (ops.get(i).startsWith("sdpa")) {
        assertEquals("10", counts.get(i), operations.text());
      }
    }
    assertTrue(copies >= 2, operations.text());
    assertEquals(
        4, names.stream().distinct().count(), "a variant has no operation:\n" + operations.text());
    // Shares are of the variant, and add up.
    for (String name : List.copyOf(new java.util.LinkedHashSet<>(names))) {
      double sum = 0;
      for (int i = 0; i < names.size(); i++) {
        sum += names.get(i).equals(name) ? Double.parseDouble(column(operations, 4).get(i)) : 0;
      }
      assertEquals(100, sum, 0.5, operations.text());
    }
    assertTrue(result.text().endsWith(operations.text()));
    assertTrue(result.html().contains("Operations of each variant"), result.html());
    assertTrue(
        Json.read(result.json()) instanceof java.util.Map<?, ?> all
            && all.containsKey("rows")
            && all.containsKey("operations"),
        result.json());
    assertEquals(result.report().csv(), result.csv());
  }

  @Test
  void theReportHasAllExperimentsInOneForm() throws Exception {
    Report report = run(QUICK, "case report");
    assertEquals(4 + 4 + 12, report.rows().size());
    assertTrue(column(report, 0).getFirst().startsWith("kv-cache: "));
    assertTrue(column(report, 0).getLast().startsWith("flex: "));
    // Each length of flex has its own: a verdict between lengths would be about work.
    assertEquals(4, column(report, 7).stream().filter("(baseline)"::equals).count());
    assertEquals("(baseline)", column(report, 7).get(4 + 4 + 6));
  }
}
