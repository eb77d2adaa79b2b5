package lazuli.magics.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import lazuli.kernel.ext.MimeBundle;
import lazuli.kernel.ext.UsageException;
import tech.tablesaw.api.Table;

/**
 * A result: rows with their raw samples, what they say, and where they were measured.
 *
 * @param title one line above the table
 * @param columns the columns
 * @param rows the rows, each with one cell for each column
 * @param notes lines below the table: totals, advice, what was timed
 * @param environment where and how it ran
 */
public record Report(
    String title, List<Column> columns, List<Row> rows, List<String> notes, Environment environment)
    implements Result {
  /** The MIME type of {@link #json}. */
  public static final String MIME = "application/vnd.lazuli.report+json";

  /** Copies the lists and checks that every row fits the columns. */
  public Report {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    notes = List.copyOf(notes);
    for (Row row : rows) {
      if (row.cells().size() != columns.size()) {
        throw new IllegalArgumentException(
            "a row of " + row.cells().size() + " cells under " + columns.size() + " columns");
      }
    }
  }

  @Override
  public MimeBundle bundle() {
    return MimeBundle.text(text()).with(MimeBundle.HTML, html()).with(MIME, json());
  }

  /** {@return the table in aligned plain text, at most 100 columns wide} */
  @Override
  public String text() {
    return TextTable.of(this);
  }

  /** {@return the table as HTML that survives an untrusted notebook} */
  @Override
  public String html() {
    return HtmlTable.of(this);
  }

  /** {@return the table as GitHub's Markdown, with its lines and where it was measured below} */
  public String markdown() {
    return Markdown.of(this);
  }

  /** {@return everything, raw samples too, as one JSON object} */
  @Override
  public String json() {
    return ReportJson.of(this);
  }

  /** {@return the table as CSV (RFC 4180), numbers unrounded} */
  @Override
  public String csv() {
    return Csv.of(this);
  }

  /** {@return the table as a Tablesaw table, numbers unrounded and missing where a cell is "-"} */
  @Override
  public Table table() {
    return TablesawTable.of(this);
  }

  /**
   * {@return the file, written} The ending decides the form: {@code .csv}, {@code .json}, {@code
   * .html}, {@code .md} or {@code .txt}. An existing file is not overwritten.
   *
   * @param file where to
   * @throws IOException if it cannot be written
   */
  public Path save(String file) throws IOException {
    String ending = file.substring(file.lastIndexOf('.') + 1);
    String content =
        switch (ending) {
          case "csv" -> csv();
          case "json" -> json();
          case "html" -> html();
          case "md" -> markdown();
          case "txt" -> text();
          default ->
              throw new UsageException(
                  "cannot save as '"
                      + file
                      + "': the name must end in .csv, .json, .html, .md or .txt");
        };
    Path path = Path.of(file);
    if (Files.exists(path)) {
      throw new UsageException("'" + file + "' exists; delete it or choose another name");
    }
    return Files.write(
        path, content.getBytes(StandardCharsets.UTF_8), StandardOpenOption.CREATE_NEW);
  }

  /**
   * {@return this report with one more note}
   *
   * @param note a line
   */
  @Override
  public Report withNote(String note) {
    var more = new java.util.ArrayList<>(notes);
    more.add(note);
    return new Report(title, columns, rows, more, environment);
  }

  @Override
  public String toString() {
    return text();
  }
}
