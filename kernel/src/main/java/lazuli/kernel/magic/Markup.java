package lazuli.kernel.magic;

import java.util.List;
import lazuli.kernel.ext.Magic;
import lazuli.kernel.ext.MagicCall;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.ext.UsageException;

/**
 * The magics that show a cell's text as what it is: {@code %%html} and the like.
 *
 * @param name the name
 * @param aliases other names
 * @param mime the MIME type that the text is written in
 * @param example a line of it
 */
record Markup(String name, List<String> aliases, String mime, String example) implements Magic {
  /** Every one of them. */
  static final List<Markup> ALL =
      List.of(
          new Markup("html", List.of("HTML"), "text/html", "<b>bold</b>"),
          new Markup("markdown", List.of(), "text/markdown", "some **bold** words"),
          new Markup("latex", List.of(), "text/latex", "$e^{i\\pi} + 1 = 0$"),
          new Markup(
              "svg",
              List.of("SVG"),
              "image/svg+xml",
              "<svg xmlns=\"http://www.w3.org/2000/svg\"><circle r=\"8\"/></svg>"),
          new Markup(
              "javascript", List.of("js"), "application/javascript", "console.log(\"hello\")"));

  @Override
  public String summary() {
    return "show the cell as " + mime;
  }

  @Override
  public String help() {
    return "%%%%%s%n%nShows the text of the cell as %s.%s%n%nExample%n  %%%%%s%n  %s"
        .formatted(
            name,
            mime,
            name.equals("javascript") ? " JupyterLab runs it in trusted notebooks only." : "",
            name,
            example)
        .replace("\r\n", "\n");
  }

  @Override
  public boolean onLine() {
    return false;
  }

  @Override
  public boolean onCell() {
    return true;
  }

  @Override
  public Object run(MagicCall call) {
    String body = call.body();
    if (body == null || body.isBlank()) {
      throw new UsageException(
          "%%" + call.name() + ": the cell is empty; write the " + name + " below the first line");
    }
    return MimeBundle.text(body).with(mime, body);
  }
}
