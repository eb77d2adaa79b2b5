package lazuli.install.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lazuli.install.process.UsageError;
import lazuli.kernel.wire.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParametersTest {
  private static final Cell DECLARING =
      Cell.code(
          """
          // not = this
          int steps = 3; final double rate = 0.1;
          String name = "x == y";
          var free = 1;
          java.util.List<String> names = null;
          """,
          List.of("parameters"),
          "p");
  private static final Cell LAST = Cell.code("steps", List.of(), "l");

  private static Notebook notebook(Cell... cells) {
    return new Notebook(Json.object("nbformat", 4, "nbformat_minor", 5, "cells", List.of()))
        .with(List.of(cells));
  }

  @Test
  void theInjectedCellComesAfterTheTaggedOneAndTakesItsTypes() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("rate", "1");
    values.put("steps", "9");
    values.put("name", "9");
    values.put("free", "9");
    List<Cell> cells = Parameters.inject("n", notebook(LAST, DECLARING, LAST), values);
    assertEquals(4, cells.size());
    assertEquals(
        """
        // Parameters
        double rate = 1d;
        int steps = 9;
        String name = "9";
        var free = 9;""",
        cells.get(2).source());
    assertEquals(List.of("injected-parameters"), cells.get(2).tags());
  }

  @Test
  void aCellInjectedBeforeIsReplaced() {
    Notebook once =
        notebook().with(Parameters.inject("n", notebook(DECLARING, LAST), Map.of("steps", "1")));
    List<Cell> twice = Parameters.inject("n", once, Map.of("steps", "2"));
    assertEquals(3, twice.size());
    assertEquals("// Parameters\nint steps = 2;", twice.get(1).source());
  }

  @Test
  void withoutValuesNothingChanges() {
    assertEquals(
        List.of(DECLARING, LAST), Parameters.inject("n", notebook(DECLARING, LAST), Map.of()));
  }

  @ParameterizedTest(name = "{0} {1} = {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          var     | 3           | 3
          var     | -3          | -3
          var     | 3000000000  | 3000000000L
          var     | 0.5         | 0.5
          var     | 1e-3        | 1e-3
          var     | true        | true
          var     | text        | "text"
          var     | 007         | "007"
          var     | 1,5         | "1,5"
          var     | a"b\\c      | "a\\"b\\\\c"
          String  | true        | "true"
          String  | 5           | "5"
          long    | 5           | 5L
          float   | 0.5         | 0.5f
          double  | 5           | 5d
          boolean | false       | false
          """)
  void valuesAreTypedAsDeclaredOrByTheirForm(String type, String value, String java) {
    assertEquals(java, Parameters.literal("x", type, value));
  }

  @ParameterizedTest
  @CsvSource({
    "int, 0.5",
    "int, 3000000000",
    "int, x",
    "long, 99999999999999999999",
    "double, fast",
    "boolean, 1",
    "float, true"
  })
  void aValueThatDoesNotFitTheDeclaredTypeIsRefused(String type, String value) {
    var refused = assertThrows(UsageError.class, () -> Parameters.literal("x", type, value));
    assertEquals(
        "parameter x: \"" + value + "\" is no " + type + ", as it is declared",
        refused.getMessage());
  }

  @Test
  void anUnknownParameterNamesThoseThatAreDeclared() {
    var refused =
        assertThrows(
            UsageError.class,
            () -> Parameters.inject("n.ipynb", notebook(DECLARING), Map.of("not", "1")));
    assertEquals(
        "n.ipynb: no parameter \"not\"; the tagged cell declares steps, rate, name, free, names",
        refused.getMessage());
  }
}
