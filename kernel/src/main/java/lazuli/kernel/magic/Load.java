package lazuli.kernel.magic;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import lazuli.kernel.ext.Magic;
import lazuli.kernel.ext.MagicCall;
import lazuli.kernel.ext.UsageException;
import lazuli.kernel.wire.Json;
import org.jspecify.annotations.Nullable;

/** {@code %load PATH}: a script, or the code cells of a notebook, as if typed here. */
record Load(Folder folder) implements Magic {
  private static final List<String> ENDINGS = List.of("", ".jsh", ".jshell", ".java", ".ijava");

  @Override
  public String name() {
    return "load";
  }

  @Override
  public String summary() {
    return "run a script or a notebook in this session";
  }

  @Override
  public String help() {
    return """
        %load PATH

        Runs a script, or the code cells of a notebook (.ipynb), as if it stood in this cell; magics
        are allowed in it. The endings .jsh, .jshell, .java and .ijava may be left out. Results are
        not shown; what is declared stays.

        Example
          %load setup.jsh""";
  }

  @Override
  public @Nullable Object run(MagicCall call) throws Exception {
    String wanted = String.join(" ", Words.split(call.arguments()));
    if (wanted.isEmpty()) {
      throw new UsageException("%load: no file was given; write %load PATH, such as setup.jsh");
    }
    Path path = find(wanted);
    String name = String.valueOf(path.getFileName());
    if (!name.endsWith(".ipynb")) {
      call.cell().evaluate(Files.readString(path), name);
      return null;
    }
    List<String> cells = cells(path);
    for (int i = 0; i < cells.size(); i++) {
      call.cell().evaluate(cells.get(i), name + " code cell " + (i + 1));
    }
    return null;
  }

  private Path find(String wanted) {
    for (String ending : ENDINGS) {
      Path path = folder.resolve("%load", wanted + ending);
      if (Files.isRegularFile(path)) {
        return path;
      }
    }
    throw new UsageException(
        "%load: no file "
            + folder.resolve("%load", wanted)
            + "; a script (.jsh, .jshell, .java) or a notebook (.ipynb) is accepted");
  }

  private static List<String> cells(Path notebook) throws IOException {
    Json.Obj whole;
    try {
      whole = Json.parseObject(Files.readAllBytes(notebook));
    } catch (IOException e) {
      throw new UsageException("%load: " + notebook + " is no notebook: " + e.getMessage());
    }
    List<String> cells = new ArrayList<>();
    for (Json cell : whole.at("cells").items()) {
      if (cell.at("cell_type").text("").equals("code")) {
        Json source = cell.at("source");
        cells.add(
            source instanceof Json.Arr
                ? source.items().stream().map(line -> line.text("")).collect(Collectors.joining())
                : source.text(""));
      }
    }
    return cells;
  }
}
