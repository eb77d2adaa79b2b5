package lazuli.magics.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.ext.UsageException;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final Environment ENVIRONMENT =
      new Environment(
          "cpu", "A <fast> processor", "25.0.3 (X)", 2, "2026-11-20T12:00:00Z", "0.1.0", 7, "");

  private static final Report REPORT =
      new Report(
          "SDPA B=1 <Hq>=8, \"quoted\" & more",
          List.of(
              Column.words("Op"),
              Column.numbers("Count", ""),
              Column.numbers("Total", "ms"),
              Column.words("Reason")),
          List.of(
              Row.of(
                      Cell.of("sdpa[flash]"),
                      Cell.count(12),
                      Cell.of(4.870123, "4.870", 0.41),
                      Cell.of("chosen"))
                  .with(new double[] {1.26, 3}),
              Row.of(
                  Cell.of("cast, bf16"),
                  Cell.count(3),
                  Cell.of(0.91),
                  Cell.of(
                      "mask is an explicit f32 array [1,1,512,512]; supported are none, causal,"
                          + " window, and an array of bool or of bf16 that is not broadcast")),
              Row.of(Cell.of("idle"), Cell.NONE, Cell.of(Double.NaN), Cell.of(""))),
          List.of("one note", "1 < 2"),
          ENVIRONMENT);

  @Test
  void markdownIsATableThatNoCellCanBreak() throws IOException {
    Golden.check("report/report.md", REPORT.markdown());
    Report tricky =
        new Report(
            "a | b",
            List.of(Column.words("x|y")),
            List.of(Row.of(Cell.of("p|q <b> *s*"))),
            List.of("two\nlines"),
            ENVIRONMENT);
    assertTrue(
        tricky
            .markdown()
            .startsWith(
                "**a \\| b**\n\n| x\\|y |\n| :--- |\n| p\\|q &lt;b> \\*s\\* |\n\n- two lines\n"),
        tricky.markdown());
  }

  @Test
  void theTextIsAlignedAndAtMostAHundredColumnsWide() throws IOException {
    Golden.check("report/report.txt", REPORT.text());
    assertTrue(REPORT.text().lines().allMatch(line -> line.length() <= 100), REPORT.text());
    assertEquals(REPORT.text(), REPORT.toString());
  }

  @Test
  void theCsvKeepsNumbersUnroundedAndQuotesCommas() throws IOException {
    Golden.check("report/report.csv", REPORT.csv().replace("\r\n", "\n").stripTrailing());
    assertTrue(REPORT.csv().endsWith("\r\n"));
  }

  @Test
  void theJsonHoldsSamplesNotesAndEnvironment() throws IOException {
    Map<?, ?> json = (Map<?, ?>) Json.read(REPORT.json());
    assertEquals("lazuli.report/1", json.get("schema"));
    Map<?, ?> row = (Map<?, ?>) ((List<?>) json.get("rows")).get(0);
    assertEquals(List.of(1.3, 3L), row.get("samples_ns"));
    assertEquals(List.of("sdpa[flash]", 12L, 4.870123, "chosen"), row.get("cells"));
    assertEquals(List.of("one note", "1 < 2"), json.get("notes"));
    assertEquals("7", ((Map<?, ?>) json.get("environment")).get("seed"));
    assertFalse(REPORT.json().contains("\n"));
  }

  @Test
  void theHtmlUsesOnlyWhatASanitiserKeeps() {
    Document html = Jsoup.parseBodyFragment(REPORT.html());
    Set<String> elements =
        Set.of("div table caption thead tbody tr th td p details summary".split(" "));
    for (Element element : html.body().children().select("*")) {
      assertTrue(elements.contains(element.tagName()), element.tagName());
      element
          .attributes()
          .forEach(
              attribute ->
                  assertTrue(
                      Set.of("style", "class", "scope").contains(attribute.getKey()),
                      attribute.toString()));
      for (String property : element.attr("style").split(";")) {
        String name = property.split(":")[0].strip();
        assertTrue(
            Set.of("", "text-align", "font-weight", "background", "margin", "white-space")
                .contains(name),
            property);
        assertFalse(property.contains("var(") || property.contains("hsl("), property);
      }
    }
  }

  @Test
  void theHtmlTableHasCaptionScopesAndEveryNumberAsText() {
    Document html = Jsoup.parseBodyFragment(REPORT.html());
    Element table = html.selectFirst("table.dataframe");
    assertEquals("SDPA B=1 <Hq>=8, \"quoted\" & more", table.selectFirst("caption").text());
    assertEquals(
        List.of("Op", "Count", "Total ms", "Reason"),
        table.select("thead th[scope=col]").eachText());
    assertEquals(
        List.of("sdpa[flash]", "cast, bf16", "idle"),
        table.select("tbody th[scope=row]").eachText());
    assertEquals(
        List.of("12", "4.870", "chosen"), table.select("tbody tr").first().select("td").eachText());
    assertEquals(
        "text-align:right;background:linear-gradient(90deg,rgba(76,120,168,0.35) 41%,transparent"
            + " 41%)",
        table.select("tbody tr").first().select("td").get(1).attr("style"));
    assertEquals(List.of("one note", "1 < 2"), html.select("p").eachText());
    assertTrue(html.select("details td").eachText().contains("A <fast> processor"));
  }

  @Test
  void theBundleHasTextHtmlAndData() {
    MimeBundle bundle = REPORT.bundle();
    assertEquals(
        List.of("text/plain", "text/html", Report.MIME), List.copyOf(bundle.data().keySet()));
  }

  @Test
  void theTablesawTableHasNumbersAndMissingValues() {
    var table = REPORT.table();
    assertEquals(List.of("Op", "Count", "Total ms", "Reason"), table.columnNames());
    assertEquals(4.870123, table.doubleColumn("Total ms").get(0));
    assertTrue(table.doubleColumn("Count").isMissing(2));
    assertEquals("cast, bf16", table.stringColumn("Op").get(1));
  }

  @Test
  void renderingDoesNotLoadTablesaw() throws Exception {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
      if (!entry.contains("tablesaw")) {
        urls.add(Path.of(entry).toUri().toURL());
      }
    }
    try (var loader =
        new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      assertThrows(ClassNotFoundException.class, () -> loader.loadClass("tech.tablesaw.api.Table"));
      Class<?> report = loader.loadClass("lazuli.magics.report.Report");
      Object here =
          loader
              .loadClass("lazuli.magics.report.Environment")
              .getMethod("here", String.class, int.class, long.class, String.class)
              .invoke(null, "cpu", 1, 0L, "");
      Object made =
          report.getConstructors()[0].newInstance(
              "title", List.of(), List.of(), List.of("note"), here);
      assertEquals("title\nnote", made.toString());
      Class<?> displayable = loader.loadClass("lazuli.kernel.ext.Displayable");
      assertTrue(displayable.getMethod("bundle").invoke(made).toString().contains("text/html"));
    }
  }

  @Test
  void aRowOfAnotherLengthIsRefused() {
    var wrong =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new Report(
                    "t",
                    List.of(Column.words("a")),
                    List.of(Row.of(Cell.NONE, Cell.NONE)),
                    List.of(),
                    ENVIRONMENT));
    assertEquals("a row of 2 cells under 1 columns", wrong.getMessage());
  }

  @Test
  void savingChoosesTheFormByTheEnding(@TempDir Path folder) throws IOException {
    for (String ending : List.of("csv", "json", "html", "txt")) {
      Path file = REPORT.save(folder.resolve("r." + ending).toString());
      String expected =
          switch (ending) {
            case "csv" -> REPORT.csv();
            case "json" -> REPORT.json();
            case "html" -> REPORT.html();
            default -> REPORT.text();
          };
      assertEquals(expected, Files.readString(file));
    }
  }

  @Test
  void savingRefusesUnknownEndingsAndExistingFiles(@TempDir Path folder) throws IOException {
    var ending = assertThrows(UsageException.class, () -> REPORT.save("r.xlsx"));
    assertEquals(
        "cannot save as 'r.xlsx': the name must end in .csv, .json, .html, .md or .txt",
        ending.getMessage());
    Path file = Files.writeString(folder.resolve("r.csv"), "mine");
    var exists = assertThrows(UsageException.class, () -> REPORT.save(file.toString()));
    assertEquals("'" + file + "' exists; delete it or choose another name", exists.getMessage());
    assertEquals("mine", Files.readString(file));
  }
}
