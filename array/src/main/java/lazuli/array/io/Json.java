package lazuli.array.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads JSON straight from memory and makes no tree, so that a header costs what its caller keeps
 * of it. Strict: a repeated name, a byte that is no UTF-8, or anything after the value is an error.
 */
public final class Json {
  private static final int DEEPEST = 64;

  private final MemorySegment text;
  private final long end;
  private long at;
  private int depth;

  /**
   * Starts at the first byte.
   *
   * @param text UTF-8
   */
  public Json(MemorySegment text) {
    this.text = text;
    this.end = text.byteSize();
  }

  /** What is wrong with the text, and where. */
  public static final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Malformed(String what, long at) {
      super(what + " at byte " + at, null, false, false);
    }
  }

  Malformed malformed(String what) {
    return new Malformed(what, at);
  }

  private int peek() {
    while (at < end) {
      byte c = text.get(ValueLayout.JAVA_BYTE, at);
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
        return c;
      }
      at++;
    }
    return -1;
  }

  private void expect(char wanted) {
    if (peek() != wanted) {
      throw malformed("no '" + wanted + "'");
    }
    at++;
  }

  /** Whether another element follows; consumes the comma or the closing bracket. */
  private boolean more(char close) {
    int c = peek();
    if (c != ',' && c != close) {
      throw malformed("no ',' or '" + close + "'");
    }
    at++;
    return c == ',';
  }

  private void deeper() {
    if (++depth > DEEPEST) {
      throw malformed("nesting beyond " + DEEPEST + " levels");
    }
  }

  /**
   * Reads an object.
   *
   * @param member gets each name and must read its value
   */
  public void object(Consumer<String> member) {
    expect('{');
    deeper();
    if (peek() == '}') {
      at++;
    } else {
      Set<String> seen = new HashSet<>();
      do {
        String name = string();
        if (!seen.add(name)) {
          throw malformed("the name \"" + name + "\" a second time");
        }
        expect(':');
        member.accept(name);
      } while (more('}'));
    }
    depth--;
  }

  /**
   * Reads an array.
   *
   * @param element must read one element
   */
  public void array(Runnable element) {
    expect('[');
    deeper();
    if (peek() == ']') {
      at++;
    } else {
      do {
        element.run();
      } while (more(']'));
    }
    depth--;
  }

  /** Whether the next value is a string. */
  boolean atString() {
    return peek() == '"';
  }

  /** {@return the string that comes next} */
  public String string() {
    expect('"');
    long start = at;
    boolean escaped = false;
    while (true) {
      if (at >= end) {
        throw malformed("the end of the text inside a string");
      }
      byte c = text.get(ValueLayout.JAVA_BYTE, at);
      if (c == '"') {
        break;
      }
      if (c >= 0 && c < 0x20) {
        throw malformed("a control character inside a string");
      }
      escaped |= c == '\\';
      at += c == '\\' ? 2 : 1;
    }
    String raw = utf8(start, at - start);
    at++;
    return escaped ? unescape(raw) : raw;
  }

  private String utf8(long start, long length) {
    try {
      ByteBuffer bytes = text.asSlice(start, length).asByteBuffer();
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException bad) {
      throw malformed("a string that is not UTF-8");
    }
  }

  private String unescape(String raw) {
    StringBuilder out = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      char kind = ++i < raw.length() ? raw.charAt(i) : ' ';
      switch (kind) {
        case '"', '\\', '/' -> out.append(kind);
        case 'b' -> out.append('\b');
        case 'f' -> out.append('\f');
        case 'n' -> out.append('\n');
        case 'r' -> out.append('\r');
        case 't' -> out.append('\t');
        case 'u' -> {
          String hex = raw.substring(i + 1, Math.min(i + 5, raw.length()));
          if (!hex.matches("[0-9a-fA-F]{4}")) {
            throw malformed("an escape that is not \\u and four digits");
          }
          out.append((char) Integer.parseInt(hex, 16));
          i += 4;
        }
        default -> throw malformed("the unknown escape \\" + kind);
      }
    }
    return out.toString();
  }

  /** {@return the whole number that comes next} */
  public long integer() {
    peek();
    String digits = number();
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException bad) {
      throw malformed(
          digits.isEmpty() ? "no whole number" : digits + ", no whole number of 64 bits,");
    }
  }

  private String number() {
    StringBuilder digits = new StringBuilder();
    while (at < end && digits.length() < 64) {
      byte c = text.get(ValueLayout.JAVA_BYTE, at);
      if ((c < '0' || c > '9') && "+-.eE".indexOf(c) < 0) {
        break;
      }
      digits.append((char) c);
      at++;
    }
    return digits.toString();
  }

  /** Reads a string, number or literal as text; anything nested is passed over and gives "". */
  String scalar() {
    return switch (peek()) {
      case '"' -> string();
      case '{', '[' -> {
        skip();
        yield "";
      }
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      default -> {
        String digits = number();
        if (!digits.matches("-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?")) {
          throw malformed("no value");
        }
        yield digits;
      }
    };
  }

  private String literal(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (at + i >= end || text.get(ValueLayout.JAVA_BYTE, at + i) != word.charAt(i)) {
        throw malformed("no value");
      }
    }
    at += word.length();
    return word;
  }

  /** Passes over any value. */
  public void skip() {
    switch (peek()) {
      case '{' -> object(name -> skip());
      case '[' -> array(this::skip);
      default -> scalar();
    }
  }

  /** Checks that only spaces are left. */
  public void end() {
    if (peek() >= 0) {
      throw malformed("something after the value");
    }
  }

  /**
   * {@return a string as JSON, quotes included}
   *
   * @param value the string
   */
  public static String quote(String value) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.append('"').toString();
  }
}
