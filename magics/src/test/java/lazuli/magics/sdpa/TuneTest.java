package lazuli.magics.sdpa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.ToDoubleFunction;
import lazuli.array.AttentionTiles;
import lazuli.array.attention.AttentionShape;
import lazuli.array.attention.KvFormat;
import lazuli.array.attention.Tile;
import lazuli.array.cpu.attention.TileClass;
import lazuli.array.cpu.attention.TunedTiles;
import lazuli.array.profile.Peaks;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.FakeCell;
import lazuli.magics.measure.Limits;
import lazuli.magics.report.Report;
import lazuli.magics.stats.Comparison;
import lazuli.magics.stats.Sampler;
import lazuli.magics.stats.Timing;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TuneTest {
  private static final Limits LIMITS =
      new Limits(
          new Peaks(Device.CPU, "Test", 2, 1e11, 5e10, 1e11, 1e10, 4e10, 10_000, Instant.EPOCH));

  private final FakeCell cell = new FakeCell();
  private final Sdpa sdpa = new Sdpa(() -> LIMITS, Sampler::system);
  @TempDir private Path folder;
  private String before = "";
  private Path file = Path.of("");

  @BeforeEach
  void ownFile() {
    before = System.getProperty(TunedTiles.PROPERTY, "");
    file = folder.resolve("tiles.json");
    System.setProperty(TunedTiles.PROPERTY, file.toString());
    AttentionTiles.reload();
  }

  @AfterEach
  void back() {
    System.setProperty(TunedTiles.PROPERTY, before);
    AttentionTiles.reload();
  }

  private Object run(String arguments) throws Exception {
    return sdpa.run(cell.line("sdpa", arguments));
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
          tune --show --undo      ~ --show, --undo and --reset are three things; give one
          tune --undo             ~ --undo: no tile was tuned on this machine
          tune -d f32,bf16        ~ %sdpa tune takes one dtype, mask and backend; run it once for each
          tune -b naive           ~ %sdpa tune: 'naive' has no tiles; flash and split have them
          tune -d f64             ~ %sdpa tune: the kernel of this attention is reference, which has no tiles; flash and split have them
          tune -m causl           ~ unknown mask 'causl'; one of none causal window:W doc:L1,L2,.. prefix:P alibi softcap:C @NAME, joined by '+' (did you mean 'causal'?)
          tune --tile 64x63       ~ --tile takes QUERIESxKEYS with 64 to 512 queries in steps of 64 and 32, 64, 128, 256 or 512 keys; or, for the split kernel, 1xKEYS with 32 to 65536 keys in steps of 32; got '64x63'
          tune q k v              ~ %sdpa tune makes its own operands; got q k v. Use --shape and --sweep, or compare with arrays
          tune --device sim       ~ --device: backend "sim" is not known; accepted: one of cpu, reference; use one of these names
          tune --device reference ~ %sdpa tune tunes the processor's kernels; those of reference are compiled with their tiles
          """)
  void wrongUseIsOneLineBeforeAnyWork(String arguments, String message) {
    var wrong = assertThrows(UsageException.class, () -> run(arguments));
    assertEquals(message, wrong.getMessage());
    assertFalse(Files.exists(file));
  }

  @Test
  void aTuningHasARowForEachTileALandscapeAndADecision() throws Exception {
    TuneResult result =
        (TuneResult) run("tune -s 1,2,96,16 --tile 64x64,128x32,64x256 --time 0.01 --warmup 2");
    assertEquals(List.of("in use", "64x64", "128x32", "64x256"), column(result.report(), 0));
    assertEquals("(64x256 tiles)", column(result.report(), 6).getFirst());
    assertEquals("flash f32 Tq<=256 Tk<=256 D<=32", result.group());
    assertTrue(
        result.report().notes().stream()
            .anyMatch(n -> n.startsWith("kept: ") || n.startsWith("not changed: ")),
        result.text());
    assertTrue(
        result.alt().startsWith("speed, the tile in use = 1: 2 queries by 3 keys of a tile, from "),
        result.alt());
    assertEquals(result.kept() != null, Files.exists(file));
    assertTrue(result.html().contains("<img alt=\"speed, the tile in use = 1: "));
    assertTrue(result.drawing().svg(result.alt()).contains(">128<"));
  }

  @Test
  void tilesThatAKernelRefusesAreRows() throws Exception {
    TuneResult result =
        (TuneResult) run("tune -s 1,2,1:300,16 --tile 1x64,64x64 --time 0.01 --warmup 2");
    assertEquals("split f32 Tq<=8 Tk<=1024 D<=32", result.group());
    assertEquals("(2 splits of 256 keys)", column(result.report(), 6).getFirst());
    assertTrue(
        column(result.report(), 6)
            .getLast()
            .startsWith("skipped: sdpa was forced to kernel \"split\", which refuses: tile 64x64"),
        result.text());
  }

  @Test
  void anInterruptKeepsRowsAndChangesNothing() throws Exception {
    cell.interruptAfter = 30;
    TuneResult result =
        (TuneResult) run("tune -s 1,1,64,16 --tile 64x64,64x32 --time 5 --warmup 2");
    assertNull(result.kept());
    assertTrue(result.report().rows().getFirst().samples().length > 0, result.text());
    assertTrue(result.report().notes().contains("interrupted: nothing was changed"), result.text());
    assertFalse(Files.exists(file));
  }

  @Test
  void dryRunNamesTilesAndGuards() throws Exception {
    Report report = (Report) run("tune --preset vit-b --dry-run");
    assertTrue(column(report, 1).contains("128x64"));
    List<String> guards = column(report, 1).stream().filter(t -> t.contains("B=")).toList();
    assertEquals(
        List.of(
            "the shape itself, again: B=1 Hq=12 Hkv=12 Tq=197 Tk=197 D=64",
            "causal: B=1 Hq=12 Hkv=12 Tq=197 Tk=197 D=64",
            "5/8 of the length: B=1 Hq=12 Hkv=12 Tq=123 Tk=123 D=64",
            "one key more: B=1 Hq=12 Hkv=12 Tq=197 Tk=198 D=64",
            "one key less: B=1 Hq=12 Hkv=12 Tq=197 Tk=196 D=64",
            "one head: B=1 Hq=1 Hkv=1 Tq=197 Tk=197 D=64",
            "4 query heads share keys: B=1 Hq=12 Hkv=3 Tq=197 Tk=197 D=64",
            "twice the batch: B=2 Hq=12 Hkv=12 Tq=197 Tk=197 D=64"),
        guards);
    assertEquals(List.of("dry run: nothing was computed, timed or changed"), report.notes());
  }

  @Test
  void aGuardThatIsSlowerOrUncertainForbids() {
    assertEquals(
        "it is slower",
        Tuning.reason(new Comparison(0.9, 0.88, 0.92, Comparison.Verdict.SLOWER), false));
    assertEquals("", Tuning.reason(new Comparison(1, 0.99, 1.01, Comparison.Verdict.SAME), false));
    assertEquals(
        "the gain was luck",
        Tuning.reason(new Comparison(1, 0.99, 1.01, Comparison.Verdict.SAME), true));
    assertEquals(
        "it may be 10 % slower; more --time decides",
        Tuning.reason(new Comparison(1, 0.9, 1.1, Comparison.Verdict.UNDECIDED), false));
    assertEquals(
        "", Tuning.reason(new Comparison(1, 0.97, 1.04, Comparison.Verdict.UNDECIDED), false));
    assertEquals(
        "the gain is not certain; more --time decides",
        Tuning.reason(new Comparison(1, 0.97, 1.04, Comparison.Verdict.UNDECIDED), true));
    assertEquals("", Tuning.reason(new Comparison(1.2, 1.1, 1.3, Comparison.Verdict.FASTER), true));
  }

  @Test
  void whatIsKeptIsShownAndTakenBack() throws Exception {
    TileClass group =
        TileClass.of(
            "flash", DType.F32, KvFormat.PLAIN, new AttentionShape(1, 8, 8, 1024, 1024, 64, 64));
    AttentionTiles.keep(group, new Tile(128, 64), "2026-11-28", "1.10x [1.05, 1.15] faster");
    Report shown = (Report) run("tune --show");
    assertEquals(List.of("flash f32 Tq<=1024 Tk<=1024 D<=64"), column(shown, 0));
    assertEquals(List.of("128x64"), column(shown, 1));
    assertEquals("1.10x [1.05, 1.15] faster", column(shown, 3).getFirst());
    assertEquals("kept in " + file + ", which only you can read", shown.notes().getLast());
    Report explained = (Report) run("explain -s 1,2,600,64");
    assertTrue(
        column(explained, 3)
            .getFirst()
            .contains("128x64 tiles tuned on this machine on 2026-11-28; last bits may differ"),
        explained.text());
    Report undone = (Report) run("tune --undo");
    assertEquals(
        "taken back: flash f32 Tq<=1024 Tk<=1024 D<=64 had 128x64", undone.notes().getFirst());
    assertEquals(
        "no tile was tuned on this machine: every attention uses the default",
        undone.notes().get(1));
    AttentionTiles.keep(group, new Tile(128, 64), "2026-11-28", "");
    assertEquals("1 change forgotten", ((Report) run("tune --reset")).notes().getFirst());
  }

  @Test
  void aDamagedFileStopsTuningAndIsShown() throws IOException, Exception {
    Files.writeString(file, "{");
    AttentionTiles.reload();
    String message = AttentionTiles.tuned().problem();
    assertTrue(message.contains(" is damaged: "), message);
    var wrong = assertThrows(UsageException.class, () -> run("tune -s 1,1,64,16"));
    assertEquals(message, wrong.getMessage());
    assertEquals(message, ((Report) run("tune --show")).notes().getFirst());
    assertEquals("the damaged file was deleted", ((Report) run("tune --reset")).notes().getFirst());
  }

  @Test
  void withoutAFileThereIsNothingToTune() {
    System.setProperty(TunedTiles.PROPERTY, "none");
    AttentionTiles.reload();
    var wrong = assertThrows(UsageException.class, () -> run("tune"));
    assertEquals("-Dlazuli.tiles=none: tuned tiles are neither read nor kept", wrong.getMessage());
  }

  /** A tuning whose times are what a function says. */
  private TuneResult tuned(ToDoubleFunction<Variant> nanos) throws Exception {
    SdpaOptions options = new SdpaOptions();
    options.operands.shape = "1,4,96,16";
    options.tiles.tile = "64x64,64x32";
    Use use = new Use(options, "tune", List.of(), cell, () -> LIMITS, Sampler::system);
    return Tuning.of(
            use,
            (variants, progress) ->
                variants.stream()
                    .map(
                        v -> {
                          double[] samples = new double[20];
                          for (int i = 0; i < samples.length; i++) {
                            samples[i] = nanos.applyAsDouble(v) * (1 + 1e-4 * i);
                          }
                          return new Timing(v.name(), samples, 1, samples[0], 1, true);
                        })
                    .toList())
        .run();
  }

  private static boolean is(Variant variant, String tile) {
    return String.valueOf(variant.tile()).equals(tile);
  }

  @Test
  void aTileThatWinsEverywhereIsKept() throws Exception {
    TuneResult result = tuned(v -> is(v, "64x32") ? 800 : 1000);
    assertEquals(new Tile(64, 32), result.kept(), result.text());
    List<String> notes = result.report().notes();
    assertEquals(
        "kept: 64x32 for flash f32 Tq<=256 Tk<=256 D<=32 on this device; %sdpa tune --undo takes it"
            + " back",
        notes.get(notes.size() - 2));
    assertTrue(notes.contains("guard: causal: 1.25x [1.25, 1.25] faster"), result.text());
    assertEquals(List.of("64x32"), column((Report) run("tune --show"), 1));
    assertEquals(1.25, result.landscape().values()[0][0], 1e-9);
  }

  @Test
  void oneSlowerGuardForbids() throws Exception {
    TuneResult result =
        tuned(
            v -> {
              boolean one = v.setting().dims().hq() == 1;
              return is(v, "64x32") ? one ? 1100 : 800 : 1000;
            });
    assertNull(result.kept());
    assertEquals(new Tile(64, 32), result.best());
    List<String> notes = result.report().notes();
    assertTrue(
        notes.contains("guard: one head: 0.91x [0.91, 0.91] slower, so not kept: it is slower"),
        result.text());
    assertTrue(notes.contains("not changed: 64x32 does not pass every guard"), result.text());
    assertFalse(Files.exists(file));
  }

  @Test
  void withoutAFasterTileNothingChanges() throws Exception {
    TuneResult result = tuned(v -> v.tile() == null ? 900 : 1000);
    assertNull(result.best());
    assertTrue(
        result.report().notes().contains("not changed: no tile is faster than the one in use"),
        result.text());
    TuneResult even = tuned(v -> is(v, "64x32") ? 995 : 1000);
    assertTrue(
        even.report()
            .notes()
            .contains(
                "not changed: the best, 64x32, against the one in use: 1.01x [1.00, 1.01] same"),
        even.text());
  }
}
