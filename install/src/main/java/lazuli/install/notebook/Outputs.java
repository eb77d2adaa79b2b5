package lazuli.install.notebook;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import lazuli.kernel.wire.Json;
import org.jspecify.annotations.Nullable;

/**
 * What one cell put out so far, from the messages of the kernel ("Messaging in Jupyter", iopub) to
 * the outputs of nbformat. Used by one thread.
 */
final class Outputs {
  /** One output, and the display id by which a later message may replace it. */
  private static final class Entry {
    Json.Obj json;
    final @Nullable String display;

    Entry(Json.Obj json, @Nullable String display) {
      this.json = json;
      this.display = display;
    }
  }

  private final List<Entry> entries = new ArrayList<>();
  private boolean clearNext;

  /** Takes one message; of types that are no output it takes no notice. */
  void accept(String type, Json.Obj content) {
    switch (type) {
      case "stream" -> stream(content.at("name").text("stdout"), content.at("text").text(""));
      case "display_data" ->
          add(
              bundle(Json.object("output_type", type), content),
              content.at("transient").at("display_id").text(""));
      case "execute_result" ->
          add(
              bundle(
                  Json.object("output_type", type)
                      .with("execution_count", content.at("execution_count")),
                  content),
              content.at("transient").at("display_id").text(""));
      case "error" ->
          add(
              Json.object(
                  "output_type", "error",
                  "ename", content.at("ename"),
                  "evalue", content.at("evalue"),
                  "traceback", content.at("traceback")),
              "");
      case "clear_output" -> {
        clearNext = content.at("wait").bool(false);
        if (!clearNext) {
          entries.clear();
        }
      }
      default -> {}
    }
  }

  /** {@return whether an output with the content's display id was here and was replaced} */
  boolean update(Json.Obj content) {
    String display = content.at("transient").at("display_id").text("");
    boolean found = false;
    for (Entry entry : entries) {
      if (Objects.equals(entry.display, display)) {
        entry.json = bundle(entry.json, content);
        found = true;
      }
    }
    return found;
  }

  /** {@return the outputs in nbformat} */
  List<Json.Obj> json() {
    return entries.stream().map(entry -> split(entry.json)).toList();
  }

  private void stream(String name, String text) {
    clear();
    Entry last = entries.isEmpty() ? null : entries.getLast();
    if (last != null && last.json.at("name").text("").equals(name)) {
      last.json = last.json.with("text", last.json.at("text").text("") + text);
    } else {
      add(Json.object("output_type", "stream", "name", name, "text", text), "");
    }
  }

  private void add(Json.Obj output, String display) {
    clear();
    entries.add(new Entry(output, display.isEmpty() ? null : display));
  }

  private void clear() {
    if (clearNext) {
      entries.clear();
      clearNext = false;
    }
  }

  private static Json.Obj bundle(Json.Obj output, Json.Obj content) {
    return output.with("data", content.at("data")).with("metadata", content.at("metadata"));
  }

  /** {@return an output with its texts as lists of lines, as Jupyter stores them} */
  private static Json.Obj split(Json.Obj output) {
    if (output.at("text") instanceof Json.Str(var text)) {
      return output.with("text", Cell.lines(text));
    }
    if (!(output.at("data") instanceof Json.Obj(var data))) {
      return output;
    }
    Map<String, Object> split = new LinkedHashMap<>();
    data.forEach(
        (mime, value) ->
            split.put(
                mime,
                value instanceof Json.Str(var text) && isText(mime) ? Cell.lines(text) : value));
    return output.with("data", split);
  }

  private static boolean isText(String mime) {
    return mime.startsWith("text/") || mime.equals("image/svg+xml");
  }
}
