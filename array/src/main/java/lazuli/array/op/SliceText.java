package lazuli.array.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import lazuli.array.type.ArrayException;
import org.jspecify.annotations.Nullable;

/**
 * A parsed slice such as {@code "0:4, ..., ::2, -1, new, {}"}. Parsed texts are kept: a loop parses
 * once.
 *
 * @param text the text
 * @param parts its parts
 * @param holes how many values it needs
 */
record SliceText(String text, List<Piece> parts, int holes) {
  private static final int KEPT = 1024;
  private static final Map<String, SliceText> SEEN = new ConcurrentHashMap<>();

  /** A number that is written, or the number of the value that takes its place. */
  private record Number(@Nullable Long value, int hole, int at) {}

  /** One part and where it stands in the text. */
  private record Piece(Kind kind, int at, List<Number> numbers) {}

  private enum Kind {
    INDEX,
    RANGE,
    ELLIPSIS,
    NEW
  }

  static SliceText parse(String text) {
    SliceText known = SEEN.get(text);
    if (known == null) {
      known = new Parser(text).parse();
      if (SEEN.size() >= KEPT) {
        SEEN.clear();
      }
      SEEN.put(text, known);
    }
    return known;
  }

  /** {@return the selection, with values in place of each "{}"} Values are Longs or parts. */
  Selection bind(Object... values) {
    if (values.length != holes) {
      throw new ArrayException(
          "the slice \"" + text + "\" was given " + values.length + " values",
          holes + ", one for each {}",
          values.length < holes ? "pass the missing values" : "write {} where a value belongs");
    }
    List<Part> bound = new ArrayList<>();
    int[] places = new int[parts.size()];
    for (Piece piece : parts) {
      places[bound.size()] = piece.at;
      bound.add(
          switch (piece.kind) {
            case ELLIPSIS -> Part.ELLIPSIS;
            case NEW -> Part.NEW;
            case INDEX -> {
              Number n = piece.numbers.getFirst();
              yield n.hole >= 0 && values[n.hole] instanceof Part part
                  ? part
                  : new Part.At(Objects.requireNonNull(number(n, values)));
            }
            case RANGE -> {
              Long step = piece.numbers.size() < 3 ? null : number(piece.numbers.get(2), values);
              if (step != null && step == 0) {
                throw error(
                    text, piece.at, "a step of 0", "use a step such as 2, or -1 to go backwards");
              }
              yield new Part.Range(
                  number(piece.numbers.get(0), values),
                  number(piece.numbers.get(1), values),
                  step == null ? 1 : step);
            }
          });
    }
    return new Selection(text, bound, places);
  }

  private @Nullable Long number(Number n, Object... values) {
    if (n.hole < 0) {
      return n.value;
    }
    if (values[n.hole] instanceof Long value) {
      return value;
    }
    throw error(
        text,
        n.at,
        values[n.hole] + " between colons",
        "pass a whole number, or write the array as a part of its own");
  }

  static ArrayException error(String text, int at, String what, String fix) {
    return new ArrayException(
        "the slice has " + what + "\n    " + text + "\n    " + " ".repeat(at) + "^",
        Selection.ACCEPTED,
        fix);
  }

  /** Reads one text from left to right. */
  private static final class Parser {
    private final String text;
    private int holes;

    Parser(String text) {
      this.text = text;
    }

    SliceText parse() {
      List<Piece> parts = new ArrayList<>();
      int from = 0;
      while (from <= text.length()) {
        int comma = text.indexOf(',', from);
        int end = comma < 0 ? text.length() : comma;
        parts.add(part(from, end));
        from = end + 1;
      }
      if (parts.stream().filter(p -> p.kind == Kind.ELLIPSIS).count() > 1) {
        throw error(text, text.lastIndexOf("..."), "a second \"...\"", "keep one \"...\"");
      }
      return new SliceText(text, List.copyOf(parts), holes);
    }

    private Piece part(int from, int end) {
      int at = from;
      while (at < end && text.charAt(at) == ' ') {
        at++;
      }
      String part = text.substring(at, Math.max(at, end)).strip();
      if (part.equals("...")) {
        return new Piece(Kind.ELLIPSIS, at, List.of());
      }
      if (part.equals("new")) {
        return new Piece(Kind.NEW, at, List.of());
      }
      if (part.isEmpty()) {
        throw error(text, at, "an empty part", "write \":\" for a whole dimension");
      }
      Number[] numbers = new Number[3];
      int n = 0;
      int start = at;
      for (int i = at; i <= at + part.length(); i++) {
        if (i == at + part.length() || text.charAt(i) == ':') {
          if (n == 3) {
            throw error(text, start - 1, "more than two colons", "write start:stop:step");
          }
          numbers[n++] = number(start, i);
          start = i + 1;
        }
      }
      if (n == 3 && numbers[2].value != null && numbers[2].value == 0) {
        throw error(text, at, "a step of 0", "use a step such as 2, or -1 to go backwards");
      }
      return new Piece(
          n == 1 ? Kind.INDEX : Kind.RANGE, at, List.copyOf(Arrays.asList(numbers).subList(0, n)));
    }

    private Number number(int from, int end) {
      String digits = text.substring(from, end).strip();
      if (digits.isEmpty()) {
        return new Number(null, -1, from);
      }
      if (digits.equals("{}")) {
        return new Number(null, holes++, from);
      }
      try {
        return new Number(Long.valueOf(digits), -1, from);
      } catch (NumberFormatException e) {
        throw error(text, from, "\"" + digits + "\", which is no whole number", "write a number");
      }
    }
  }
}
