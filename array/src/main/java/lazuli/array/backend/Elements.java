package lazuli.array.backend;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import lazuli.array.type.DType;
import lazuli.array.type.Rounding;
import lazuli.array.type.Shape;

/** Plain access to the elements of host memory: correct for every type and stride, not fast. */
public final class Elements {
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;

  private Elements() {}

  /**
   * {@return the positions of a view's elements in its buffer, in row-major order, in elements}
   *
   * @param view the view, of fewer than 2^31 elements
   */
  public static long[] positions(View view) {
    return positions(view.shape(), view.strides(), view.offset());
  }

  /**
   * {@return the positions of strided elements, in row-major order}
   *
   * @param shape the shape
   * @param strides the distance in each dimension
   * @param offset the position of element 0
   */
  public static long[] positions(Shape shape, long[] strides, long offset) {
    int n = Math.toIntExact(shape.size());
    long[] at = new long[n];
    int rank = shape.rank();
    long[] dims = shape.dims();
    long[] index = new long[rank];
    long position = offset;
    for (int i = 0; i < n; i++) {
      at[i] = position;
      for (int d = rank - 1; d >= 0; d--) {
        position += strides[d];
        if (++index[d] < dims[d]) {
          break;
        }
        position -= dims[d] * strides[d];
        index[d] = 0;
      }
    }
    return at;
  }

  /**
   * {@return one element as float64}
   *
   * @param memory the buffer's memory
   * @param type the element type
   * @param at the position in elements
   */
  public static double get(MemorySegment memory, DType type, long at) {
    return switch (type) {
      case F64 -> memory.get(DOUBLE, at * 8);
      case F32 -> memory.get(FLOAT, at * 4);
      case F16 -> Float.float16ToFloat(memory.get(SHORT, at * 2));
      case BF16 -> Rounding.bf16(memory.get(SHORT, at * 2));
      case F8_E4M3, F8_E5M2 -> Rounding.f8(type, memory.get(ValueLayout.JAVA_BYTE, at));
      case U64 -> unsigned(memory.get(LONG, at * 8));
      case BOOL, U8, U16, U32, I8, I16, I32, I64 -> getLong(memory, type, at);
    };
  }

  /**
   * {@return one element as a 64-bit integer; floating values lose their fraction, u64 keeps its
   * bits}
   *
   * @param memory the buffer's memory
   * @param type the element type
   * @param at the position in elements
   */
  public static long getLong(MemorySegment memory, DType type, long at) {
    return switch (type) {
      case BOOL, I8 -> memory.get(ValueLayout.JAVA_BYTE, at);
      case U8 -> memory.get(ValueLayout.JAVA_BYTE, at) & 0xff;
      case I16 -> memory.get(SHORT, at * 2);
      case U16 -> memory.get(SHORT, at * 2) & 0xffff;
      case I32 -> memory.get(INT, at * 4);
      case U32 -> memory.get(INT, at * 4) & 0xffff_ffffL;
      case I64, U64 -> memory.get(LONG, at * 8);
      case F16, BF16, F32, F64, F8_E4M3, F8_E5M2 -> (long) get(memory, type, at);
    };
  }

  /**
   * Stores one element, rounded once; integer types as {@link Rounding#integer} says.
   *
   * @param memory the buffer's memory
   * @param type the element type
   * @param at the position in elements
   * @param value the value
   */
  public static void set(MemorySegment memory, DType type, long at, double value) {
    switch (type) {
      case F64 -> memory.set(DOUBLE, at * 8, value);
      case F32 -> memory.set(FLOAT, at * 4, (float) value);
      case F16 -> memory.set(SHORT, at * 2, Rounding.f16(value));
      case BF16 -> memory.set(SHORT, at * 2, Rounding.bf16(value));
      case F8_E4M3, F8_E5M2 -> memory.set(ValueLayout.JAVA_BYTE, at, Rounding.f8(type, value));
      case BOOL -> memory.set(ValueLayout.JAVA_BYTE, at, (byte) (value != 0 ? 1 : 0));
      case U8, U16, U32, U64, I8, I16, I32, I64 ->
          setLong(memory, type, at, Rounding.integer(type, value));
    }
  }

  /**
   * Stores one element, wrapped at the type's width.
   *
   * @param memory the buffer's memory
   * @param type the element type
   * @param at the position in elements
   * @param value the value
   */
  public static void setLong(MemorySegment memory, DType type, long at, long value) {
    switch (type) {
      case BOOL -> memory.set(ValueLayout.JAVA_BYTE, at, (byte) (value != 0 ? 1 : 0));
      case U8, I8 -> memory.set(ValueLayout.JAVA_BYTE, at, (byte) value);
      case U16, I16 -> memory.set(SHORT, at * 2, (short) value);
      case U32, I32 -> memory.set(INT, at * 4, (int) value);
      case U64, I64 -> memory.set(LONG, at * 8, value);
      case F16, BF16, F32, F64, F8_E4M3, F8_E5M2 -> set(memory, type, at, value);
    }
  }

  /**
   * Copies a view's elements, converted, in row-major order.
   *
   * @param from the view
   * @param type the type to convert to
   * @param to where the elements go, from its start
   */
  public static void read(View from, DType type, MemorySegment to) {
    MemorySegment memory = from.buffer().segment();
    long n = from.shape().size();
    if (from.dtype() == type && from.isContiguous()) {
      MemorySegment.copy(memory, from.offset() * type.bytes(), to, 0, n * type.bytes());
      return;
    }
    if (from.dtype() == type) {
      gather(from, memory, to);
      return;
    }
    boolean real = from.dtype().isFloat();
    boolean unsigned = from.dtype() == DType.U64 && type.isFloat();
    Cursor cursor = new Cursor(from);
    for (long i = 0; i < n; i++) {
      long at = cursor.next();
      if (real || unsigned) {
        set(to, type, i, get(memory, from.dtype(), at));
      } else {
        setLong(to, type, i, getLong(memory, from.dtype(), at));
      }
    }
  }

  /** As whole numbers of their width: a NaN keeps every bit. */
  private static void gather(View from, MemorySegment memory, MemorySegment to) {
    long n = from.shape().size();
    Cursor cursor = new Cursor(from);
    switch (from.dtype().bytes()) {
      case 1 -> {
        for (long i = 0; i < n; i++) {
          to.set(ValueLayout.JAVA_BYTE, i, memory.get(ValueLayout.JAVA_BYTE, cursor.next()));
        }
      }
      case 2 -> {
        for (long i = 0; i < n; i++) {
          to.set(SHORT, 2 * i, memory.get(SHORT, 2 * cursor.next()));
        }
      }
      case 4 -> {
        for (long i = 0; i < n; i++) {
          to.set(INT, 4 * i, memory.get(INT, 4 * cursor.next()));
        }
      }
      default -> {
        for (long i = 0; i < n; i++) {
          to.set(LONG, 8 * i, memory.get(LONG, 8 * cursor.next()));
        }
      }
    }
  }

  /** Walks the positions of strided elements in row-major order. */
  private static final class Cursor {
    private final long[] dims;
    private final long[] strides;
    private final long[] index;
    private long position;

    private Cursor(View view) {
      dims = view.shape().dims();
      strides = view.strides();
      index = new long[dims.length];
      position = view.offset();
    }

    private long next() {
      long at = position;
      for (int d = dims.length - 1; d >= 0; d--) {
        position += strides[d];
        if (++index[d] < dims[d]) {
          break;
        }
        position -= dims[d] * strides[d];
        index[d] = 0;
      }
      return at;
    }
  }

  private static double unsigned(long bits) {
    return bits >= 0 ? bits : ((bits >>> 1) | (bits & 1)) * 2.0;
  }
}
