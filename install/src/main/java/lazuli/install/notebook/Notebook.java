package lazuli.install.notebook;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import lazuli.install.process.UsageError;
import lazuli.kernel.wire.Json;

/**
 * A notebook of nbformat 4 ("The Jupyter Notebook Format"). Keeps every field that it does not
 * know.
 *
 * @param json the whole file
 */
public record Notebook(Json.Obj json) {
  /**
   * {@return the notebook in a file}
   *
   * @param file the file
   * @param name what to call it in errors
   * @throws UsageError in one line, when the file is missing or is no notebook of format 4
   */
  public static Notebook read(Path file, String name) {
    if (Files.isDirectory(file)) {
      throw new UsageError(name + ": this is a folder; name a notebook (.ipynb)");
    }
    try {
      return of(name, Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new UsageError(name + ": there is no such notebook");
    } catch (IOException e) {
      throw new UsageError(name + ": cannot be read (" + e.getMessage() + ")");
    }
  }

  /**
   * {@return the notebook in a file's content}
   *
   * @param name what to call it in errors
   * @param content JSON in UTF-8
   * @throws UsageError in one line, when it is no notebook of format 4
   */
  public static Notebook of(String name, byte[] content) {
    Json.Obj json;
    try {
      json = Json.parseObject(content);
    } catch (IOException e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("unreadable");
      throw new UsageError(name + ": not a notebook: " + why);
    }
    long format = json.at("nbformat").number(0);
    if (format == 0) {
      throw new UsageError(name + ": not a notebook: it has no nbformat");
    }
    if (format != 4) {
      throw new UsageError(
          name
              + ": notebook format "
              + format
              + "; format 4 is read (convert it with jupyter nbconvert --to notebook)");
    }
    if (!(json.at("cells") instanceof Json.Arr(var cells))
        || !cells.stream().allMatch(cell -> Cell.isCell(cell))) {
      throw new UsageError(
          name + ": not a notebook: cells is no list of cells with cell_type and source");
    }
    return new Notebook(json);
  }

  /** {@return the cells in order} */
  public List<Cell> cells() {
    return json.at("cells").items().stream().map(cell -> new Cell((Json.Obj) cell)).toList();
  }

  /**
   * {@return this notebook with other cells}
   *
   * @param cells the cells in order
   */
  public Notebook with(List<Cell> cells) {
    return new Notebook(json.with("cells", cells.stream().map(Cell::json).toList()));
  }

  /**
   * {@return this notebook with the language of the kernel that ran it}
   *
   * @param languageInfo from the kernel's answer to kernel_info
   */
  public Notebook with(Json.Obj languageInfo) {
    Json.Obj metadata = json.at("metadata") instanceof Json.Obj object ? object : Json.EMPTY;
    return new Notebook(json.with("metadata", metadata.with("language_info", languageInfo)));
  }

  /** {@return the file's content, indented as Jupyter does} */
  public byte[] bytes() {
    return (new String(json.pretty(), StandardCharsets.UTF_8) + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** {@return whether cells of this notebook carry ids (nbformat 4.5)} */
  boolean hasIds() {
    return json.at("nbformat_minor").number(0) >= 5;
  }
}
