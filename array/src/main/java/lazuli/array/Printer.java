package lazuli.array;

import java.lang.ref.Reference;
import java.util.Locale;
import lazuli.array.backend.Elements;
import lazuli.array.backend.View;
import lazuli.array.profile.EvaluationPoints.Cause;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;

/**
 * Writes arrays as text: type, shape and device, then the values as NumPy's {@code array2string}
 * writes them with commas. Truth values are Java's.
 */
final class Printer {
  /** Arrays that take longer are not computed to be shown. */
  private static final double MOST_NANOS = 50e6;

  /** Arrays of more elements are not computed to be shown. */
  private static final int MOST_ELEMENTS = 1000;

  private static volatile PrintOptions options = PrintOptions.DEFAULT;

  private final PrintOptions style;
  private final View view;
  private final long[] dims;
  private final boolean[] cut;
  private final String[] cells;
  private int next;

  private Printer(View view, PrintOptions style) {
    this.style = style;
    this.view = view;
    Shape whole = view.shape();
    dims = whole.dims();
    cut = new boolean[dims.length];
    for (int i = 0; i < dims.length; i++) {
      cut[i] = whole.size() > style.threshold() && dims[i] > 2 * style.edgeItems();
      dims[i] = cut[i] ? 2 * style.edgeItems() : dims[i];
    }
    long[] at = positions();
    cells = view.dtype().isFloat() ? reals(at) : integers(at);
  }

  static PrintOptions options() {
    return options;
  }

  static void options(PrintOptions wanted) {
    options = wanted;
  }

  static String print(Array array) {
    String head = array.dtype() + array.shape().toString() + " " + array.device();
    try {
      if (!array.evaluated()) {
        if (array.size() > MOST_ELEMENTS) {
          return head + " lazy";
        }
        double nanos = Engine.EVALUATOR.estimate(array.node());
        if (nanos > MOST_NANOS) {
          return String.format(Locale.ROOT, "%s lazy, about %.2g s to compute", head, nanos / 1e9);
        }
      }
      StringBuilder text = new StringBuilder(head).append('\n');
      new Printer(array.view(Cause.DISPLAY), options).write(text, 0);
      Reference.reachabilityFence(array);
      return text.toString();
    } catch (RuntimeException e) {
      return head + " not computable: " + e.getMessage();
    }
  }

  private long[] positions() {
    Shape shape = Shape.of(dims);
    int edge = style.edgeItems();
    long[] at = new long[Math.toIntExact(shape.size())];
    for (int i = 0; i < at.length; i++) {
      long rest = i;
      at[i] = view.offset();
      for (int d = dims.length - 1; d >= 0; d--) {
        long index = rest % dims[d];
        rest /= dims[d];
        boolean tail = cut[d] && index >= edge;
        at[i] += view.strides()[d] * (tail ? view.shape().dim(d) - 2L * edge + index : index);
      }
    }
    return at;
  }

  private String[] integers(long[] at) {
    String[] out = new String[at.length];
    // NumPy leaves room for False.
    int width = view.dtype() == DType.BOOL && dims.length > 0 ? 5 : 0;
    for (int i = 0; i < out.length; i++) {
      long value = Elements.getLong(view.buffer().segment(), view.dtype(), at[i]);
      out[i] =
          switch (view.dtype()) {
            case BOOL -> Boolean.toString(value != 0);
            case U64 -> Long.toUnsignedString(value);
            default -> Long.toString(value);
          };
      width = Math.max(width, out[i].length());
    }
    for (int i = 0; i < out.length; i++) {
      out[i] = " ".repeat(width - out[i].length()) + out[i];
    }
    return out;
  }

  private String[] reals(long[] at) {
    double[] values = new double[at.length];
    for (int i = 0; i < at.length; i++) {
      values[i] = Elements.get(view.buffer().segment(), view.dtype(), at[i]);
    }
    return Decimals.text(values, view.dtype(), style);
  }

  private void write(StringBuilder text, int axis) {
    if (axis == dims.length) {
      text.append(cells[next++]);
      return;
    }
    if (axis == dims.length - 1) {
      row(text);
      return;
    }
    if (cells.length == 0) {
      text.append("[]");
      return;
    }
    text.append('[');
    String gap = "," + "\n".repeat(dims.length - 1 - axis) + " ".repeat(axis + 1);
    for (long i = 0; i < dims[axis]; i++) {
      if (i > 0) {
        text.append(gap);
      }
      if (cut[axis] && i == style.edgeItems()) {
        text.append("...").append(gap);
      }
      write(text, axis + 1);
    }
    text.append(']');
  }

  /** One row, wrapped where the next element and what must follow it pass the line's end. */
  private void row(StringBuilder text) {
    int axis = dims.length - 1;
    String indent = " ".repeat(axis + 1);
    StringBuilder line = new StringBuilder(indent);
    StringBuilder out = new StringBuilder();
    // Room for the closing brackets.
    int width = style.lineWidth() - dims.length;
    long n = dims[axis];
    for (long i = 0; i < n; i++) {
      if (cut[axis] && i == style.edgeItems()) {
        extend(out, line, "...", width, indent);
        line.append(", ");
      }
      extend(out, line, cells[next++], width, indent);
      if (i < n - 1) {
        line.append(", ");
      }
    }
    out.append(line);
    text.append('[').append(out, Math.min(axis + 1, out.length()), out.length()).append(']');
  }

  private static void extend(
      StringBuilder out, StringBuilder line, String word, int width, String indent) {
    if (line.length() + word.length() > width && line.length() > indent.length()) {
      out.append(line.toString().stripTrailing()).append('\n');
      line.setLength(0);
      line.append(indent);
    }
    line.append(word);
  }
}
