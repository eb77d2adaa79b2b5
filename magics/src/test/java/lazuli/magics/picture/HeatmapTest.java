package lazuli.magics.picture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.imageio.ImageIO;
import lazuli.kernel.ext.MimeBundle;
import lazuli.magics.report.Golden;
import lazuli.magics.report.Json;
import org.junit.jupiter.api.Test;

class HeatmapTest {
  private static final Heatmap CAUSAL =
      new Heatmap(
          "weights",
          new double[][] {{1, 0, 0}, {0.25, 0.75, 0}, {0.2, 0.3, 0.5}},
          List.of("a", " ", "b"),
          List.of("a", " ", "b"));

  private static BufferedImage image(byte[] png) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(png));
  }

  @Test
  void thePngIsReadByAnotherReader() throws IOException {
    byte[] png = CAUSAL.png();
    if ("write".equals(System.getProperty("golden"))) {
      Files.write(Path.of("target/heatmap.png"), png);
    }
    BufferedImage image = image(png);
    assertTrue(image.getWidth() > 90 && image.getHeight() > 90);
    Set<Integer> colours = new HashSet<>();
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        colours.add(image.getRGB(x, y) & 0xffffff);
      }
    }
    // Paper, ink, hatching, and the darkest and lightest of the ramp.
    assertTrue(colours.containsAll(Set.of(0xffffff, 0x222222, 0xc8c8c8, 0x0c2a5e, 0xf2f6fc)));
  }

  @Test
  void aPixelOfTheCanvasIsThePixelOfThePng() throws IOException {
    Canvas canvas = new Canvas(7, 3, 0x102030);
    canvas.fill(5, 1, 9, 1, 0xfedcba);
    BufferedImage image = image(Png.of(canvas));
    for (int y = 0; y < 3; y++) {
      for (int x = 0; x < 7; x++) {
        assertEquals(canvas.pixel(x, y), image.getRGB(x, y) & 0xffffff);
      }
    }
    assertEquals(0xfedcba, image.getRGB(6, 1) & 0xffffff);
  }

  @Test
  void everyAsciiLetterHasItsOwnShape() {
    Set<List<Integer>> shapes = new HashSet<>();
    for (char letter = 32; letter < 127; letter++) {
      assertTrue(shapes.add(shape(String.valueOf(letter))), "letter " + letter);
    }
    assertTrue(shapes.add(shape(String.valueOf(Canvas.VISIBLE_SPACE))));
    assertEquals(shape("?"), shape("\u00e9"));
    assertNotEquals(Collections.nCopies(48, 0), shape("~"));
  }

  private static List<Integer> shape(String letter) {
    Canvas canvas = new Canvas(Canvas.ADVANCE, Canvas.HEIGHT, 0);
    canvas.text(0, 0, letter, 1, 1);
    List<Integer> pixels = new java.util.ArrayList<>();
    for (int y = 0; y < Canvas.HEIGHT; y++) {
      for (int x = 0; x < Canvas.ADVANCE; x++) {
        pixels.add(canvas.pixel(x, y));
      }
    }
    return pixels;
  }

  @Test
  void theBundleHasPictureTextAndChartButNoHtml() throws IOException {
    MimeBundle bundle = CAUSAL.bundle();
    assertEquals(
        Set.of("application/vnd.vegalite.v5+json", "text/plain", "image/png"),
        bundle.data().keySet());
    assertArrayEquals(CAUSAL.png(), Base64.getDecoder().decode(bundle.data().get("image/png")));
    assertEquals(Map.of("alt", CAUSAL.alt()), Json.read(bundle.metadata().get("image/png")));
  }

  @Test
  void theAltTextSaysWhatTheEyeSees() {
    assertEquals(
        "weights: 3 rows by 3 columns, every row sums to 1; largest 1.00 at row 0 'a', column 0"
            + " 'a'",
        CAUSAL.alt());
  }

  @Test
  void smallMapsPrintHundredthsAndWideOnesShades() throws IOException {
    Golden.check("picture/small.txt", CAUSAL.text());
    double[][] wide = new double[3][60];
    for (int j = 0; j < 60; j++) {
      wide[1][j] = j / 59.0;
    }
    List<String> labels = Collections.nCopies(60, "x");
    Golden.check(
        "picture/wide.txt", new Heatmap("wide", wide, List.of("0", "1", "2"), labels).text());
  }

  @Test
  void theChartLabelsPlacesSoThatEqualCharactersStayApart() throws IOException {
    Map<?, ?> spec =
        (Map<?, ?>) Json.read(CAUSAL.bundle().data().get("application/vnd.vegalite.v5+json"));
    assertEquals("https://vega.github.io/schema/vega-lite/v5.json", spec.get("$schema"));
    assertEquals(9, ((List<?>) ((Map<?, ?>) spec.get("data")).get("values")).size());
    Map<?, ?> x = (Map<?, ?>) ((Map<?, ?>) spec.get("encoding")).get("x");
    assertEquals(
        "[\"a\",\"\u2423\",\"b\"][datum.value]", ((Map<?, ?>) x.get("axis")).get("labelExpr"));
  }

  @Test
  void largeMapsGoWithoutTheChart() throws IOException {
    List<String> labels = Collections.nCopies(200, "x");
    Heatmap large = new Heatmap("large", new double[200][200], labels, labels);
    assertFalse(large.bundle().data().containsKey("application/vnd.vegalite.v5+json"));
    assertEquals(200 * 3 + 24, image(large.png()).getWidth());
  }

  @Test
  void labelsMustFitTheMatrix() {
    var wrong =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Heatmap("t", new double[2][3], List.of("a"), List.of("x", "y", "z")));
    assertEquals(
        "a heat map of 2 rows by 3 columns has 1 row labels and 3 column labels; give one label for"
            + " each",
        wrong.getMessage());
  }

  private static Heatmap of(double[][] values) {
    return Pictures.heatmap(values, null, null);
  }

  @Test
  void numbersBelowNothingHaveAColourOfTheirOwnAndDoNotRunTogether() throws IOException {
    Heatmap map = of(new double[][] {{-1.35, -0.12, 2.17}, {1.2, 0, -2.17}});
    assertEquals(
        """
        heat map: 2 rows by 3 columns; largest 2.17 at row 0 '0', column 2 '2'; smallest -2.17 at row 1\
         '1', column 2 '2'; hundredths, '.' for 0
             0    1    2
        0 -135  -12  217
        1  120    . -217""",
        map.text());
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(map.png()));
    List<Integer> blues = new ArrayList<>();
    List<Integer> browns = new ArrayList<>();
    for (int x = 0; x < image.getWidth(); x++) {
      for (int y = 0; y < image.getHeight(); y++) {
        int rgb = image.getRGB(x, y) & 0xffffff;
        if (rgb == 0x0c2a5e) {
          blues.add(rgb);
        } else if (rgb == 0x5e3502) {
          browns.add(rgb);
        }
      }
    }
    // The two largest sizes have full colour, a square each.
    assertTrue(blues.size() > 300 && browns.size() > 300, blues.size() + " " + browns.size());
    assertTrue(
        String.valueOf(map.bundle().data().get("application/vnd.vegalite.v5+json"))
            .contains("\"domainMid\":0"));
  }

  @Test
  void whatIsNoNumberIsNotZero() {
    Heatmap map = of(new double[][] {{Double.NaN, 1}, {Double.POSITIVE_INFINITY, 0}});
    assertEquals(
        """
        heat map: 2 rows by 2 columns; largest Infinity at row 1 '1', column 0 '0'; 1 is not a number;\
         hundredths, '.' for 0
            0   1
        0 nan 100
        1 inf   .""",
        map.text());
    Heatmap none = of(new double[][] {{Double.NaN}});
    assertEquals("heat map: 1 row by 1 column; 1 is not a number", none.alt());
    assertEquals('P', none.png()[1]);
  }

  @Test
  void largeNumbersAreNoHundredths() {
    String text = of(new double[][] {{12345.6, 0.5}}).text();
    assertEquals(List.of("      0     1", "0 12346 0.500"), text.lines().skip(1).toList(), text);
  }
}
