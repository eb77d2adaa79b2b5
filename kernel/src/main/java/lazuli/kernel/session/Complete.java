package lazuli.kernel.session;

import java.util.List;
import lazuli.kernel.cell.Completion;
import lazuli.kernel.ext.Magic;
import lazuli.kernel.wire.Json;
import org.jspecify.annotations.Nullable;

/** What can stand at the cursor: Java, names of magics, arguments of magics. */
record Complete(JavaStart start) implements Handler {
  @Override
  public String type() {
    return "complete_request";
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
    Completion completion = complete(code, cursor);
    int from = CodePoints.of(code, completion.start());
    int to = CodePoints.of(code, completion.end());
    return Json.object(
        "status",
        "ok",
        "matches",
        completion.items().stream().map(Completion.Item::text).toList(),
        "cursor_start",
        from,
        "cursor_end",
        to,
        "metadata",
        Json.object(
            "_jupyter_types_experimental",
            completion.items().stream()
                .map(
                    item ->
                        Json.object(
                            "start", from, "end", to, "text", item.text(), "type", item.type()))
                .toList()));
  }

  private Completion complete(String code, int cursor) {
    MagicText.Typed typed = MagicText.at(code, cursor);
    if (typed != null) {
      Completion found = magic(typed, cursor);
      if (found != null) {
        return found;
      }
    }
    return start.java().complete(MagicText.javaOnly(code, start.extensions().magicNames()), cursor);
  }

  private @Nullable Completion magic(MagicText.Typed typed, int cursor) {
    if (typed.arguments() == null) {
      return new Completion(typed.at(), cursor, names(typed));
    }
    Magic magic = start.extensions().magicNamed(typed.name());
    if (magic == null) {
      return null;
    }
    String arguments = typed.arguments().stripLeading();
    List<Completion.Item> words =
        magic.complete(arguments).stream().map(w -> new Completion.Item(w, "magic")).toList();
    if (!words.isEmpty()) {
      return new Completion(cursor - lastWord(arguments).length(), cursor, words);
    }
    // Arguments are often Java: %timeit q.matmul
    int offset = cursor - arguments.length();
    Completion java = start.java().complete(arguments, arguments.length());
    return new Completion(java.start() + offset, java.end() + offset, java.items());
  }

  private List<Completion.Item> names(MagicText.Typed typed) {
    boolean cell = typed.signs().equals("%%");
    return start.extensions().magics().stream()
        .filter(magic -> magic.name().startsWith(typed.name()))
        .filter(magic -> cell ? magic.onCell() : magic.onLine())
        .map(magic -> new Completion.Item(typed.signs() + magic.name(), "magic"))
        .toList();
  }

  private static String lastWord(String arguments) {
    int at = arguments.length();
    while (at > 0 && !Character.isWhitespace(arguments.charAt(at - 1))) {
      at--;
    }
    return arguments.substring(at);
  }
}
