package lazuli.kernel.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
  @ValueSource(strings = {"", "{", "[1,]", "{\"a\" 1}", "1 2", "{} x", "nul", "\"open"})
  void whatIsNoJsonFails(String text) {
    assertThrows(IOException.class, () -> Json.parse(utf8(text)));
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
