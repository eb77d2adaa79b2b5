package lazuli.install.notebook;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import lazuli.kernel.wire.Json;
import org.jspecify.annotations.Nullable;

/**
 * One cell of a notebook.
 *
 * @param json the cell with every field that it has
 */
public record Cell(Json.Obj json) {
  /** The tag of a cell whose error is part of the lesson. */
  public static final String RAISES = "raises-exception";

  /** {@return whether a JSON value has what every cell has} */
  static boolean isCell(Json json) {
    return json.at("cell_type") instanceof Json.Str
        && (json.at("source") instanceof Json.Str || json.at("source") instanceof Json.Arr);
  }

  /** {@return a code cell that has not run} */
  static Cell code(String source, List<String> tags, @Nullable String id) {
    Json.Obj cell = Json.object("cell_type", "code", "execution_count", null);
    if (id != null) {
      cell = cell.with("id", id);
    }
    return new Cell(
        cell.with("metadata", Json.object("tags", tags))
            .with("outputs", List.of())
            .with("source", lines(source)));
  }

  /** {@return {@code code}, {@code markdown} or {@code raw}} */
  public String type() {
    return json.at("cell_type").text("raw");
  }

  /** {@return the text of the cell} */
  public String source() {
    return text(json.at("source"));
  }

  /** {@return the tags in its metadata} */
  public List<String> tags() {
    return json.at("metadata").at("tags").items().stream().map(tag -> tag.text("")).toList();
  }

  /** {@return the outputs of a code cell} */
  public List<Json> outputs() {
    return json.at("outputs").items();
  }

  /** {@return the number in its brackets; null before it runs} */
  public @Nullable Long executionCount() {
    return json.at("execution_count") instanceof Json.Num count ? (Long) count.number(0) : null;
  }

  /** {@return whether it is code with something in it} */
  public boolean runs() {
    return type().equals("code") && !source().isBlank();
  }

  /** {@return this cell as it was before it ran} */
  Cell cleared() {
    return type().equals("code") ? ran(List.of(), Json.NULL) : this;
  }

  /** {@return this cell with what it put out} */
  Cell ran(List<Json.Obj> outputs, Json executionCount) {
    return new Cell(json.with("outputs", outputs).with("execution_count", executionCount));
  }

  /** {@return this cell with one more entry in its metadata} */
  Cell with(String key, Json value) {
    Json.Obj metadata = json.at("metadata") instanceof Json.Obj object ? object : Json.EMPTY;
    return new Cell(json.with("metadata", metadata.with(key, value)));
  }

  /**
   * {@return a text that notebooks store as one string or as a list of lines}
   *
   * @param json either form
   */
  public static String text(Json json) {
    return json instanceof Json.Arr(var items)
        ? items.stream().map(line -> line.text("")).collect(Collectors.joining())
        : json.text("");
  }

  /** {@return a text as the list of lines that Jupyter stores, each with its line end} */
  static List<String> lines(String text) {
    var lines = new ArrayList<String>();
    int from = 0;
    while (from < text.length()) {
      int end = text.indexOf('\n', from);
      int next = end < 0 ? text.length() : end + 1;
      lines.add(text.substring(from, next));
      from = next;
    }
    return lines;
  }
}
