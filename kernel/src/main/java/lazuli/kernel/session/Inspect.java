package lazuli.kernel.session;

import lazuli.kernel.cell.Inspection;
import lazuli.kernel.ext.Magic;
import lazuli.kernel.wire.Json;

/** What stands at the cursor: documentation, or the help of a magic. */
record Inspect(JavaStart start) implements Handler {
  @Override
  public String type() {
    return "inspect_request";
  }

  @Override
  public Lane lane() {
    return Lane.ANALYSIS;
  }

  @Override
  public Json.Obj handle(Request request) {
    String code = request.content().at("code").text("");
    int cursor =
        CodePoints.toUtf16(code, request.content().at("cursor_pos").number(Long.MAX_VALUE));
    Inspection found = inspect(code, cursor);
    Json.Obj data = found.found() ? Json.object("text/plain", found.text()) : Json.EMPTY;
    return Json.object(
        "status",
        "ok",
        "found",
        found.found(),
        "data",
        found.html().isEmpty() ? data : data.with("text/html", found.html()),
        "metadata",
        Json.EMPTY);
  }

  private Inspection inspect(String code, int cursor) {
    int wordEnd = cursor;
    while (wordEnd < code.length() && Character.isJavaIdentifierPart(code.charAt(wordEnd))) {
      wordEnd++;
    }
    MagicText.Typed typed = MagicText.at(code, wordEnd);
    Magic magic = typed == null ? null : start.extensions().magicNamed(typed.name());
    return magic != null && typed != null && typed.arguments() == null
        ? Inspection.text(magic.help())
        : start.java().inspect(MagicText.javaOnly(code, start.extensions().magicNames()), cursor);
  }
}
