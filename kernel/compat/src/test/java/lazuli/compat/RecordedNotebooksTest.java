package lazuli.compat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lazuli.kernel.wire.Json;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.api.Test;

/** Notebooks whose outputs were recorded under IJava and JJava give the same ones here. */
class RecordedNotebooksTest {
  private static final Path FOLDER = Path.of("src/test/resources/notebooks").toAbsolutePath();

  private static List<String> notebooks() throws Exception {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("(ijava|jjava)-.*\\.ipynb"))
          .sorted()
          .toList();
    }
  }

  @Test
  void thereAreTenAtLeast() throws Exception {
    assertTrue(notebooks().size() >= 10, "" + notebooks());
  }

  @ParameterizedTest
  @MethodSource("notebooks")
  void givesTheRecordedOutputs(String name) throws Exception {
    Json.Obj notebook = Json.parseObject(Files.readAllBytes(FOLDER.resolve(name)));
    List<String> sources = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    List<CellClient.Run> runs = new ArrayList<>();
    try (var kernel = new CellClient()) {
      kernel.changeFolder(FOLDER);
      for (Json cell : notebook.at("cells").items()) {
        if (cell.at("cell_type").text("").equals("code")) {
          String source = text(cell.at("source"));
          sources.add(source);
          expected.add(recorded(cell));
          runs.add(kernel.run(source));
        }
      }
    }
    for (int i = 0; i < sources.size(); i++) {
      assertEquals(
          expected.get(i),
          given(runs.get(i), name, sources.get(i), expected.get(i)),
          name + " code cell " + (i + 1) + ":\n" + sources.get(i) + "\n" + runs.get(i).reply());
    }
  }

  private static String text(Json lines) {
    return lines instanceof Json.Arr
        ? lines.items().stream().map(line -> line.text("")).collect(Collectors.joining())
        : lines.text("");
  }

  private static String recorded(Json cell) {
    List<String> lines = new ArrayList<>();
    for (Json output : cell.at("outputs").items()) {
      add(lines, output.at("output_type").text(""), output);
    }
    return joined(lines);
  }

  private static String given(CellClient.Run run, String name, String source, String expected) {
    List<String> lines = new ArrayList<>();
    String last = source.strip().substring(source.strip().lastIndexOf('\n') + 1);
    boolean magic = last.startsWith("%") || source.startsWith("%%");
    boolean paths = source.matches("%(jars|classpath) .*|lineMagic\\(\"classpath.*");
    boolean dropped = name.startsWith("ijava") ? magic : paths;
    if (dropped && !expected.contains("execute_result")) {
      // IJava drops the value of a magic that stands alone; JJava's class path magics have none.
      run.outputs().removeIf(output -> output.type.equals("execute_result"));
    }
    // The progress of a resolution.
    run.outputs().removeIf(output -> output.text().matches("%%?(maven|loadFromPOM)  .*"));
    run.outputs().forEach(output -> add(lines, output.type, output.content));
    return joined(lines);
  }

  private static void add(List<String> lines, String type, Json content) {
    switch (type) {
      case "stream" -> {
        String text = normal(text(content.at("text")));
        String warning = "(?m)^.*(deprecated|Detected Ivy|Warning: ).*\\R?";
        text = content.at("name").text("").equals("stderr") ? text.replaceAll(warning, "") : text;
        if (!text.isEmpty()) {
          lines.add(content.at("name").text("") + "|" + text);
        }
      }
      case "error" -> lines.add("error");
      default -> {
        var data = new TreeMap<String, String>();
        if (content.at("data") instanceof Json.Obj(var all)) {
          all.forEach((mime, value) -> data.put(mime, normal(text(value)).stripTrailing()));
        }
        boolean onlyAnId =
            type.equals("execute_result") && "<id>".equals(data.get("text/plain"));
        if (!onlyAnId) {
          lines.add(type + "|" + data);
        }
      }
    }
  }

  /** Pieces of one stream that follow each other are one. */
  private static String joined(List<String> lines) {
    List<String> whole = new ArrayList<>();
    for (String line : lines) {
      String kind = line.substring(0, Math.max(0, line.indexOf('|')) );
      boolean stream = kind.equals("stdout") || kind.equals("stderr");
      if (stream && !whole.isEmpty() && whole.getLast().startsWith(kind + "|")) {
        whole.set(whole.size() - 1, whole.getLast() + line.substring(kind.length() + 1));
      } else {
        whole.add(line);
      }
    }
    return String.join("\n", whole);
  }

  private static String normal(String text) {
    return text.replaceAll(
            "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<id>")
        .replaceAll("\\d+(\\.\\d+)?(e[+-]?\\d+)? (ns|us|ms|s)\\b", "<time>")
        .replaceAll("@[0-9a-f]{5,8}\\b", "@<hash>");
  }
}
