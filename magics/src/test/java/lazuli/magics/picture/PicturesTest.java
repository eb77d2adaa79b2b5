package lazuli.magics.picture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import lazuli.array.Lazuli;
import lazuli.array.type.ArrayException;
import org.junit.jupiter.api.Test;

class PicturesTest {
  @Test
  void weightsAreLabelledByTheCharactersOfTheText() {
    var eye = Lazuli.array(new double[][] {{1, 0}, {0.5, 0.5}}).reshape(1, 1, 2, 2);
    Heatmap map = Pictures.weights(eye, "a\u00e9");
    assertEquals(List.of("a", "\u00e9"), map.rows());
    assertEquals(List.of("a", "\u00e9"), map.columns());
    assertArrayEquals(new double[] {0.5, 0.5}, map.values()[1]);
    assertEquals(List.of("0", "1"), Pictures.weights(eye).rows());
  }

  @Test
  void aTextOfAnotherLengthIsRefused() {
    var wrong = assertThrows(ArrayException.class, () -> Pictures.weights(Lazuli.ones(2, 3), "ab"));
    assertEquals(
        "weights was given [2,3] and a text of 2 characters\n"
            + "  accepted: one row and one column for each character\n"
            + "  fix: pass the text that the queries and keys were made of, or use heatmap with own"
            + " labels",
        wrong.getMessage());
  }

  @Test
  void severalHeadsAreRefused() {
    var wrong =
        assertThrows(ArrayException.class, () -> Pictures.weights(Lazuli.ones(1, 2, 3, 3), "abc"));
    assertEquals(
        "weights was given an array [1,2,3,3]\n"
            + "  accepted: a matrix [rows, columns], or leading dimensions of size 1\n"
            + "  fix: pick one head, such as w.get(\"0, 0\")",
        wrong.getMessage());
  }

  @Test
  void aHeatMapTakesJavaArraysAndArrays() {
    double[][] values = {{1, 2}};
    String[] rows = {"r"};
    String[] columns = {"a", "b"};
    assertEquals(
        Pictures.heatmap(values, rows, columns).text(),
        Pictures.heatmap(Lazuli.array(values), rows, columns).text());
  }

  @Test
  void missingLabelsAreNumbersAndAMissingLabelIsEmpty() {
    double[][] values = {{1, 2}, {3, 4}};
    assertEquals(List.of("0", "1"), Pictures.heatmap(values, null, null).rows());
    Heatmap some = Pictures.heatmap(values, new String[] {"a", null}, null);
    assertEquals(List.of("a", ""), some.rows());
    assertEquals(List.of("0", "1"), some.columns());
    assertTrue(some.png().length > 0);
  }
}
