package lazuli.install.html;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import lazuli.install.notebook.Notebook;
import lazuli.kernel.wire.Json;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;

/** The page as a parser of HTML sees it. */
class PageTest {
  private static final String PNG = "iVBORw0KGgo=";

  private static Json.Obj bundle(Object... data) {
    return Json.object(
        "output_type", "display_data", "metadata", Json.EMPTY, "data", Json.object(data));
  }

  private static String page(Json.Obj... cells) {
    Json.Obj json = Json.object("nbformat", 4, "cells", List.of(cells));
    return Page.of("A <title>", new Notebook(json), "run & done");
  }

  private static Json.Obj code(String source, Json.Obj... outputs) {
    return Json.object(
        "cell_type",
        "code",
        "execution_count",
        4,
        "source",
        source,
        "metadata",
        Json.object(
            "execution",
            Json.object(
                "iopub.execute_input", "2026-11-20T10:00:00Z",
                "shell.execute_reply", "2026-11-20T10:00:01.25Z")),
        "outputs",
        List.of(outputs));
  }

  private static Element only(String page, String query) {
    var found = Jsoup.parse(page).select(query);
    assertEquals(1, found.size(), query + " in\n" + page);
    return found.getFirst();
  }

  @Test
  void markdownCellsAreRenderedWithTables() {
    String page =
        page(
            Json.object(
                "cell_type",
                "markdown",
                "source",
                "# Head\n\n*em* `code`\n\n| a | b |\n|---|--:|\n| 1 | 2 |"));
    assertEquals("Head", only(page, "section.markdown h1").text());
    assertEquals("2", only(page, "section.markdown td[align=right]").text());
    assertEquals("code", only(page, "section.markdown code").text());
  }

  @Test
  void aCodeCellShowsItsNumberItsTimeAndItsSource() {
    String page = page(code("int a = 1 < 2 ? 3 : 4;\nvoid f() {}"));
    assertEquals("[4]", only(page, ".count").text());
    assertEquals("1.25 s", only(page, ".time").text());
    assertEquals("int a = 1 < 2 ? 3 : 4;\nvoid f() {}", only(page, "pre.source").wholeText());
    assertTrue(only(page, "pre.source").select(".keyword").eachText().contains("int"));
  }

  @Test
  void theRichestRepresentationIsShownAndNoOther() {
    String svg = "<svg xmlns='http://www.w3.org/2000/svg' id='x'/>";
    assertEquals(
        "rich",
        only(
                page(
                    code(
                        "x",
                        bundle("text/plain", "p", "image/png", PNG, "text/html", "<b>rich</b>"))),
                "div.html")
            .text());
    Element picture =
        only(
            page(code("x", bundle("text/plain", "a \"plot\"", "image/png", "iVBORw0K\nGgo=\n"))),
            "img");
    assertEquals("data:image/png;base64," + PNG, picture.attr("src"));
    assertEquals("a \"plot\"", picture.attr("alt"));
    assertEquals(
        "data:image/svg+xml;base64,"
            + Base64.getEncoder().encodeToString(svg.getBytes(StandardCharsets.UTF_8)),
        only(page(code("x", bundle("image/svg+xml", svg, "text/plain", "p"))), "img").attr("src"));
    assertEquals(
        "<p>",
        only(page(code("x", bundle("text/plain", List.of("<p>")))), "pre.result").wholeText());
  }

  @Test
  void anUnknownRepresentationFallsBackToText() {
    String page =
        page(code("x", bundle("application/vnd.vegalite.v5+json", Json.EMPTY, "text/plain", "p")));
    assertEquals("p", only(page, "pre.result").wholeText());
  }

  @Test
  void streamsAndErrorsKeepTheirColoursAndStderrItsStyle() {
    String page =
        page(
            code(
                "x",
                Json.object("output_type", "stream", "name", "stdout", "text", "\n  out\n"),
                Json.object("output_type", "stream", "name", "stderr", "text", List.of("err\n")),
                Json.object(
                    "output_type", "error",
                    "ename", "E",
                    "evalue", "v",
                    "traceback", List.of("\u001b[31mE: v\u001b[0m", "at <cell>"))));
    assertEquals("\n  out\n", only(page, "pre.stdout").wholeText());
    assertEquals("err\n", only(page, "pre.stderr").wholeText());
    assertEquals("E: v\nat <cell>", only(page, "pre.error").wholeText());
    assertEquals("E: v", only(page, "pre.error .fg1").text());
  }

  @Test
  void thePageIsOneFileWithoutScriptAndNamesNothingOutside() {
    String page = page(code("x", bundle("image/png", PNG)));
    Document document = Jsoup.parse(page);
    assertEquals(0, document.select("script, link, iframe, object, embed, [onclick]").size());
    document
        .select("[src]")
        .forEach(element -> assertTrue(element.attr("src").startsWith("data:"), element.html()));
    assertFalse(Pattern.compile("url\\(|@import|https?:").matcher(page).find(), page);
    assertEquals("A <title>", document.title());
    assertEquals("run & done", only(page, "footer").text());
  }

  @Test
  void lightAndDarkThemesAreBothThere() {
    String style = only(page(), "style").data();
    assertTrue(style.contains("@media (prefers-color-scheme: dark)"), style);
    assertEquals("light dark", only(page(), "meta[name=color-scheme]").attr("content"));
    // Each of the 16 terminal colours has a value in both themes.
    for (int i = 0; i < 16; i++) {
      assertEquals(3, style.split("--c" + i + ": ", -1).length, "--c" + i);
    }
  }
}
