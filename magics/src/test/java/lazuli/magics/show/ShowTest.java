package lazuli.magics.show;

import static lazuli.array.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import lazuli.array.Array;
import lazuli.array.AttentionResult;
import lazuli.array.KvCache;
import lazuli.array.attention.BlockMask;
import lazuli.array.attention.KvFormat;
import lazuli.array.attention.TileTrace;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.ext.UsageException;
import lazuli.magics.report.Report;
import lazuli.magics.report.Row;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ShowTest {
  /** What JupyterLab 4.6 keeps in an untrusted notebook, of what views use. */
  private static final Set<String> ELEMENTS =
      Set.of("div table caption thead tbody tr th td p img details summary pre".split(" "));

  private static final Set<String> ATTRIBUTES = Set.of("style", "class", "scope", "alt", "src");
  private static final Set<String> STYLES =
      Set.of("", "text-align", "font-weight", "background", "margin", "white-space");

  private static final Array Q = normal(key(1), 1, 4, 12, 16).eval();
  private static final Array K = normal(key(2), 1, 2, 20, 16).eval();
  private static final Array V = normal(key(3), 1, 2, 20, 24).eval();

  private static AttentionResult result() {
    return attention(Q, K, V, causal());
  }

  /** Six queries on four keys: the first two see none. */
  private static TileTrace blind() {
    Array six = normal(key(5), 1, 1, 6, 16);
    Array four = normal(key(6), 1, 1, 4, 16);
    return attention(six, four, four, causal()).trace(0, 1);
  }

  private static String[] tokens() {
    String[] tokens = new String[20];
    Arrays.setAll(tokens, i -> i == 3 ? "<b>&\"x" : "t" + i);
    return tokens;
  }

  private static KvCache cache(KvCache cache, int tokens) {
    Array k = normal(key(4), 2, 2, tokens, 32);
    return cache.append(k, k, new int[] {tokens, tokens / 3});
  }

  static Stream<Arguments> views() {
    return Stream.of(
        view("mask", () -> Show.mask(causal().and(window(40)), 128, 128)),
        view("large mask", () -> Show.mask(causal().and(window(4096)), 1 << 16, 1 << 16)),
        view("wide mask", () -> Show.mask(prefix(10), 3, 2000, 1, 16)),
        view("block mask", () -> Show.mask(blockMask(documents(arange(512)), 512, 512))),
        view("weights", () -> Show.weights(result(), 2, tokens())),
        view("heads", () -> Show.heads(result(), tokens())),
        view("steps", () -> Show.steps(result().trace(1, 11, 8))),
        view("blind steps", () -> Show.steps(blind())),
        view("tiles", () -> Show.tiles(result().trace(1, 11, 8))),
        view("traffic", () -> Show.traffic(Q, K, V, causal())),
        view("fixed", () -> Show.cache(cache(KvCache.fixed(100, BF16, 2, 2, 32, 32), 60))),
        view("int8", () -> Show.cache(cache(cache8(), 60))),
        view("rotating", () -> Show.cache(cache(rotating(), 20))),
        view("paged", () -> Show.cache(cache(KvCache.paged(16, F16, 2, 2, 32, 32), 60))),
        view("growth", () -> Show.growth(65536, 32, 8, 128, BF16)),
        view("numerics", () -> Show.numerics(Q, K, V, causal())));
  }

  private static KvCache cache8() {
    return KvCache.growing(BF16, 2, 2, 32, 32).quantised(KvFormat.INT8);
  }

  private static KvCache rotating() {
    return cache(KvCache.rotating(24, 4, F32, 2, 2, 32, 32), 24);
  }

  private static Arguments view(String name, Supplier<View> view) {
    return Arguments.of(name, view);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("views")
  void everyViewSurvivesAnUntrustedNotebookAndAConsole(String name, Supplier<View> make)
      throws IOException {
    View view = make.get();
    MimeBundle bundle = view.bundle();
    assertEquals(
        List.of(MimeBundle.TEXT, MimeBundle.HTML, Report.MIME),
        List.copyOf(bundle.data().keySet()));
    String text = bundle.data().get(MimeBundle.TEXT);
    assertEquals(view.toString(), text);
    List<String> wide = text.lines().filter(line -> line.length() > 100).toList();
    assertEquals(List.of(), wide);
    assertTrue(text.lines().count() < 160, text);
    String html = bundle.data().get(MimeBundle.HTML);
    assertTrue(html.length() < 100_000, "html of " + html.length() + " characters");
    Document parsed = Jsoup.parseBodyFragment(html);
    for (Element element : parsed.body().children().select("*")) {
      assertTrue(ELEMENTS.contains(element.tagName()), element.tagName());
      element.attributes().forEach(a -> assertTrue(ATTRIBUTES.contains(a.getKey()), a.toString()));
      for (String property : element.attr("style").split(";")) {
        assertTrue(STYLES.contains(property.split(":")[0].strip()), property);
        assertFalse(property.contains("var("), property);
      }
    }
    for (Element image : parsed.select("img")) {
      assertTrue(image.attr("alt").length() > 20, image.attr("alt"));
      String prefix = "data:image/png;base64,";
      assertTrue(image.attr("src").startsWith(prefix));
      byte[] png = Base64.getDecoder().decode(image.attr("src").substring(prefix.length()));
      var read = ImageIO.read(new ByteArrayInputStream(png));
      assertTrue(read.getWidth() <= 1200 && read.getHeight() <= 1200, read.toString());
    }
    assertEquals(view.pictures().size(), parsed.select("img").size());
    assertEquals(view.steps().size(), parsed.select("details > pre").size());
    assertEquals(view.report().rows().size(), view.table().rowCount());
  }

  private static double number(View view, int row, int column) {
    return switch (view.report().rows().get(row).cells().get(column)) {
      case lazuli.magics.report.Cell.Number(double value, _, _) -> value;
      case lazuli.magics.report.Cell.Words(String text) -> throw new AssertionError(text);
    };
  }

  @Test
  void aMasksTilesAreThoseOfBlockMask() {
    for (int size : new int[] {256, 4096}) {
      var mask = causal().and(window(100));
      BlockMask tiles = blockMask(mask, size, size);
      View view = Show.mask(mask, size, size);
      assertEquals(tiles.count(BlockMask.Tile.FULL), number(view, 0, 1));
      assertEquals(tiles.count(BlockMask.Tile.PARTIAL), number(view, 1, 1));
      assertEquals(tiles.count(BlockMask.Tile.EMPTY), number(view, 2, 1));
    }
    View view = Show.mask(causal(), 8, 4, 2, 2);
    assertTrue(
        view.report().notes().contains("4 rows see no key: exactly 0 there"), view.toString());
    assertEquals(
        "seen pairs: 10 of 32 (31.3 %); tiles that are computed hold 1.20 times that",
        view.report().notes().getFirst());
    assertTrue(
        view.text().endsWith("\n....\n....\n....\n....\n+-..\n++..\n##+-\n##++"), view.text());
  }

  @Test
  void aMaskOnArraysIsDecidedByItsPositions() {
    Array ids = array(new int[] {0, 0, 0, 0, 1, 1, 1, 1});
    View view = Show.mask(documents(ids), 8, 8, 4, 4);
    assertEquals(2, number(view, 0, 1));
    assertEquals(0, number(view, 1, 1));
    assertEquals(2, number(view, 2, 1));
    assertTrue(
        view.report()
            .notes()
            .contains("4 tiles are decided when the kernel runs: bounds alone call them partial"),
        view.toString());
  }

  @Test
  void weightsAreTheAttentionsOwn() {
    AttentionResult result = result();
    View view = Show.weights(result, 2, tokens());
    double[] weights = attentionWeights(Q, K, causal()).get("0, 2").toDoubleArray();
    double[] entropy = result.entropy().get("0, 2").toDoubleArray();
    for (int i = 0; i < 12; i++) {
      int top = 0;
      for (int j = 0; j < 20; j++) {
        top = weights[i * 20 + j] > weights[i * 20 + top] ? j : top;
      }
      Row row = view.report().rows().get(i);
      assertEquals(top + " " + tokens()[top], row.cells().get(1).text());
      assertEquals(weights[i * 20 + top], number(view, i, 2), 1e-6);
      assertEquals(entropy[i], number(view, i, 3));
      assertEquals(1, number(view, i, 5), 1e-6);
    }
    assertEquals(
        "weights was given 2 tokens for 20 keys\n"
            + "  accepted: one token for each key, or none\n"
            + "  fix: pass the tokens that the keys were made of",
        assertThrows(ArrayException.class, () -> Show.weights(result, 2, "a", "b")).getMessage());
  }

  @Test
  void headsAreSortedByEntropyAndNamedByWhatTheyLookAt() {
    Array q = zeros(1, 3, 24, 24);
    // Head 0 looks at its own place, head 1 at the first key, head 2 at everything.
    Array eye = eye(24).mul(40).reshape(1, 1, 24, 24);
    Array first = zeros(1, 1, 24, 24).add(eye.get("..., 0:1, :").mul(1.0));
    q = concatenate(1, eye, first, zeros(1, 1, 24, 24));
    Array k = concatenate(1, eye, eye, eye).div(40);
    View view = Show.heads(attention(q, k, k));
    List<String> kinds =
        view.report().rows().stream()
            .map(r -> r.cells().get(0).text() + " " + r.cells().get(1).text())
            .toList();
    assertEquals(Set.of("head 0 own", "head 1 first", "head 2 wide"), Set.copyOf(kinds));
    assertEquals("head 2 wide", kinds.getLast());
    assertEquals(Math.log(24), number(view, 2, 2), 1e-6);
    assertTrue(view.pictures().getFirst().alt().contains("head 2 wide"));
  }

  @Test
  void stepsShowTheKernelsFrames() {
    TileTrace trace = result().trace(1, 11, 8);
    View view = Show.steps(trace);
    assertEquals(3, view.steps().size());
    for (int n = 0; n < 3; n++) {
      TileTrace.Frame f = trace.frames().get(n);
      assertEquals(f.max(), (float) number(view, n, 2));
      assertEquals(f.factor(), (float) number(view, n, 3));
      assertEquals(f.sum(), (float) number(view, n, 4));
    }
    assertTrue(view.steps().getFirst().summary().startsWith("step 1: keys 0-7, m "));
    assertTrue(view.steps().getFirst().lines().contains("factor = 0: nothing came before"));
    assertEquals(
        "frames of the kernel itself (flash), with tiles of 8 keys where it usually takes 256",
        view.report().notes().getLast());
    assertEquals(
        List.of("the query sees no key: the result is exactly 0"),
        Show.steps(blind()).report().notes());
  }

  @Test
  void theScheduleCountsEveryVisitOnce() {
    TileTrace trace = result().trace(1, 11, 8);
    View view = Show.tiles(trace);
    double sum = 0;
    for (int i = 0; i < view.report().rows().size(); i++) {
      sum += number(view, i, 1);
    }
    assertEquals(trace.visits().size(), sum);
    // Rows of both heads of a group: 24 queries of a block, 16 and 24 numbers wide, in f32.
    assertTrue(
        view.report()
            .notes()
            .getFirst()
            .startsWith(
                "at once: queries 4.00 KiB, keys 512 B, values 768 B, scores 2.00 KiB, results 6.00"
                    + " KiB: 13.2 KiB"),
        view.report().notes().getFirst());
  }

  @Test
  void trafficIsThatOfThePlans() {
    Array q = zeros(1, 2, 1024, 64).eval();
    View view = Show.traffic(q, q, q);
    double naive =
        explain(sdpa(q, q, q, kernel("naive"))).steps().stream()
            .mapToDouble(step -> step.work().traffic())
            .sum();
    double flash = explain(sdpa(q, q, q, kernel("flash"))).steps().getLast().work().traffic();
    assertEquals(naive, number(view, 0, 8) * (1 << 20), 1);
    assertEquals(flash, number(view, 1, 8) * (1 << 20), 1);
    assertTrue(number(view, 0, 6) > 2 * 4 * 2 - 1, "scores of 8 MiB are written and read");
    assertEquals(0, number(view, 1, 6));
    assertTrue(
        view.report().notes().getFirst().startsWith("split does not run: "),
        view.report().notes().getFirst());
  }

  @Test
  void aCachesPlacesAreShownWithItsBytes() {
    View rotating = Show.cache(cache(rotating(), 20));
    assertEquals(28, number(rotating, 0, 1));
    assertTrue(rotating.text().contains("batch 0 ####----------------####"), rotating.text());
    KvCache paged = cache(KvCache.paged(16, F16, 2, 2, 32, 32), 60);
    View view = Show.cache(paged);
    assertEquals("0 1 2 3", view.report().rows().getFirst().cells().get(2).text());
    assertEquals("4 5", view.report().rows().get(1).cells().get(2).text());
    assertTrue(view.text().contains("page 3  AAAAAAAAAAAA...."), view.text());
    assertTrue(view.text().contains("page 5  BBBB............"), view.text());
    View codes = Show.cache(cache(cache8(), 60));
    assertTrue(
        codes.report().notes().getLast().startsWith("int8 codes are off by: keys max 0."),
        codes.text());
  }

  @Test
  void growthCountsTheBytesOfRealCaches() {
    View view = Show.growth(1024, 8, 2, 64, BF16);
    int last = view.report().rows().size() - 1;
    List<String> names = view.report().columns().stream().map(c -> c.name()).toList();
    assertEquals(
        List.of("tokens", "MHA 8", "GQA 2", "MQA 1", "2 int8, fp8", "2 int4", "concat", "doubling"),
        names);
    double plain = KvCache.fixed(1024, BF16, 1, 2, 64, 64).bytes();
    double int4 = KvCache.fixed(1024, BF16, 1, 2, 64, 64).quantised(KvFormat.INT4).bytes();
    assertEquals(plain, number(view, last, 2) * (1 << 20), 1);
    assertEquals(int4, number(view, last, 5) * (1 << 20), 1);
    assertEquals(plain / 1024 * (1024 * 1023 / 2), number(view, last, 6) * (1 << 20), 1);
    assertEquals(plain / 1024 * (256 + 512), number(view, last, 7) * (1 << 20), 1);
    assertTrue(
        assertThrows(ArrayException.class, () -> Show.growth(10, 8, 3, 64, BF16))
            .getMessage()
            .startsWith("growth was given 10 tokens, Hq 8, Hkv 3, D 64\n"));
  }

  @Test
  void numericsAreDifferencesToFloat64() {
    View view = Show.numerics(Q, K, V, causal());
    double[] expected =
        sdpa(Q.astype(DType.F64), K.astype(DType.F64), V.astype(DType.F64), causal())
            .toDoubleArray();
    double[] actual = sdpa(Q, K, V, causal(), kernel("flash")).toDoubleArray();
    double most = 0;
    for (int i = 0; i < actual.length; i++) {
      most = Math.max(most, Math.abs(actual[i] - expected[i]));
    }
    List<String> names = new ArrayList<>();
    view.report()
        .rows()
        .forEach(r -> names.add(r.cells().get(0).text() + " " + r.cells().get(1).text()));
    assertEquals(
        List.of("f32 naive", "f32 flash", "f16 naive", "f16 flash", "bf16 naive", "bf16 flash"),
        names);
    assertEquals(most, number(view, 1, 2));
    assertTrue(number(view, 5, 2) > 100 * number(view, 1, 2), "bf16 is coarser");
    assertEquals(Map.of(), view.bundle().metadata());
    assertTrue(
        assertThrows(
                ArrayException.class,
                () -> {
                  Array large = zeros(1, 8, 8192, 64);
                  Show.numerics(large, large, large);
                })
            .getMessage()
            .startsWith(
                "numerics was given q [1,8,8192,64] and k [1,8,8192,64]: 6.9e+10 products"));
  }

  @Test
  void aViewIsSavedInEveryForm(@TempDir Path folder) throws IOException {
    View view = Show.mask(causal().and(window(40)), 128, 128);
    for (String ending : List.of("csv", "json", "html", "svg", "png")) {
      Path file = folder.resolve("mask." + ending);
      assertEquals(file, view.save(file.toString()));
      assertTrue(Files.size(file) > 100, ending);
    }
    assertEquals(view.csv(), Files.readString(folder.resolve("mask.csv")));
    byte[] png = Files.readAllBytes(folder.resolve("mask.png"));
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    String svg = Files.readString(folder.resolve("mask.svg"));
    assertTrue(
        svg.contains("width=\"" + image.getWidth() + "\" height=\"" + image.getHeight() + "\""),
        svg.substring(0, 200));
    assertTrue(svg.contains(Base64.getEncoder().encodeToString(png)));
    assertTrue(svg.contains("<title>"));
    String there = folder.resolve("mask.png").toString();
    assertEquals(
        "save: '" + there + "' exists; delete it, or choose another name",
        assertThrows(UsageException.class, () -> view.save(there)).getMessage());
    assertEquals(
        "save needs a name that ends in .csv, .json, .html, .svg or .png; got 'mask.doc'",
        assertThrows(UsageException.class, () -> view.save("mask.doc")).getMessage());
  }
}
