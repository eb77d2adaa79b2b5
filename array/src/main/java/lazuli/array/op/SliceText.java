package lazuli.array.op;

import java.util.ArrayList;
import java.util.List;
import lazuli.array.type.ArrayException;
import lazuli.array.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * A parsed slice such as {@code "0:4, ..., ::2, -1, new"}.
 *
 * @param text the text
 * @param parts its parts
 */
record SliceText(String text, List<Part> parts) {
  private static final String ACCEPTED =
      "parts separated by commas: an index, start:stop:step, \"...\" at most once, or \"new\"";

  /** One part and where it stands in the text. */
  private record Part(Kind kind, int at, @Nullable Long start, @Nullable Long stop, long step) {}

  private enum Kind {
    INDEX,
    RANGE,
    ELLIPSIS,
    NEW
  }

  static SliceText parse(String text) {
    List<Part> parts = new ArrayList<>();
    int from = 0;
    while (from <= text.length()) {
      int comma = text.indexOf(',', from);
      int end = comma < 0 ? text.length() : comma;
      parts.add(part(text, from, end));
      from = end + 1;
    }
    if (parts.stream().filter(p -> p.kind == Kind.ELLIPSIS).count() > 1) {
      throw error(text, text.lastIndexOf("..."), "a second \"...\"", "keep one \"...\"");
    }
    return new SliceText(text, parts);
  }

  private static Part part(String text, int from, int end) {
    int at = from;
    while (at < end && text.charAt(at) == ' ') {
      at++;
    }
    String part = text.substring(at, Math.max(at, end)).strip();
    if (part.equals("...")) {
      return new Part(Kind.ELLIPSIS, at, null, null, 1);
    }
    if (part.equals("new")) {
      return new Part(Kind.NEW, at, null, null, 1);
    }
    if (part.isEmpty()) {
      throw error(text, at, "an empty part", "write \":\" for a whole dimension");
    }
    @Nullable Long[] numbers = new @Nullable Long[3];
    int n = 0;
    int start = at;
    for (int i = at; i <= at + part.length(); i++) {
      if (i == at + part.length() || text.charAt(i) == ':') {
        if (n == 3) {
          throw error(text, start - 1, "more than two colons", "write start:stop:step");
        }
        numbers[n++] = number(text, start, i);
        start = i + 1;
      }
    }
    Long first = numbers[0];
    if (n == 1) {
      return new Part(Kind.INDEX, at, first, null, 1);
    }
    Long step = numbers[2];
    if (step != null && step == 0) {
      throw error(text, at, "a step of 0", "use a step such as 2, or -1 to go backwards");
    }
    return new Part(Kind.RANGE, at, first, numbers[1], step == null ? 1 : step);
  }

  private static @Nullable Long number(String text, int from, int end) {
    String digits = text.substring(from, end).strip();
    if (digits.isEmpty()) {
      return null;
    }
    try {
      return Long.valueOf(digits);
    } catch (NumberFormatException e) {
      throw error(text, from, "\"" + digits + "\", which is no whole number", "write a number");
    }
  }

  private static ArrayException error(String text, int at, String what, String fix) {
    return new ArrayException(
        "the slice has " + what + "\n    " + text + "\n    " + " ".repeat(at) + "^", ACCEPTED, fix);
  }

  /** {@return the part of the operand that this text names} */
  Node apply(Node x) {
    Shape shape = x.aval().shape();
    int used =
        (int) parts.stream().filter(p -> p.kind == Kind.INDEX || p.kind == Kind.RANGE).count();
    if (used > shape.rank()) {
      Part extra =
          parts.stream()
              .filter(p -> p.kind == Kind.INDEX || p.kind == Kind.RANGE)
              .skip(shape.rank())
              .findFirst()
              .orElseThrow();
      throw error(
          text,
          extra.at,
          used + " dimensions for shape " + shape,
          "remove parts until there are at most " + shape.rank());
    }
    List<Slice.Range> ranges = new ArrayList<>();
    List<Long> dims = new ArrayList<>();
    int axis = 0;
    for (Part part : parts) {
      switch (part.kind) {
        case NEW -> dims.add(1L);
        case ELLIPSIS -> {
          for (int i = shape.rank() - used; i > 0; i--, axis++) {
            whole(shape.dim(axis), ranges, dims);
          }
        }
        case INDEX -> ranges.add(index(part, shape, axis++));
        case RANGE -> {
          Slice.Range range = range(part, shape.dim(axis++));
          ranges.add(range);
          dims.add(range.size());
        }
      }
    }
    for (; axis < shape.rank(); axis++) {
      whole(shape.dim(axis), ranges, dims);
    }
    Node part = Node.of(new Slice(ranges), x);
    return Movements.reshape(part, Shape.of(dims.stream().mapToLong(d -> d).toArray()));
  }

  private static void whole(long size, List<Slice.Range> ranges, List<Long> dims) {
    ranges.add(new Slice.Range(0, size, 1));
    dims.add(size);
  }

  private Slice.Range index(Part part, Shape shape, int axis) {
    long size = shape.dim(axis);
    long at = part.start == null ? 0 : part.start;
    if (at < -size || at >= size) {
      throw error(
          text,
          part.at,
          "index " + at + " for dimension " + axis + " of shape " + shape,
          size == 0 ? "the dimension is empty" : "use " + -size + " to " + (size - 1));
    }
    return new Slice.Range(at < 0 ? at + size : at, 1, 1);
  }

  /** Clips as Python does. */
  private static Slice.Range range(Part part, long size) {
    long step = part.step;
    long low = step > 0 ? 0 : -1;
    long high = step > 0 ? size : size - 1;
    long start = part.start == null ? (step > 0 ? low : high) : clip(part.start, size, low, high);
    long stop = part.stop == null ? (step > 0 ? high : low) : clip(part.stop, size, low, high);
    long n = step > 0 ? Math.ceilDiv(stop - start, step) : Math.ceilDiv(start - stop, -step);
    return n <= 0 ? new Slice.Range(0, 0, 1) : new Slice.Range(start, n, step);
  }

  private static long clip(long index, long size, long low, long high) {
    long at = index < 0 ? index + size : index;
    return Math.max(low, Math.min(high, at));
  }
}
