package lazuli.kernel.display;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import lazuli.kernel.ext.Displayable;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.ext.UsageException;
import org.junit.jupiter.api.Test;

class RenderersTest {
  private final Renderers renderers = new Renderers();

  private String text(Object value) {
    return renderers.render(value).data().get(MimeBundle.TEXT);
  }

  @Test
  void valuesWithoutARendererAreTheirText() {
    assertEquals("null", text(null));
    assertEquals("1.5", text(1.5));
    assertEquals("[a, b]", text(List.of("a", "b")));
  }

  @Test
  void arraysAreWrittenOut() {
    assertEquals("[1, 2]", text(new int[] {1, 2}));
    assertEquals("[true]", text(new boolean[] {true}));
    assertEquals(
        "[[1.0], [], null, x]", text(new Object[] {new float[] {1}, new int[0], null, "x"}));
    Object[] self = new Object[1];
    self[0] = self;
    assertEquals("[".repeat(16) + "[...]" + "]".repeat(16), text(self));
  }

  @Test
  void longArraysAndTextsAreCutAndSayByHowMuch() {
    assertTrue(text(new int[2_000_000]).endsWith("0, 0, ... 1999000 more]"));
    String cut = text("x".repeat(99_999) + "🙂🙂");
    assertTrue(cut.endsWith("x\n... 4 more characters"), cut.substring(99_990));
  }

  @Test
  void whatToStringThrowsBecomesText() {
    Object broken =
        new Object() {
          @Override
          public String toString() {
            throw new IllegalStateException("no");
          }
        };
    assertEquals(
        broken.getClass().getTypeName()
            + ": its toString() threw java.lang.IllegalStateException: no",
        text(broken));
    assertTrue(text(new Object[] {1, broken}).startsWith("[1, "));
  }

  @Test
  void theRendererOfTheMostSpecificTypeIsUsed() {
    renderers.add(Number.class, n -> MimeBundle.text("number"));
    renderers.add(Integer.class, n -> MimeBundle.text("integer"));
    renderers.add(Object.class, n -> MimeBundle.text("object"));
    assertEquals("integer", text(1));
    assertEquals("number", text(1.5));
    assertEquals("object", text("s"));
    renderers.add(Integer.class, n -> MimeBundle.text("later"));
    assertEquals("later", text(1));
  }

  @Test
  void displayablesAndBundlesShowThemselves() {
    MimeBundle bundle = new MimeBundle(Map.of(MimeBundle.HTML, "<i>a</i>"), Map.of());
    assertEquals(bundle.with(MimeBundle.TEXT, ""), renderers.render(bundle));
    Displayable displayable = () -> bundle.with(MimeBundle.TEXT, "a");
    assertEquals(bundle.with(MimeBundle.TEXT, "a"), renderers.render(displayable));
  }

  @Test
  void aRendererThatFailsLeavesTheText() {
    renderers.add(
        String.class,
        s -> {
          throw new IllegalArgumentException("bad");
        });
    assertEquals("x\n(cannot be displayed: java.lang.IllegalArgumentException: bad)", text("x"));
  }

  @Test
  void mimesChooseAndTextIsTakenAsWrittenInThem() {
    assertEquals(
        Map.of(MimeBundle.HTML, "<b>", MimeBundle.TEXT, "<b>"),
        renderers.render("<b>", MimeBundle.HTML).data());
    renderers.add(
        Integer.class,
        n -> MimeBundle.text("1").with(MimeBundle.HTML, "h").with("image/svg+xml", "s"));
    assertEquals(
        Map.of(MimeBundle.HTML, "h", MimeBundle.TEXT, "1"),
        renderers.render(1, MimeBundle.HTML).data());
    // As in IJava and JJava.
    assertEquals(Map.of(MimeBundle.TEXT, "1.5"), renderers.render(1.5, "image/png").data());
  }

  @Test
  void javasOwnPicturesArePng() {
    var picture = new java.awt.image.BufferedImage(2, 3, 1);
    MimeBundle bundle = renderers.render(picture);
    assertTrue(bundle.data().get(MimeBundle.PNG).startsWith("iVBORw0KGgo"), "" + bundle);
  }

  @Test
  void resultsOfRegisteredTypesAreNotHeld() throws Exception {
    var results = new Results();
    results.holdWeakly(byte[].class);
    results.put(1, "held");
    results.put(2, new byte[1 << 20]);
    assertEquals("held", results.<String>get(1));
    while (results.peek(2) != null) {
      System.gc();
    }
    assertEquals(
        "Out: the result of cell 2 was not kept, since results of its type are held only while a"
            + " variable names them; assign it to a variable in that cell",
        assertThrows(UsageException.class, () -> results.get(2)).getMessage());
    assertEquals(
        "Out: cell 3 has no result; cells with one: [1, 2]",
        assertThrows(UsageException.class, () -> results.get(3)).getMessage());
    assertEquals(
        "Out: no cell has a result yet",
        assertThrows(UsageException.class, () -> new Results().last()).getMessage());
  }

  @Test
  void theFunctionsOfCellsSayWhenThereIsNoCell() {
    assertEquals(
        "display: this works only in a notebook's cell",
        assertThrows(UsageException.class, () -> Display.display(1)).getMessage());
  }
}
