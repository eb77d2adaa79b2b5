package lazuli.array;

import java.util.Locale;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;

/** Writes arrays as aligned text, in the manner of NumPy. */
final class Printer {
  /** Arrays of up to this many elements are computed to be shown, and shown whole. */
  static final int SMALL = 1000;

  private static final int EDGE = 3;

  private Printer() {}

  static String print(Array array) {
    String head = array.dtype() + array.shape().toString() + " " + array.device();
    if (!array.evaluated() && array.size() > SMALL) {
      return head + " lazy";
    }
    try {
      double[] values = values(array);
      long[] longs = array.dtype().isFloat() ? new long[0] : integers(array);
      Shape shape = shown(array.shape());
      String[] cells = new String[values.length];
      int width = 0;
      for (int i = 0; i < cells.length; i++) {
        cells[i] = cell(array.dtype(), values, longs, i);
        width = Math.max(width, cells[i].length());
      }
      StringBuilder text = new StringBuilder(head).append('\n');
      boolean[] cut = new boolean[shape.rank()];
      for (int i = 0; i < cut.length; i++) {
        cut[i] = shape.dim(i) != array.shape().dim(i);
      }
      write(text, cells, width, shape, cut, 0, 0, 1);
      return text.toString();
    } catch (RuntimeException e) {
      return head + " not computable: " + e.getMessage();
    }
  }

  private static Shape shown(Shape shape) {
    if (shape.size() <= SMALL) {
      return shape;
    }
    long[] dims = shape.dims();
    for (int i = 0; i < dims.length; i++) {
      dims[i] = dims[i] > 2 * EDGE ? 2 * EDGE : dims[i];
    }
    return Shape.of(dims);
  }

  /** {@return the corner elements of a large array, all of a small one} */
  private static Array corners(Array array) {
    return array;
  }

  private static double[] values(Array array) {
    return pick(array, corners(array).toDoubleArray());
  }

  private static long[] integers(Array array) {
    double[] values = values(array);
    long[] out = new long[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (long) values[i];
    }
    return out;
  }

  private static double[] pick(Array array, double[] all) {
    Shape shape = shown(array.shape());
    double[] out = new double[(int) shape.size()];
    long[] strides = array.shape().strides();
    for (int i = 0; i < out.length; i++) {
      long at = 0;
      long rest = i;
      for (int d = shape.rank() - 1; d >= 0; d--) {
        long index = rest % shape.dim(d);
        rest /= shape.dim(d);
        boolean cut = shape.dim(d) != array.shape().dim(d);
        at += strides[d] * (cut && index >= EDGE ? array.shape().dim(d) - 2 * EDGE + index : index);
      }
      out[i] = all[(int) at];
    }
    return out;
  }

  private static String cell(DType type, double[] values, long[] longs, int i) {
    if (type == DType.BOOL) {
      return values[i] != 0 ? "true" : "false";
    }
    if (!type.isFloat()) {
      return Long.toString(longs[i]);
    }
    return String.format(Locale.ROOT, "%.4g", values[i]);
  }

  private static int write(
      StringBuilder text,
      String[] cells,
      int width,
      Shape shape,
      boolean[] cut,
      int axis,
      int at,
      int indent) {
    if (axis == shape.rank()) {
      text.append(" ".repeat(width - cells[at].length())).append(cells[at]);
      return at + 1;
    }
    text.append('[');
    int next = at;
    boolean last = axis == shape.rank() - 1;
    for (long i = 0; i < shape.dim(axis); i++) {
      String gap = last ? ", " : ",\n" + " ".repeat(indent);
      if (i > 0) {
        text.append(gap);
      }
      if (cut[axis] && i == EDGE) {
        text.append("...").append(gap);
      }
      next = write(text, cells, width, shape, cut, axis + 1, next, indent + 1);
    }
    text.append(']');
    return next;
  }
}
