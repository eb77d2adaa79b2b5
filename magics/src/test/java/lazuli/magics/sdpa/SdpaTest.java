package lazuli.magics.sdpa;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lazuli.array.Array;
import lazuli.array.Lazuli;
import lazuli.array.attention.AttentionOption;
import lazuli.array.attention.Mask;
import lazuli.array.profile.Peaks;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.FakeCell;
import lazuli.magics.measure.Limits;
import lazuli.magics.peer.TorchPeer;
import lazuli.magics.picture.Illustrated;
import lazuli.magics.report.Cell;
import lazuli.magics.report.Report;
import lazuli.magics.report.Row;
import lazuli.magics.stats.Sampler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SdpaTest {
  private static final Limits LIMITS =
      new Limits(
          new Peaks(Device.CPU, "Test", 2, 1e11, 5e10, 1e11, 1e10, 4e10, 10_000, Instant.EPOCH));

  private final FakeCell cell = new FakeCell();
  private final Sdpa sdpa = new Sdpa(() -> LIMITS, Sampler::system);

  private Report run(String arguments) throws Exception {
    return (Report) sdpa.run(cell.line("sdpa", arguments));
  }

  private void arrays() {
    cell.variables.put("q", Lazuli.normal(Lazuli.key(1), 1, 8, 16, 64));
    cell.variables.put("k", Lazuli.normal(Lazuli.key(2), 1, 8, 16, 64));
    cell.variables.put("v", Lazuli.normal(Lazuli.key(3), 1, 8, 16, 64));
    cell.variables.put("narrow", Lazuli.ones(1, 8, 16, 32));
    cell.variables.put("short3", Lazuli.ones(1, 3, 16, 64));
    cell.variables.put("long_", Lazuli.ones(1, 8, 17, 64));
    cell.variables.put("w", Lazuli.ones(64, 64));
    cell.variables.put("ints", Lazuli.arange(16));
    cell.variables.put("n", 5);
  }

  private static final String ALL =
      "Arrays in this session: q (f32 [1,8,16,64]), k (f32 [1,8,16,64]), v (f32 [1,8,16,64]),"
          + " narrow (f32 [1,8,16,32]), short3 (f32 [1,3,16,64]), long_ (f32 [1,8,17,64]), w (f32"
          + " [64,64]), ints (i32 [16])";

  @ParameterizedTest(name = "%sdpa {0}")
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          -s 1,8,128                 ~ --shape needs 4 numbers B,H,S,D (or names); got 3: 1,8,128
          -s 1,8,x,64                ~ --shape needs whole numbers; got 'x'
          -s 1,8,-4,64               ~ --shape needs whole numbers; got '-4'
          -s 0,8,4,64                ~ --shape needs sizes of at least 1; only lengths may be 0
          -s b=1,h=8,tq=4            ~ --shape misses d: b=1,h=8,tq=4
          -s b=1,z=8                 ~ --shape has no 'z=8'; names are b h hkv tq tk d dv
          -s h=1,h=8                 ~ --shape names 'h' twice: h=1,h=8
          -s 1,8,128,64 --kv-heads 3 ~ 8 query heads are not a multiple of 3 KV heads
          -s 1,8,128,64 --kv-heads 0 ~ --kv-heads needs a whole number of at least 1; got '0'
          q k                        ~ needs Q K V [MASK]; missing V. ALL
          q                          ~ needs Q K V [MASK]; missing K V. ALL
          q k v w w                  ~ takes Q K V [MASK]; got 5 names: q k v w w
          q k n                      ~ 'n' is no array but Integer. ALL
          q k vv                     ~ no array 'vv' in this session (did you mean 'v'?). ALL
          q narrow v                 ~ q [1,8,16,64] and narrow [1,8,16,32]: last dimension (D) differs: 64 vs 32
          q short3 short3            ~ 8 query heads are not a multiple of 3 KV heads
          q k long_                  ~ k [1,8,16,64] and long_ [1,8,17,64]: lengths (Tk) differ: 16 vs 17
          q w v                      ~ w [64,64] has 2 dimensions; needs 4: batch, heads, length, head dimension
          q k v -s 1,1,1,1           ~ give arrays or --shape, not both; got q k v and --shape 1,1,1,1
          comprae                    ~ unknown word 'comprae'; one of bench compare sweep explain check search tune case, or Q K V [MASK] (did you mean 'compare'?)
          -d bf17                    ~ unknown dtype 'bf17'; one of f64 f32 f16 bf16 f8e4m3 f8e5m2 (did you mean 'bf16'?)
          -d f8e4m3                  ~ f8e4m3 is a type to keep keys and values in, not to compute with; use --kv-dtype f8e4m3 beside -d bf16
          -d q=bf16,k=f8e5m2         ~ f8e5m2 is a type to keep keys and values in, not to compute with; use --kv-dtype f8e4m3 beside -d bf16
          -d x=f32                   ~ --dtype has no operand 'x=f32'; operands are q k v mask
          -m window:0                ~ window must be >= 1
          -m window                  ~ window needs a number: window:W, such as window:256
          -m window:wide             ~ window needs a whole number; got 'wide'
          -m prefix:-1               ~ prefix must be >= 0
          -m softcap:0               ~ softcap must be > 0
          -m softcap:high            ~ softcap needs a number; got 'high'
          -m causal:3                ~ causal takes no number; got 'causal:3'
          -m doc                     ~ doc needs a number: doc:L1,L2,.., such as doc:100,156
          -m doc:3,0                 ~ doc must be >= 1
          q k v -m doc:3,5           ~ doc lengths 3,5 add up to 8, but there are 16 keys
          -m none+causal             ~ none joins nothing; got 'none+causal'
          -m causal+causal           ~ --mask names causal twice: causal+causal
          -m causl                   ~ unknown mask 'causl'; one of none causal window:W doc:L1,L2,.. prefix:P alibi softcap:C @NAME, joined by '+' (did you mean 'causal'?)
          -m causal+windw:3          ~ unknown mask 'windw:3'; one of none causal window:W doc:L1,L2,.. prefix:P alibi softcap:C @NAME, joined by '+' (did you mean 'window'?)
          q k v -m @ints+@w          ~ --mask takes one array; got @ints+@w
          --cache paged:16           ~ --cache belongs to --decode, one query against a cache
          --decode --cache rotating  ~ unknown cache 'rotating'; one of contiguous fixed:STEP paged:N
          --decode --cache pagd:16   ~ unknown cache 'pagd:16'; one of contiguous fixed:STEP paged:N (did you mean 'paged'?)
          --decode --cache paged     ~ --cache paged needs a number of tokens of at least 1, such as paged:16; got 'paged'
          --decode --cache fixed:0   ~ --cache fixed needs a number of tokens of at least 1, such as fixed:256; got 'fixed:0'
          --decode --cache contiguous:4 ~ contiguous takes no number; got 'contiguous:4'
          --kv-dtype int9            ~ unknown --kv-dtype 'int9'; one of f32 f16 bf16 int8 int4 f8e4m3 (did you mean 'int8'?)
          --kv-dtype f8e5m2          ~ f8e5m2 keeps 2 bits behind the point, too few for keys and values; use --kv-dtype f8e4m3, whose scales give it the range
          -s 1,2,8,48 --kv-dtype int4 ~ quantised was given int4 for D 48 and Dv 48; accepted: multiples of 32; use KvFormat.INT8, which takes any
          q k v --decode             ~ --decode has one query for each sequence; q [1,8,16,64] has 16: slice it, q.get("..., -1:, :"), or use --shape
          bench --decode --cache contiguous,paged:16 ~ %sdpa bench takes one dtype, mask, backend, tile and cache; %sdpa compare takes lists
          q k v -m @zz               ~ no array 'zz' in this session. ALL
          --peer mlx                 ~ unknown peer 'mlx'; one of torch
          --device tpu               ~ --device: backend "tpu" is not known; accepted: one of cpu, reference; use one of these names
          --peer torch --device sim  ~ --peer runs PyTorch on the CPU; leave out --peer or --device sim
          --time 0                   ~ --time needs seconds above 0 and up to 3600; got '0'
          --warmup some              ~ --warmup needs 'auto' or a number of calls; got 'some'
          bench -d f32,bf16          ~ %sdpa bench takes one dtype, mask, backend, tile and cache; %sdpa compare takes lists
          --preset vitb              ~ unknown preset 'vitb'; one of vit-b vit-l vision depth diffusion whisper whisper-base whisper-cross bert gpt2 llama-prefill llama-decode s0 (did you mean 'vit-b'?); --preset ? shows their shapes
          --preset bert -s 1,1,1,1   ~ give --preset or --shape, not both; --preset bert is 1,12,512,64
          q k v --preset bert        ~ give arrays or --preset, not both; got q k v and --preset bert
          --tile 64                  ~ --tile takes QUERIESxKEYS with 64 to 512 queries in steps of 64 and 32, 64, 128, 256 or 512 keys; or, for the split kernel, 1xKEYS with 32 to 65536 keys in steps of 32; got '64'
          --tile 64x64,64x128        ~ %sdpa bench takes one dtype, mask, backend, tile and cache; %sdpa compare takes lists
          check --roofline           ~ --roofline belongs to %sdpa bench, compare, sweep and explain
          bench --undo               ~ --show, --undo and --reset belong to %sdpa tune
          --force                    ~ --force belongs to --save FILE
          --save x.doc               ~ --save needs a name that ends in .csv, .json, .html, .svg or .png; got 'x.doc'
          --sahpe 1,1,1,1            ~ unknown option '--sahpe' (did you mean '--shape'?)
          """)
  void wrongUseIsOneLineBeforeAnyWork(String arguments, String message) {
    arrays();
    var wrong = assertThrows(UsageException.class, () -> run(arguments));
    assertEquals(message.replace("ALL", ALL), wrong.getMessage());
    assertFalse(((Array) cell.variables.get("q")).evaluated());
  }

  @Test
  void operandsThatCannotFitAreRefusedBeforeAllocation() {
    var wrong = assertThrows(UsageException.class, () -> run("-s 4096,64,65536,128"));
    assertTrue(
        wrong
            .getMessage()
            .matches(
                "q, k and v need 24\\.0 TiB, more than the limit of .*iB; lower a size in --shape"),
        wrong.getMessage());
  }

  @Test
  void aForcedKernelThatDoesNotExistIsNamedWithThoseThatDo() {
    var wrong = assertThrows(UsageException.class, () -> run("-s 1,1,8,8 -b cudnn"));
    assertTrue(
        wrong
            .getMessage()
            .startsWith(
                "sdpa was forced to kernel \"cudnn\", which no backend has; accepted: for these"
                    + " operands: "),
        wrong.getMessage());
    assertFalse(wrong.getMessage().contains("\n"));
  }

  @Test
  void withoutArraysTheMessageOffersAShape() {
    var wrong = assertThrows(UsageException.class, () -> run("q k v"));
    assertEquals(
        "no array 'q' in this session. There are no arrays in this session; -s B,H,S,D makes some",
        wrong.getMessage());
  }

  private static List<String> column(Report report, int index) {
    return report.rows().stream().map(row -> row.cells().get(index).text()).toList();
  }

  @Test
  void benchTimesOneCase() throws Exception {
    Report report = run("-s 1,2:1,8:16,8 -d f32 --time 0.02");
    assertEquals(
        "SDPA B=1 Hq=2 Hkv=1 Tq=8 Tk=16 D=8 f32   8.19 kFLOP, 2.00 KiB compulsory, AI 4.00",
        report.title());
    assertEquals(List.of("f32"), column(report, 0));
    assertTrue(report.rows().getFirst().samples().length >= 10);
    assertSame(report, cell.variables.get("_sdpa"));
    assertEquals(
        "operands are hot and evaluated before; every result is evaluated",
        report.notes().getLast());
    assertTrue(
        report.notes().stream().anyMatch(note -> note.startsWith("launch-bound: ")), report.text());
  }

  @Test
  void compareHasARowForEveryCombinationAndErrorsOnRequest() throws Exception {
    Report report =
        run("compare -s 1,2,32,16 -d f32,bf16 -m none,causal -b naive,auto --time 0.01 --error");
    assertEquals(
        List.of(
            "f32 none naive",
            "f32 none auto",
            "f32 causal naive",
            "f32 causal auto",
            "bf16 none naive",
            "bf16 none auto",
            "bf16 causal naive",
            "bf16 causal auto"),
        column(report, 0));
    assertEquals("naive", column(report, 1).getFirst());
    assertEquals("(baseline)", column(report, 6).getFirst());
    assertEquals(
        8, report.notes().stream().filter(n -> n.contains("error against float64 max")).count());
    assertTrue(
        report.notes().stream()
            .anyMatch(
                n ->
                    n.startsWith("f32 none naive: error against float64 max ")
                        && n.endsWith("RMS ratio 1.00")),
        report.text());
  }

  @Test
  void aVariantThatIsRefusedIsARowWithItsReason() throws Exception {
    Report report = run("compare -s 1,1,8,8 -b auto,nosuch --time 0.01");
    Row refused = report.rows().get(1);
    assertEquals("refused", refused.cells().get(1).text());
    assertTrue(
        report.notes().stream()
            .anyMatch(n -> n.startsWith("nosuch refused: sdpa was forced to kernel \"nosuch\"")),
        report.text());
  }

  @Test
  void theSessionsArraysAndMaskAreUsed() throws Exception {
    arrays();
    cell.variables.put("m", Lazuli.ones(DType.BOOL, 16, 16));
    Report four = run("q k v m --time 0.01");
    Report option = run("q k v -m @m --time 0.01 -o mine");
    assertTrue(
        four.title().startsWith("SDPA B=1 Hq=8 Hkv=8 Tq=16 Tk=16 D=64 f32 mask bool[16,16]"));
    assertEquals(four.title(), option.title());
    assertSame(option, cell.variables.get("mine"));
  }

  @Test
  void aRooflineIsDrawnBelowTheTable() throws Exception {
    Illustrated bench =
        (Illustrated) sdpa.run(cell.line("sdpa", "-s 1,2,32,16 --time 0.01 --roofline"));
    assertTrue(
        bench
            .text()
            .contains("\n\nroofline   roofs: f32 100 GFLOP/s, cache 40.0 GB/s, memory 10.0"),
        bench.text());
    assertTrue(bench.html().contains("<img alt=\"roofline: FLOP per byte across"), bench.html());
    Illustrated compare =
        (Illustrated)
            sdpa.run(
                cell.line(
                    "sdpa", "compare -s 1,2,32,16 -b naive,auto,nosuch --time 0.01 --roofline"));
    assertTrue(compare.chart().text().contains("\n  naive: 8.00 FLOP/byte, "), compare.text());
    assertTrue(compare.chart().text().contains("\n  auto: 8.00 FLOP/byte, "), compare.text());
    // What was refused has no place, and the row says why.
    assertFalse(compare.chart().text().contains("nosuch"), compare.text());
    assertEquals(3, compare.report().rows().size());
    SweepResult sweep =
        (SweepResult)
            sdpa.run(
                cell.line("sdpa", "sweep -s 1,2,32,16 --sweep s=16,32 --time 0.005 --roofline"));
    assertTrue(sweep.text().contains("\n  16 flash: "), sweep.text());
    assertEquals(2, sweep.report().rows().size());
    Illustrated explain =
        (Illustrated) sdpa.run(cell.line("sdpa", "explain -s 1,8,1024,64 --roofline"));
    assertTrue(
        explain.text().endsWith("  flash: 256 FLOP/byte, at most 100 GFLOP/s, bound by compute"),
        explain.text());
  }

  @Test
  void withoutLimitsThereIsNoRoofline() throws Exception {
    Sdpa unknown = new Sdpa(() -> new Limits(null), Sampler::system);
    for (String action : List.of("bench", "explain")) {
      Report report =
          (Report) unknown.run(cell.line("sdpa", action + " -s 1,1,8,8 --time 0.002 --roofline"));
      assertEquals(
          "no roofline: limits are unknown here; %device --peaks measures the processor's",
          report.notes().getLast());
    }
  }

  /** The cells of the row of a kernel. */
  private static List<String> rowOf(Report report, String kernel) {
    return report.rows().stream()
        .filter(row -> row.cells().getFirst().text().equals(kernel))
        .map(row -> row.cells().stream().map(Cell::text).toList())
        .findFirst()
        .orElseThrow(() -> new AssertionError(kernel + " is not in\n" + report.text()));
  }

  @Test
  void explainEstimatesWhatOtherKernelsWouldGiveAndSaysThatItIsAModel() throws Exception {
    Report report = run("explain -s 1,8,1024,64");
    assertEquals("est. (model)", report.columns().get(2).header());
    assertEquals("-", rowOf(report, "flash").get(2));
    String naive = rowOf(report, "naive").get(2);
    assertTrue(naive.matches("0\\.\\d+x"), naive);
    // split refuses so many queries: there is nothing to estimate.
    assertEquals("-", rowOf(report, "split").get(2));
    assertTrue(report.notes().contains(Model.NOTE), report.text());
    // Without limits there is nothing to model with, and nothing is said.
    Report unknown =
        (Report)
            new Sdpa(() -> new Limits(null), Sampler::system)
                .run(cell.line("sdpa", "explain -s 1,8,1024,64"));
    assertEquals("-", rowOf(unknown, "naive").get(2));
    assertFalse(unknown.notes().contains(Model.NOTE), unknown.text());
  }

  @Test
  void theModelIsWorkOverRatesAndNothingElse() {
    Variant naive = Variant.of("", Setting.random(Dims.parse("1,8,256,64"), 0), "naive");
    double expected = 0;
    for (var step : naive.steps()) {
      expected +=
          Math.max(step.work().executed() / 1e11, step.work().traffic() / 1e10) * 1e9 + 10_000;
    }
    assertTrue(naive.steps().size() > 1);
    assertEquals(
        expected, Model.nanos(naive.steps(), Objects.requireNonNull(LIMITS.peaks())), 1e-6);
  }

  @Test
  void anEstimateOfThePlanIsNotContradicted() throws Exception {
    // Where the plan passed a kernel over by its own estimates, theirs is the ratio shown.
    Report report = run("explain -s 1,8,4:1024,64");
    for (Row row : report.rows()) {
      String why = row.cells().get(3).text();
      Matcher said =
          Pattern.compile("estimated at ([\\d.]+ \\w+), the chosen kernel at ([\\d.]+ \\w+)")
              .matcher(why);
      if (said.matches()) {
        double shown = Double.parseDouble(row.cells().get(2).text().replace("x", ""));
        double expected = nanos(said.group(2)) / nanos(said.group(1));
        assertEquals(expected, shown, 0.05 * expected, report.text());
        return;
      }
    }
    throw new AssertionError("no kernel was passed over by an estimate:\n" + report.text());
  }

  private static double nanos(String time) {
    double value = Double.parseDouble(time.substring(0, time.indexOf(' ')));
    return value * Math.pow(1000, List.of("ns", "us", "ms", "s").indexOf(time.split(" ")[1]));
  }

  @Test
  void aFixIsWeighedBeforeItIsAdvised() throws Exception {
    // One f32 query on a bf16 cache: f32 keys would be twice the bytes, a bf16 query none.
    Report decode = run("explain -s 1,8:2,1:65536,64 -d q=f32,k=bf16,v=bf16");
    String fix = decode.notes().stream().filter(n -> n.startsWith("fix: ")).findFirst().orElse("");
    assertFalse(fix.contains("k.astype(F32), v.astype(F32) ->"), decode.text());
    // f64 has no fused kernel.
    Report wide = run("explain -s 1,8,1024,64 -d f64");
    assertTrue(
        wide.notes().stream()
            .anyMatch(
                n ->
                    n.matches(
                        "fix: q\\.astype\\(F32\\), k\\.astype\\(F32\\), v\\.astype\\(F32\\) ->"
                            + " flash, the result has that type then; the interpreter fits no"
                            + " model, %sdpa compare measures")),
        wide.text());
  }

  @Test
  void explainNamesTheChoiceTheRefusalsTheCastsAndTheFix() throws Exception {
    Report report = run("explain -s 1,2,64,16 -d q=bf16,k=bf16,v=f32");
    assertEquals("chosen", column(report, 1).getFirst());
    assertTrue(column(report, 1).stream().skip(1).allMatch("no"::equals));
    assertTrue(column(report, 3).stream().noneMatch("-"::equals));
    assertTrue(
        report
            .notes()
            .getFirst()
            .startsWith("dtypes: q bf16, k bf16, v f32 -> result f32; casts: "),
        report.text());
    assertTrue(
        report.notes().stream()
            .anyMatch(
                n ->
                    n.matches(
                        "fix: nothing to fix: .* ahead of the call would give est\\. \\S+x"
                            + " \\(model\\)")),
        report.text());
    assertTrue(report.rows().stream().allMatch(row -> row.samples().length == 0));
  }

  @Test
  void explainOfOneTypeHasNothingToFix() throws Exception {
    Report report = run("explain -s 1,2,64,16");
    assertTrue(report.notes().contains("fix: nothing to fix"), report.text());
    assertTrue(report.notes().getFirst().endsWith("; casts: none"), report.text());
  }

  @Test
  void rowsThatSeeNoKeyAreReported() throws Exception {
    Report report = run("explain -s 1,2,6:4,16 -m causal");
    assertTrue(report.notes().contains("2 rows see no key: exactly 0 there"), report.text());
  }

  @Test
  void masksOfEveryNameAreWhatTheArrayLibraryMeans() throws Exception {
    arrays();
    cell.variables.put("own", Lazuli.mask((b, h, q, k) -> k.mod(3).ne(0)));
    cell.variables.put("bias", Lazuli.normal(Lazuli.key(7), 16, 16));
    var ids = Lazuli.array(new int[] {0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
    var slopes = Lazuli.alibi(Lazuli.alibiSlopes(8));
    var q = (Array) cell.variables.get("q");
    var k = (Array) cell.variables.get("k");
    var v = (Array) cell.variables.get("v");
    Map<String, AttentionOption[]> meant = new LinkedHashMap<>();
    meant.put("none", options());
    meant.put("causal", options(Lazuli.causal()));
    meant.put("window:3", options(Lazuli.window(3)));
    meant.put("causal+window:3", options(Lazuli.causal().and(Lazuli.window(3))));
    meant.put("doc:5,11", options(Lazuli.documents(ids)));
    meant.put("doc:5,11+causal", options(Lazuli.documents(ids).and(Lazuli.causal())));
    meant.put("causal+prefix:4", options(Lazuli.causal().or(Lazuli.prefix(4))));
    meant.put("alibi", options(slopes));
    meant.put(
        "alibi+softcap:2.5+causal", options(slopes.then(Lazuli.softCap(2.5)), Lazuli.causal()));
    meant.put("@own+causal", options(((Mask) cell.variables.get("own")).and(Lazuli.causal())));
    meant.put(
        "@bias+causal", options(Lazuli.mask((Array) cell.variables.get("bias")), Lazuli.causal()));
    for (var entry : meant.entrySet()) {
      Form.Parsed parsed =
          Form.of(entry.getKey(), new Dims(1, 8, 8, 16, 16, 64, 64), cell.variables);
      Setting setting = new Setting(q, k, v, parsed.array(), parsed.form(), null);
      float[] expected = Lazuli.sdpa(q, k, v, entry.getValue()).toFloatArray();
      assertArrayEquals(expected, setting.attend("").toFloatArray(), entry.getKey());
    }
    String list = String.join(",", meant.keySet());
    assertEquals(List.copyOf(meant.keySet()), Form.list(list));
    Report report = run("compare q k v -m causal+window:3,doc:5,11+causal,alibi --time 0.002");
    assertEquals(List.of("causal+window:3", "doc:5,11+causal", "alibi"), column(report, 0));
    assertTrue(column(report, 1).stream().noneMatch("refused"::equals), report.text());
  }

  private static AttentionOption[] options(AttentionOption... options) {
    return options;
  }

  @Test
  void aCacheIsReadAsItIsKept() throws Exception {
    Report report =
        run(
            "compare -s 1,4:2,1:40,32 -d bf16 --decode --cache fixed:64,paged:16"
                + " --kv-dtype bf16,int8,int4 --time 0.002 --error");
    assertEquals(
        List.of(
            "bf16 fixed:64 bf16",
            "bf16 fixed:64 int8",
            "bf16 fixed:64 int4",
            "bf16 paged:16 bf16",
            "bf16 paged:16 int8",
            "bf16 paged:16 int4"),
        column(report, 0));
    assertTrue(column(report, 1).stream().noneMatch("refused"::equals), report.text());
    // The error is that against the numbers before they became codes.
    double int4 = error(report, "bf16 paged:16 int4");
    double int8 = error(report, "bf16 paged:16 int8");
    double bf16 = error(report, "bf16 paged:16 bf16");
    assertTrue(int4 > 4 * int8 && int8 > bf16, report.text());
  }

  private static double error(Report report, String name) {
    for (String note : report.notes()) {
      String start = name + ": error against float64 max ";
      if (note.startsWith(start)) {
        return Double.parseDouble(note.substring(start.length(), note.indexOf(',')));
      }
    }
    throw new AssertionError(name + " is not in\n" + report.text());
  }

  @Test
  void explainSaysWhatAMaskSkipsAndWhatACacheTakes() throws Exception {
    Report report = run("explain -s 1,2,256,16 -m causal+window:64");
    assertTrue(
        report
            .notes()
            .contains(
                "mask causal() and window(64): 64 x 64 tiles: 0 full, 7 partial, 9 empty, 56.3 %"
                    + " skipped"),
        report.text());
    assertTrue(report.title().contains("f32 causal+window:64 "), report.title());
    Report cached =
        run("explain -s 1,4:2,1:4000,64 -d bf16 --decode --cache fixed:256 --kv-dtype int8");
    assertTrue(
        cached
            .notes()
            .contains(
                "cache fixed 4096 slots int8: 1.03 MiB for 4096 slots; keys and values in bf16 would"
                    + " be 1.95 MiB"),
        cached.text());
    assertTrue(
        cached.notes().stream().anyMatch(n -> n.startsWith("codes are off by: keys max 0.")),
        cached.text());
    assertTrue(cached.title().contains("Tq=1 Tk=4000"), cached.title());
  }

  @Test
  void rowsWithoutKeysAreCountedForEveryMask() throws Exception {
    cell.variables.put("none", Lazuli.zeros(DType.BOOL, 1, 3, 5, 5));
    cell.variables.put("some", Lazuli.arange(5).eq(0).logicalNot().reshape(5, 1).broadcastTo(5, 5));
    for (String name : List.of("q", "k", "v")) {
      cell.variables.put(name, Lazuli.ones(1, 3, 5, 8));
    }
    assertTrue(
        run("explain q k v -m @none").notes().contains("15 rows see no key: exactly 0 there"));
    assertTrue(
        run("explain q k v -m @some").notes().contains("1 row sees no key: exactly 0 there"));
    assertTrue(
        run("explain -s 1,3,8:5,16 -m causal+window:2")
            .notes()
            .contains("3 rows see no key: exactly 0 there"));
    assertTrue(
        run("explain -s 1,3,8,16 -m causal").notes().stream().noneMatch(n -> n.contains("no key")));
  }

  @Test
  void anInterruptKeepsWhatWasMeasured() throws Exception {
    cell.interruptAfter = 60;
    Report report = run("compare -s 1,1,8,8 -b naive,auto --time 2 --warmup 2");
    assertEquals(2, report.rows().size());
    assertTrue(
        report.notes().stream().anyMatch(n -> n.matches("interrupted: [012] of 2")), report.text());
    int samples = report.rows().stream().mapToInt(row -> row.samples().length).sum();
    assertEquals("%sdpa: " + samples + " samples taken", cell.progress.getLast());
  }

  @Test
  void aMissingPeerIsOneLineBeforeMeasuring() {
    var wrong =
        assertThrows(
            UsageException.class, () -> run("-s 1,1,8,8 --peer torch --python no-such-python"));
    assertTrue(
        wrong.getMessage().startsWith("cannot start 'no-such-python': "), wrong.getMessage());
  }

  private Report withTorch(String arguments) throws Exception {
    try {
      return run(arguments + " --peer torch");
    } catch (UsageException missing) {
      if (missing.getMessage().contains(TorchPeer.VARIABLE)) {
        return abort("not on this machine: " + missing.getMessage());
      }
      throw missing;
    }
  }

  @Test
  void pytorchRunsInTurnsAndAgrees() throws Exception {
    Report report = withTorch("compare -s 1,4:2,16:32,8 -d f32,bf16 -m none,causal --time 0.01");
    assertEquals(
        List.of("torch f32 none", "torch f32 causal", "torch bf16 none", "torch bf16 causal"),
        column(report, 0).subList(4, 8));
    for (String note : report.notes()) {
      if (note.contains("differs from ours")) {
        double difference = Double.parseDouble(note.substring(note.lastIndexOf(' ')));
        assertTrue(difference < (note.contains("bf16") ? 3e-2 : 1e-5), note);
      }
    }
    assertEquals(4, report.notes().stream().filter(n -> n.contains("differs from ours")).count());
    assertEquals(
        4,
        report.notes().stream()
            .filter(
                n ->
                    n.matches(
                        "torch (bf16|f32) \\w+ / (bf16|f32) \\w+: .*x \\[.*] \\w+ \\(Lazuli\\)"))
            .count(),
        report.text());
    assertEquals(
        4,
        report.notes().stream()
            .filter(n -> n.matches("torch .*: error against float64 max .*, RMS .*; ours max .*"))
            .count(),
        report.text());
  }

  @Test
  void whatPytorchRefusesIsARowWithItsReason() throws Exception {
    Report report = withTorch("-s 1,1,8,8 -d q=bf16,k=f32,v=f32 --time 0.01");
    assertEquals("refused", column(report, 1).get(1));
    assertTrue(
        report.notes().stream().anyMatch(n -> n.startsWith("torch q=bf16,k=f32,v=f32 refused: ")),
        report.text());
  }
}
