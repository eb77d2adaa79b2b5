package lazuli.array.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/** Sizes that cannot overflow, and bytes that become elements. */
final class Layout {
  /** The most dimensions of an array in a file; NumPy's limit too. */
  static final int MOST_DIMENSIONS = 64;

  private Layout() {}

  /**
   * The number of elements of a shape, or -1 when a size is negative, there are too many, or the
   * product leaves 64 bits in any order of multiplication.
   */
  static long elements(long[] dims) {
    if (dims.length > MOST_DIMENSIONS) {
      return -1;
    }
    long nonZero = 1;
    boolean empty = false;
    for (long dim : dims) {
      if (dim < 0 || dim != 0 && nonZero > Long.MAX_VALUE / 64 / dim) {
        return -1;
      }
      nonZero *= Math.max(1, dim);
      empty |= dim == 0;
    }
    return empty ? 0 : nonZero;
  }

  /** How the elements in a range of mapped bytes are had; the range has their exact size. */
  static Content content(DType dtype, MemorySegment bytes, boolean bigEndian) {
    int width = dtype.bytes();
    boolean aligned = bytes.address() % width == 0;
    boolean swapped = bigEndian != (ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN) && width > 1;
    if (aligned && !swapped && dtype != DType.BOOL) {
      return new Content.Mapped(bytes);
    }
    return new Content.Decoded(
        to -> {
          to.copyFrom(bytes);
          settle(dtype, to, bigEndian);
        });
  }

  /** Makes elements of bytes that were copied as they lie in the file. */
  static void settle(DType dtype, MemorySegment to, boolean bigEndian) {
    if (dtype == DType.BOOL) {
      for (long i = 0; i < to.byteSize(); i++) {
        if ((to.get(ValueLayout.JAVA_BYTE, i) & ~1) != 0) {
          to.set(ValueLayout.JAVA_BYTE, i, (byte) 1);
        }
      }
    }
    ValueLayout unit = unit(dtype.bytes());
    if (unit != null) {
      ByteOrder order = bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
      long count = to.byteSize() / dtype.bytes();
      MemorySegment.copy(
          to, unit.withOrder(order), 0, to, unit.withOrder(ByteOrder.nativeOrder()), 0, count);
    }
  }

  private static @Nullable ValueLayout unit(int bytes) {
    return switch (bytes) {
      case 2 -> ValueLayout.JAVA_SHORT_UNALIGNED;
      case 4 -> ValueLayout.JAVA_INT_UNALIGNED;
      case 8 -> ValueLayout.JAVA_LONG_UNALIGNED;
      default -> null;
    };
  }

  /** Dimensions as text, such as {@code [2,3]}, whatever they are. */
  static String text(long[] dims) {
    int shown = Math.min(dims.length, 8);
    StringBuilder out = new StringBuilder("[");
    for (int i = 0; i < shown; i++) {
      out.append(i == 0 ? "" : ",").append(dims[i]);
    }
    return out.append(shown < dims.length ? ",...]" : "]").toString();
  }

  /** Dimensions in the opposite order. */
  static long[] reversed(long[] dims) {
    long[] out = new long[dims.length];
    for (int i = 0; i < dims.length; i++) {
      out[i] = dims[dims.length - 1 - i];
    }
    return out;
  }
}
