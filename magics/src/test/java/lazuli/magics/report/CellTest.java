package lazuli.magics.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CellTest {
  @ParameterizedTest(name = "{0} is shown as {1}")
  @CsvSource({
    "0, 0",
    "1, 1.00",
    "1.2345, 1.23",
    "12.345, 12.3",
    "99.96, 100",
    "123.4, 123",
    "999.4, 999",
    "999.6, 1000",
    "1234.5, 1235",
    "123456, 123456",
    "1234567, 1.23e6",
    "0.00012345, 0.000123",
    "0.000012345, 1.23e-5",
    "-4.56789, -4.57",
    "3e-7, 3.00e-7",
    "NaN, -",
    "Infinity, inf",
    "-Infinity, -inf"
  })
  void numbersShowThreeDigits(double value, String text) {
    assertEquals(text, Cell.digits(value));
  }

  @Test
  void missingNumbersAndEmptyWordsAreDashes() {
    assertEquals(Cell.NONE, Cell.of(Double.NaN));
    assertEquals(Cell.NONE, Cell.of(""));
    assertEquals(Cell.NONE, Cell.of(Double.NaN, "x", 1));
  }

  @Test
  void barsAreClamped() {
    assertEquals(1, ((Cell.Number) Cell.of(5, "5", 7)).share());
    assertEquals(0, ((Cell.Number) Cell.of(5, "5", -7)).share());
  }

  @Test
  void jsonComesBackAsItWent() throws IOException {
    Map<String, Object> value =
        Map.of("a", Arrays.asList(1L, 2.5, "x\n\"y\"", true, null, Map.of("b", List.of())));
    assertEquals(value, Json.read(Json.write(value)));
    assertEquals("[1,null,0.5]", Json.write(new double[] {1, Double.NaN, 0.5}));
    assertEquals("{\"n\":3}", Json.write(Map.of("n", 3)));
  }

  @Test
  void textThatIsNotJsonIsRefused() {
    assertThrows(IOException.class, () -> Json.read("{\"a\":"));
    assertThrows(IOException.class, () -> Json.read(""));
  }
}
