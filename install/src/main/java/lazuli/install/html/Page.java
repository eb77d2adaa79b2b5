package lazuli.install.html;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import lazuli.install.notebook.Cell;
import lazuli.install.notebook.Notebook;
import lazuli.kernel.wire.Json;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * One HTML file from a notebook: styles and pictures are inside, it needs no network and no script,
 * and follows the reader's light or dark theme.
 */
public final class Page {
  /** The representations that a page can show, the one to prefer first. */
  private static final List<String> RICHEST =
      List.of(
          "text/html",
          "image/svg+xml",
          "image/png",
          "image/jpeg",
          "text/markdown",
          "text/plain",
          "text/latex",
          "application/json");

  private static final Pattern LINES_OF_BASE64 = Pattern.compile("\\s+");

  private final Parser parser;
  private final HtmlRenderer renderer;
  private final StringBuilder html = new StringBuilder();

  private Page() {
    var extensions = List.of(TablesExtension.create());
    parser = Parser.builder().extensions(extensions).build();
    renderer = HtmlRenderer.builder().extensions(extensions).build();
  }

  /**
   * {@return the page}
   *
   * @param title what the browser shows in its tab
   * @param notebook cells with their outputs, which are trusted: they ran on this machine just now
   * @param note one line below the cells
   */
  public static String of(String title, Notebook notebook, String note) {
    return new Page().render(title, notebook, note);
  }

  private String render(String title, Notebook notebook, String note) {
    html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.append("<meta name=\"color-scheme\" content=\"light dark\">\n");
    html.append("<title>").append(Ansi.escape(title)).append("</title>\n");
    html.append("<style>\n").append(styles()).append("</style>\n</head>\n<body>\n<main>\n");
    for (Cell cell : notebook.cells()) {
      switch (cell.type()) {
        case "markdown" -> markdown("cell markdown", cell.source());
        case "code" -> code(cell);
        default -> block("cell raw", Ansi.escape(cell.source()));
      }
    }
    html.append("</main>\n<footer>").append(Ansi.escape(note)).append("</footer>\n");
    return html.append("</body>\n</html>\n").toString();
  }

  private void markdown(String kind, String source) {
    html.append("<section class=\"").append(kind).append("\">\n");
    html.append(renderer.render(parser.parse(source))).append("</section>\n");
  }

  private void code(Cell cell) {
    Long count = cell.executionCount();
    html.append("<section class=\"cell code\">\n<div class=\"head\"><span class=\"count\">[");
    html.append(count == null ? "&nbsp;" : count).append("]</span>");
    html.append("<span class=\"time\">").append(time(cell)).append("</span></div>\n");
    block("source", JavaColours.toHtml(cell.source()));
    for (Json output : cell.outputs()) {
      switch (output.at("output_type").text("")) {
        case "stream" ->
            block(
                "stream " + (output.at("name").text("").equals("stderr") ? "stderr" : "stdout"),
                Ansi.toHtml(Cell.text(output.at("text"))));
        case "error" -> block("error", Ansi.toHtml(error(output)));
        default -> bundle(output.at("data"));
      }
    }
    html.append("</section>\n");
  }

  private void block(String kind, String content) {
    // The line break after <pre> is dropped by browsers, so a text that begins with one keeps it.
    html.append("<pre class=\"").append(kind).append("\">\n").append(content).append("</pre>\n");
  }

  private static String error(Json output) {
    List<Json> trace = output.at("traceback").items();
    return trace.isEmpty()
        ? output.at("ename").text("error") + ": " + output.at("evalue").text("")
        : String.join("\n", trace.stream().map(line -> line.text("")).toList());
  }

  private void bundle(Json data) {
    for (String mime : RICHEST) {
      Json content = data.at(mime);
      if (content.isNull()) {
        continue;
      }
      String text = Cell.text(content);
      switch (mime) {
        case "text/html" -> html.append("<div class=\"html\">\n").append(text).append("\n</div>\n");
        // As a picture, so that its ids and styles stay its own.
        case "image/svg+xml" ->
            picture(
                mime,
                Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)),
                data);
        case "image/png", "image/jpeg" ->
            picture(mime, LINES_OF_BASE64.matcher(text).replaceAll(""), data);
        case "text/markdown" -> markdown("html", text);
        case "application/json" ->
            block("result", Ansi.escape(new String(content.pretty(), StandardCharsets.UTF_8)));
        default -> block("result", Ansi.toHtml(text));
      }
      return;
    }
  }

  private void picture(String mime, String base64, Json data) {
    String alternative = Cell.text(data.at("text/plain"));
    html.append("<p class=\"picture\"><img src=\"data:").append(mime).append(";base64,");
    html.append(Ansi.escape(base64)).append("\" alt=\"");
    html.append(Ansi.escape(alternative)).append("\"></p>\n");
  }

  /** {@return how long the cell took, from the times in its metadata; empty without them} */
  private static String time(Cell cell) {
    Json times = cell.json().at("metadata").at("execution");
    try {
      Instant from = Instant.parse(times.at("iopub.execute_input").text(""));
      Instant to = Instant.parse(times.at("shell.execute_reply").text(""));
      double seconds = Duration.between(from, to).toNanos() / 1e9;
      return String.format(Locale.ROOT, "%.2f s", seconds);
    } catch (DateTimeParseException none) {
      return "";
    }
  }

  private static String styles() {
    try (InputStream css = Page.class.getResourceAsStream("page.css")) {
      if (css == null) {
        throw new IllegalStateException("page.css is missing from the jar");
      }
      return new String(css.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
