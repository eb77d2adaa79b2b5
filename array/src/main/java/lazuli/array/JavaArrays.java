package lazuli.array;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import lazuli.array.backend.Elements;
import lazuli.array.op.Aval;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import lazuli.array.type.Shape;

/** Arrays from and to nested Java arrays and memory segments; {@link Lazuli} inherits them. */
public abstract sealed class JavaArrays extends TransformFunctions permits FileFunctions {
  JavaArrays() {}

  /**
   * {@return an array of nested Java arrays of any depth} {@code double} becomes f32, as everywhere
   * when no type is asked for; other element types keep their width.
   *
   * @param nested such as {@code float[][][]}, copied; of one length at each depth
   * @throws ArrayException if lengths differ or the elements are no numbers or truth values
   */
  public static Array array(Object[] nested) {
    return array(nested, dtype(nested));
  }

  /**
   * {@return an array of nested Java arrays of any depth}
   *
   * @param nested such as {@code float[][][]}, copied; of one length at each depth
   * @param dtype the type to round or convert them to
   * @throws ArrayException if lengths differ or the elements are no numbers or truth values
   */
  public static Array array(Object[] nested, DType dtype) {
    dtype(nested);
    List<Long> sizes = new ArrayList<>();
    for (Object level = nested; level != null && level.getClass().isArray(); ) {
      int length = java.lang.reflect.Array.getLength(level);
      sizes.add((long) length);
      level = level instanceof Object[] inner && length > 0 ? inner[0] : null;
    }
    int depth = depth(nested.getClass());
    while (sizes.size() < depth) {
      sizes.add(0L);
    }
    Shape shape = Shape.of(sizes.stream().mapToLong(Long::longValue).toArray());
    check(nested, shape, 0);
    return new Array(
        Engine.EVALUATOR.give(
            new Aval(shape, dtype, Device.CPU),
            view -> fill(nested, view.buffer().segment(), dtype, 0)));
  }

  /**
   * {@return an i8 array of these values}
   *
   * @param values the values, copied
   */
  public static Array array(byte[] values) {
    return array(MemorySegment.ofArray(values), DType.I8, values.length);
  }

  /**
   * {@return an i16 array of these values}
   *
   * @param values the values, copied
   */
  public static Array array(short[] values) {
    return array(MemorySegment.ofArray(values), DType.I16, values.length);
  }

  /**
   * {@return an array of the elements in a piece of memory, row-major and in the machine's byte
   * order}
   *
   * @param memory the elements, copied; exactly as large as the shape needs
   * @param dtype their type
   * @param shape the shape
   * @throws ArrayException if the memory has another size
   */
  public static Array array(MemorySegment memory, DType dtype, long... shape) {
    Aval aval = new Aval(Shape.of(shape), dtype, Device.CPU);
    if (memory.byteSize() != aval.bytes()) {
      throw new ArrayException(
          "array was given " + memory.byteSize() + " bytes for " + aval,
          "memory of " + aval.bytes() + " bytes",
          "cut it with asSlice, or change the shape");
    }
    return new Array(
        Engine.EVALUATOR.give(
            aval, view -> MemorySegment.copy(memory, 0, view.buffer().segment(), 0, aval.bytes())));
  }

  /**
   * {@return the elements in row-major order and the machine's byte order, computed now, in fresh
   * off-heap memory that lives as long as it is reachable}
   *
   * @param x the array
   */
  public static MemorySegment toMemorySegment(Array x) {
    long bytes = Math.multiplyExact(x.size(), (long) x.dtype().bytes());
    MemorySegment out = Arena.ofAuto().allocate(bytes, 64);
    Elements.read(x.view(), x.dtype(), out);
    Reference.reachabilityFence(x);
    return out;
  }

  /**
   * {@return the rows of a matrix, computed now}
   *
   * @param x [rows, columns]
   * @throws ArrayException if it has another number of dimensions
   */
  public static double[][] toDoubleMatrix(Array x) {
    if (x.rank() != 2) {
      throw new ArrayException(
          "toDoubleMatrix was given " + x.dtype() + x.shape(),
          "[rows, columns]",
          "reshape it, or take a part with get");
    }
    double[] flat = x.toDoubleArray();
    int columns = (int) x.shape().dim(1);
    double[][] rows = new double[(int) x.shape().dim(0)][columns];
    for (int r = 0; r < rows.length; r++) {
      System.arraycopy(flat, r * columns, rows[r], 0, columns);
    }
    return rows;
  }

  private static int depth(Class<?> type) {
    return type.isArray() ? 1 + depth(type.getComponentType()) : 0;
  }

  private static DType dtype(Object[] nested) {
    Class<?> element = nested.getClass();
    while (element.isArray()) {
      element = element.getComponentType();
    }
    return switch (element.getName()) {
      case "boolean" -> DType.BOOL;
      case "byte" -> DType.I8;
      case "short" -> DType.I16;
      case "int" -> DType.I32;
      case "long" -> DType.I64;
      case "float", "double" -> DType.F32;
      default ->
          throw new ArrayException(
              "array was given " + nested.getClass().getSimpleName(),
              "nested Java arrays of numbers or truth values, such as float[][][]",
              element == Array.class ? "use stack or concatenate to join arrays" : "convert them");
    };
  }

  private static void check(Object level, Shape shape, int axis) {
    int length = level == null ? -1 : java.lang.reflect.Array.getLength(level);
    if (length != shape.dim(axis)) {
      throw new ArrayException(
          "array was given "
              + (level == null ? "null" : "a part of length " + length)
              + " beside parts of length "
              + shape.dim(axis)
              + " at depth "
              + axis,
          "parts of one length at each depth",
          "pad the shorter parts");
    }
    if (level instanceof Object[] inner) {
      for (Object part : inner) {
        check(part, shape, axis + 1);
      }
    }
  }

  private static long fill(Object level, MemorySegment to, DType dtype, long start) {
    long at = start;
    switch (level) {
      case Object[] inner -> {
        for (Object part : inner) {
          at = fill(part, to, dtype, at);
        }
      }
      case double[] values -> {
        for (double value : values) {
          Elements.set(to, dtype, at++, value);
        }
      }
      case float[] values -> {
        for (float value : values) {
          Elements.set(to, dtype, at++, value);
        }
      }
      default -> {
        int length = java.lang.reflect.Array.getLength(level);
        for (int i = 0; i < length; i++) {
          long value =
              level instanceof boolean[] truths
                  ? (truths[i] ? 1 : 0)
                  : java.lang.reflect.Array.getLong(level, i);
          Elements.setLong(to, dtype, at++, value);
        }
      }
    }
    return at;
  }
}
