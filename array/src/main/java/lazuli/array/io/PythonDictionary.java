package lazuli.array.io;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads the Python dictionary of an npy header: keys are strings; values are strings, truth values,
 * tuples of whole numbers, or lists, whose contents are passed over.
 */
final class PythonDictionary {
  private final String text;
  private int at;

  PythonDictionary(String text) {
    this.text = text;
  }

  /** What is wrong with the text, and where. */
  static final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Malformed(String what, int at) {
      super(what + " at character " + at, null, false, false);
    }
  }

  /** The dictionary: String, Boolean, long[], or Object for a list. */
  Map<String, Object> read() {
    Map<String, Object> fields = new LinkedHashMap<>();
    expect('{');
    while (peek() != '}') {
      String key = string();
      expect(':');
      if (fields.put(key, value()) != null) {
        throw new Malformed("the key '" + key + "' a second time", at);
      }
      if (peek() != '}') {
        expect(',');
      }
    }
    at++;
    if (peek() != 0) {
      throw new Malformed("something after the dictionary", at);
    }
    return fields;
  }

  private char peek() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return at < text.length() ? text.charAt(at) : 0;
  }

  private void expect(char wanted) {
    if (peek() != wanted) {
      throw new Malformed("no '" + wanted + "'", at);
    }
    at++;
  }

  private Object value() {
    char c = peek();
    if (c == '(') {
      return tuple();
    }
    if (c == '[') {
      return list();
    }
    for (boolean truth : new boolean[] {true, false}) {
      String word = truth ? "True" : "False";
      if (text.startsWith(word, at)) {
        at += word.length();
        return truth;
      }
    }
    return string();
  }

  private String string() {
    char quote = peek();
    if (quote != '\'' && quote != '"') {
      throw new Malformed("no string", at);
    }
    int end = text.indexOf(quote, at + 1);
    if (end < 0 || text.substring(at, end).indexOf('\\') >= 0) {
      throw new Malformed("a string without an end, or with an escape", at);
    }
    String value = text.substring(at + 1, end);
    at = end + 1;
    return value;
  }

  private long[] tuple() {
    expect('(');
    long[] numbers = new long[Layout.MOST_DIMENSIONS];
    int count = 0;
    while (peek() != ')') {
      if (count == numbers.length) {
        throw new Malformed("more than " + count + " sizes", at);
      }
      numbers[count++] = number();
      if (peek() != ')') {
        expect(',');
      }
    }
    at++;
    return java.util.Arrays.copyOf(numbers, count);
  }

  private long number() {
    int start = at;
    while (at < text.length() && "-0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    String digits = text.substring(start, at);
    if (at < text.length() && text.charAt(at) == 'L') {
      at++; // Python 2 wrote long numbers so.
    }
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException bad) {
      throw new Malformed("no whole number of 64 bits", start);
    }
  }

  /** Passes over a list: brackets are counted outside strings. */
  private Object list() {
    int start = at;
    int depth = 0;
    do {
      char c = peek();
      if (c == 0) {
        throw new Malformed("a list without an end", start);
      }
      if (c == '\'' || c == '"') {
        string();
        continue;
      }
      depth += "[(".indexOf(c) >= 0 ? 1 : ")]".indexOf(c) >= 0 ? -1 : 0;
      at++;
    } while (depth > 0);
    return new Object();
  }
}
