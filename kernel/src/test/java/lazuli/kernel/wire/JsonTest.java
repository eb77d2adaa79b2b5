package lazuli.kernel.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "-1.50",
        "1e3",
        "-0.5E-10",
        "0",
        "123456789012345678901234567890",
        "\"é🙂\\n\\\"\"",
        "[]",
        "{}",
        "[1,[2,{\"a\":null}],\"x\"]",
        "{\"b\":1,\"a\":{\"c\":[true,false]}}"
      })
  void whatIsReadIsWrittenAsItWas(String text) throws Exception {
    Json value = Json.parse(utf8(text));
    assertEquals(text, new String(value.bytes(), StandardCharsets.UTF_8));
    assertEquals(value, Json.parse(value.pretty()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[1,]",
        "{\"a\" 1}",
        "1 2",
        "{} x",
        "nul",
        "\"open",
        "01",
        "-",
        "1.",
        ".5",
        "1e",
        "+1",
        "nullx",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\n\"",
        "[1 2]",
        "{1:2}",
        "'a'",
        "NaN",
        "\u00a01"
      })
  void whatIsNoJsonFails(String text) {
    assertThrows(IOException.class, () -> Json.parse(utf8(text)));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          hello         | line 1, column 1: a JSON value is needed, not 'h'
          {"a" 1}       | line 1, column 6: a colon is needed, not '1'
          {"a": 1       | line 1, column 8: a comma or } is needed, not the end
          [1,]          | line 1, column 4: a JSON value is needed, not ']'
          {a: 1}        | line 1, column 2: a key in quotes is needed, not 'a'
          "x            | line 1, column 3: the end of a string is needed, not the end
          "\\q"          | line 1, column 3: an escape such as \\n is needed, not 'q'
          "\\u00g0"      | line 1, column 6: a hexadecimal digit is needed, not 'g'
          -x            | line 1, column 2: a digit is needed, not 'x'
          007           | line 1, column 1: a number without leading zeros is needed, not '0'
          {} x          | text after the JSON value
          """)
  void theErrorSaysWhere(String text, String message) {
    assertEquals(
        message, assertThrows(IOException.class, () -> Json.parse(utf8(text))).getMessage());
  }

  @Test
  void everyEscapeAndBlankIsRead() throws Exception {
    assertEquals(
        "\"\\/\b\f\n\r\t\u00e9\ud83d\ude42",
        Json.parse(utf8(" \t\r\n\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE42\" ")).text(""));
    assertEquals(Json.of(1), Json.parse(utf8("\ufeff1")));
    assertEquals(
        "line 2, column 3: a colon is needed, not the end",
        assertThrows(IOException.class, () -> Json.parse(utf8("{\n\"\""))).getMessage());
  }

  @Test
  void bytesThatAreNoUtf8AreRefusedAndTheReplacementCharacterIsNot() throws Exception {
    assertEquals(
        "the text is not UTF-8",
        assertThrows(IOException.class, () -> Json.parse(new byte[] {'"', (byte) 0xff, '"'}))
            .getMessage());
    assertEquals("\ufffd", Json.parse(utf8("\"\ufffd\"")).text(""));
  }

  @Test
  void whatCouldExhaustTheReaderIsRefused() throws Exception {
    assertEquals(
        "JSON is nested deeper than 1000 levels",
        assertThrows(IOException.class, () -> Json.parse(utf8("[".repeat(100_000)))).getMessage());
    Json.parse(utf8("[".repeat(1000) + "]".repeat(1000)));
    assertEquals(
        "a number has more than 1000 characters",
        assertThrows(IOException.class, () -> Json.parse(utf8("9".repeat(1001)))).getMessage());
  }

  @Test
  void numbersAreCutToALong() throws Exception {
    assertEquals(-7, Json.parse(utf8("-7.9e0")).number(0));
    assertEquals(Long.MAX_VALUE, Json.parse(utf8("9223372036854775807")).number(0));
  }

  @Test
  void missingKeysReadAsWhatTheCallerGives() throws Exception {
    Json json = Json.parse(utf8("{\"a\":{\"b\":7},\"s\":\"t\"}"));
    assertEquals(7, json.at("a").at("b").number(0));
    assertEquals(5, json.at("a").at("missing").at("deeper").number(5));
    assertEquals("x", json.at("a").text("x"));
    assertEquals(true, json.at("s").bool(true));
    assertEquals(List.of(), json.at("s").items());
  }

  @Test
  void valuesThatJsonCannotHoldBecomeNull() {
    assertEquals(
        "{\"nan\":null,\"inf\":null,\"list\":[1,\"a\",null]}",
        new String(
            Json.object(
                    "nan", Double.NaN,
                    "inf", Double.NEGATIVE_INFINITY,
                    "list", java.util.Arrays.asList(1, "a", null))
                .bytes(),
            StandardCharsets.UTF_8));
    assertThrows(IllegalArgumentException.class, () -> Json.of(new Object()));
    assertEquals(Json.object("a", 1), Json.of(Map.of("a", 1)));
  }

  @Test
  void halfACharacterIsWrittenSoThatItCanBeRead() throws Exception {
    for (String half : new String[] {"\ud83d", "a\ude42", "\ud83dx"}) {
      assertEquals(half, Json.parse(Json.of(half).bytes()).text(""));
    }
  }

  @Test
  void notebooksAreIndentedByOneSpace() {
    assertEquals(
        "{\n \"a\": [\n  1\n ]\n}",
        new String(Json.object("a", List.of(1)).pretty(), StandardCharsets.UTF_8));
  }
}
