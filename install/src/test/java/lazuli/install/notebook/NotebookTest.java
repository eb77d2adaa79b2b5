package lazuli.install.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import lazuli.kernel.wire.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NotebookTest {
  private static final String TEXT =
      """
      {
       "cells": [
        {"cell_type": "markdown", "id": "m", "metadata": {"future": [1.0, 2e10, null]},
         "attachments": {"a.png": {"image/png": "AAAA"}}, "source": ["# Title\\n", "text"]},
        {"cell_type": "code", "id": "c", "execution_count": 7, "vendor": {"kept": true},
         "metadata": {"tags": ["one", "two"]}, "source": "1 + 1",
         "outputs": [{"output_type": "stream", "name": "stdout", "text": ["old\\n"]}]},
        {"cell_type": "code", "id": "e", "execution_count": null, "metadata": {}, "outputs": [],
         "source": "  \\n"},
        {"cell_type": "raw", "id": "r", "metadata": {}, "source": []}
       ],
       "metadata": {"kernelspec": {"name": "lazuli"}, "authors": [{"name": "é 漢 😀"}]},
       "nbformat": 4, "nbformat_minor": 5, "unknown": {"deep": {"deeper": 1}}
      }""";

  private static Notebook notebook() {
    return Notebook.of("test", TEXT.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void writingKeepsEveryFieldAlsoUnknownOnes() throws IOException {
    Json before = Json.parse(TEXT.getBytes(StandardCharsets.UTF_8));
    assertEquals(before, Json.parse(notebook().bytes()));
    assertEquals(before, Json.parse(notebook().with(notebook().cells()).bytes()));
  }

  @Test
  void theFileEndsWithALineEndAndIsIndentedByOneSpace() {
    String text = new String(notebook().bytes(), StandardCharsets.UTF_8);
    assertTrue(text.endsWith("}\n"), text);
    assertTrue(text.startsWith("{\n \"cells\": ["), text);
  }

  @Test
  void sourcesAreReadAsStringAndAsListOfLines() {
    assertEquals(
        List.of("# Title\ntext", "1 + 1", "  \n", ""),
        notebook().cells().stream().map(Cell::source).toList());
  }

  @Test
  void onlyCodeWithSomethingInItRuns() {
    assertEquals(
        List.of(false, true, false, false), notebook().cells().stream().map(Cell::runs).toList());
  }

  @Test
  void aClearedCellHasNoOutputAndNoNumberAndKeepsTheRest() {
    Cell cell = notebook().cells().get(1);
    assertEquals(7L, cell.executionCount());
    Cell cleared = cell.cleared();
    assertEquals(List.of(), cleared.outputs());
    assertNull(cleared.executionCount());
    assertEquals(List.of("one", "two"), cleared.tags());
    assertEquals(Json.of(true), cleared.json().at("vendor").at("kept"));
    Cell markdown = notebook().cells().getFirst();
    assertEquals(markdown, markdown.cleared());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a\n", "a\nb", "a\n\nb\n", "\n", "\r\n x"})
  void aTextSplitIntoLinesIsTheSameText(String text) {
    assertEquals(text, Cell.text(Json.of(Cell.lines(text))));
    assertTrue(
        Cell.lines(text).stream()
            .allMatch(line -> line.indexOf('\n') >= line.length() - 1 || line.indexOf('\n') < 0));
  }
}
