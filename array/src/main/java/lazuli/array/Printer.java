package lazuli.array;

import java.lang.ref.Reference;
import java.util.Locale;
import lazuli.array.backend.Elements;
import lazuli.array.backend.View;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;

/** Writes arrays as aligned text, in the manner of NumPy. */
final class Printer {
  /** Arrays of up to this many elements are computed to be shown, and shown whole. */
  static final int SMALL = 1000;

  private static final int EDGE = 3;

  /** Significant decimals. */
  private static final int DIGITS = 4;

  private final View view;
  private final long[] dims;
  private final boolean[] cut;
  private final String[] cells;
  private final int width;
  private int next;

  private Printer(View view) {
    this.view = view;
    Shape whole = view.shape();
    dims = whole.dims();
    cut = new boolean[dims.length];
    for (int i = 0; i < dims.length; i++) {
      cut[i] = whole.size() > SMALL && dims[i] > 2 * EDGE;
      dims[i] = cut[i] ? 2 * EDGE : dims[i];
    }
    long[] at = positions();
    cells = view.dtype().isFloat() ? reals(at) : integers(at);
    int widest = 0;
    for (String cell : cells) {
      widest = Math.max(widest, cell.length());
    }
    width = widest;
  }

  static String print(Array array) {
    String head = array.dtype() + array.shape().toString() + " " + array.device();
    if (!array.evaluated() && array.size() > SMALL) {
      return head + " lazy";
    }
    try {
      StringBuilder text = new StringBuilder(head).append('\n');
      new Printer(array.view()).write(text, 0);
      Reference.reachabilityFence(array);
      return text.toString();
    } catch (RuntimeException e) {
      return head + " not computable: " + e.getMessage();
    }
  }

  private long[] positions() {
    Shape shape = Shape.of(dims);
    long[] at = new long[(int) shape.size()];
    for (int i = 0; i < at.length; i++) {
      long rest = i;
      at[i] = view.offset();
      for (int d = dims.length - 1; d >= 0; d--) {
        long index = rest % dims[d];
        rest /= dims[d];
        boolean tail = cut[d] && index >= EDGE;
        at[i] += view.strides()[d] * (tail ? view.shape().dim(d) - 2 * EDGE + index : index);
      }
    }
    return at;
  }

  private String[] integers(long[] at) {
    String[] out = new String[at.length];
    DType type = view.dtype();
    for (int i = 0; i < out.length; i++) {
      long value = Elements.getLong(view.buffer().segment(), type, at[i]);
      out[i] =
          switch (type) {
            case BOOL -> Boolean.toString(value != 0);
            case U64 -> Long.toUnsignedString(value);
            default -> Long.toString(value);
          };
    }
    return out;
  }

  /** Fixed notation with as many decimals as needed, or scientific when the range is wide. */
  private String[] reals(long[] at) {
    double[] values = new double[at.length];
    double largest = 0;
    double smallest = Double.POSITIVE_INFINITY;
    int decimals = 1;
    for (int i = 0; i < at.length; i++) {
      values[i] = Elements.get(view.buffer().segment(), view.dtype(), at[i]);
      double size = Math.abs(values[i]);
      if (Double.isFinite(size) && size > 0) {
        largest = Math.max(largest, size);
        smallest = Math.min(smallest, size);
        decimals = Math.max(decimals, decimals(size));
      }
    }
    boolean scientific = largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1e6;
    String[] out = new String[at.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = real(values[i], scientific ? "%." + DIGITS + "e" : "%." + decimals + "f");
    }
    return out;
  }

  private static int decimals(double size) {
    String text = String.format(Locale.ROOT, "%." + DIGITS + "f", size);
    int end = text.length();
    while (text.charAt(end - 1) == '0') {
      end--;
    }
    return end - text.indexOf('.') - 1;
  }

  private static String real(double value, String format) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    return String.format(Locale.ROOT, format, value);
  }

  private void write(StringBuilder text, int axis) {
    if (axis == dims.length) {
      String cell = cells[next++];
      text.append(" ".repeat(width - cell.length())).append(cell);
      return;
    }
    text.append('[');
    String gap = axis == dims.length - 1 ? ", " : ",\n" + " ".repeat(axis + 1);
    for (long i = 0; i < dims[axis]; i++) {
      if (i > 0) {
        text.append(gap);
      }
      if (cut[axis] && i == EDGE) {
        text.append("...").append(gap);
      }
      write(text, axis + 1);
    }
    text.append(']');
  }
}
