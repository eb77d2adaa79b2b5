package lazuli.kernel.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;

/**
 * Reads JSON text (RFC 8259) in one pass.
 *
 * <p>Not by jackson-core, which writes: its parser initialises {@code java.math.BigDecimal}, and
 * that costs a fresh JVM 70 ms of computing powers of five, a third of the time until the kernel
 * answers.
 */
final class JsonReader {
  /** Deeper text is refused, so that it cannot exhaust the stack. */
  private static final int DEEPEST = 1000;

  /** A longer number is refused, so that reading one takes no long time. */
  private static final int LONGEST_NUMBER = 1000;

  private static final char BYTE_ORDER_MARK = '\ufeff';
  private static final char END = '\uffff';

  private final String text;
  private int at;
  private int depth;

  private JsonReader(String text) {
    this.text = text;
  }

  /**
   * {@return the one value that the text holds}
   *
   * @throws IOException when it is not JSON, saying where
   */
  static Json read(byte[] utf8) throws IOException {
    var reader = new JsonReader(decode(utf8));
    reader.at = reader.peekAt(0) == BYTE_ORDER_MARK ? 1 : 0;
    if (reader.next() == END && reader.at >= reader.text.length()) {
      throw new IOException("empty text is not JSON");
    }
    Json value = reader.value();
    if (reader.next() != END || reader.at < reader.text.length()) {
      throw new IOException("text after the JSON value");
    }
    return value;
  }

  private static String decode(byte[] utf8) throws IOException {
    String text = new String(utf8, StandardCharsets.UTF_8);
    if (text.indexOf('\ufffd') < 0) {
      return text;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("the text is not UTF-8", e);
    }
  }

  private char peekAt(int index) {
    return index < text.length() ? text.charAt(index) : END;
  }

  /** {@return the next character that is no blank, where the reader then stands} */
  private char next() {
    char c = peekAt(at);
    while (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
      c = peekAt(++at);
    }
    return c;
  }

  private IOException wrong(String needed) {
    int line =
        1
            + (int)
                text.substring(0, Math.min(at, text.length()))
                    .chars()
                    .filter(c -> c == '\n')
                    .count();
    int column = at - text.lastIndexOf('\n', at - 1);
    String found = at >= text.length() ? "the end" : "'" + text.charAt(at) + "'";
    return new IOException(
        "line " + line + ", column " + column + ": " + needed + " is needed, not " + found);
  }

  private Json value() throws IOException {
    char c = next();
    return switch (c) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> new Json.Str(string());
      case 't' -> word("true", new Json.Bool(true));
      case 'f' -> word("false", new Json.Bool(false));
      case 'n' -> word("null", Json.NULL);
      default -> number();
    };
  }

  private Json word(String word, Json value) throws IOException {
    if (!text.startsWith(word, at) || Character.isLetterOrDigit(peekAt(at + word.length()))) {
      throw wrong("a JSON value");
    }
    at += word.length();
    return value;
  }

  private void deeper() throws IOException {
    at++;
    if (++depth > DEEPEST) {
      throw new IOException("JSON is nested deeper than " + DEEPEST + " levels");
    }
  }

  private Json.Obj object() throws IOException {
    deeper();
    var fields = new LinkedHashMap<String, Json>();
    if (next() == '}') {
      at++;
    } else {
      while (true) {
        if (next() != '"') {
          throw wrong("a key in quotes");
        }
        String key = string();
        if (next() != ':') {
          throw wrong("a colon");
        }
        at++;
        fields.put(key, value());
        if (ends('}', "a comma or }")) {
          break;
        }
      }
    }
    depth--;
    return new Json.Obj(fields);
  }

  private Json.Arr array() throws IOException {
    deeper();
    var items = new ArrayList<Json>();
    if (next() == ']') {
      at++;
    } else {
      do {
        items.add(value());
      } while (!ends(']', "a comma or ]"));
    }
    depth--;
    return new Json.Arr(items);
  }

  private boolean ends(char end, String needed) throws IOException {
    char c = next();
    if (c != end && c != ',') {
      throw wrong(needed);
    }
    at++;
    return c == end;
  }

  private String string() throws IOException {
    int start = ++at;
    StringBuilder unescaped = null;
    while (true) {
      char c = peekAt(at);
      if (c == '"') {
        String rest = text.substring(start, at++);
        return unescaped == null ? rest : unescaped.append(rest).toString();
      }
      if (c < ' ' || at >= text.length()) {
        throw wrong("the end of a string");
      }
      if (c == '\\') {
        if (unescaped == null) {
          unescaped = new StringBuilder();
        }
        unescaped.append(text, start, at);
        at++;
        unescaped.append(escaped());
        start = at;
      } else {
        at++;
      }
    }
  }

  private char escaped() throws IOException {
    char c = peekAt(at);
    char meant =
        switch (c) {
          case '"', '\\', '/' -> c;
          case 'b' -> '\b';
          case 'f' -> '\f';
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          case 'u' -> unicode();
          default -> throw wrong("an escape such as \\n");
        };
    at++;
    return meant;
  }

  /** Stops at the last of the four digits. */
  private char unicode() throws IOException {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      at++;
      char c = peekAt(at);
      int digit = c < 128 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw wrong("a hexadecimal digit");
      }
      code = code << 4 | digit;
    }
    return (char) code;
  }

  private Json.Num number() throws IOException {
    int start = at;
    if (peekAt(at) == '-') {
      at++;
    }
    boolean zero = peekAt(at) == '0';
    if (digits(at == start ? "a JSON value" : "a digit") > 1 && zero) {
      at = start;
      throw wrong("a number without leading zeros");
    }
    if (peekAt(at) == '.') {
      at++;
      digits("a digit");
    }
    if (peekAt(at) == 'e' || peekAt(at) == 'E') {
      at++;
      if (peekAt(at) == '+' || peekAt(at) == '-') {
        at++;
      }
      digits("a digit");
    }
    if (at - start > LONGEST_NUMBER) {
      throw new IOException("a number has more than " + LONGEST_NUMBER + " characters");
    }
    return new Json.Num(text.substring(start, at));
  }

  private int digits(String needed) throws IOException {
    int start = at;
    while (peekAt(at) >= '0' && peekAt(at) <= '9') {
      at++;
    }
    if (at == start) {
      throw wrong(needed);
    }
    return at - start;
  }
}
