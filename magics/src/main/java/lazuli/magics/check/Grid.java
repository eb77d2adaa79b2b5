package lazuli.magics.check;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import lazuli.array.Array;
import lazuli.array.Lazuli;
import lazuli.array.type.DType;
import org.jspecify.annotations.Nullable;

/**
 * Numbers with a shape, whatever they were given as.
 *
 * @param dims the shape
 * @param values row-major
 * @param dtype its type; Java's float and double count as f32, since most values come from there
 */
record Grid(int[] dims, double[] values, DType dtype) {

  /** {@return the numbers in a value; null when it holds none} */
  static @Nullable Grid of(@Nullable Object value) {
    Array array =
        switch (value) {
          case Array given -> given;
          case Boolean truth -> Lazuli.array(new boolean[] {truth}).reshape();
          case Float number -> Lazuli.scalar(number.doubleValue(), DType.F64);
          case Double number -> Lazuli.scalar(number, DType.F64);
          case Number number -> Lazuli.scalar(number.longValue(), DType.I64);
          case float[] numbers -> Lazuli.array(numbers);
          case double[] numbers -> Lazuli.array(numbers, DType.F64);
          case int[] numbers -> Lazuli.array(numbers);
          case long[] numbers -> Lazuli.array(numbers);
          case boolean[] truths -> Lazuli.array(truths);
          case Object[] nested when nested.getClass().getComponentType().isArray() ->
              nested instanceof double[][] rows
                  ? Lazuli.array(rows, DType.F64)
                  : Lazuli.array(nested);
          case List<?> list
              when !list.isEmpty() && list.stream().allMatch(Number.class::isInstance) ->
              Lazuli.array(
                  list.stream().mapToDouble(x -> ((Number) x).doubleValue()).toArray(), DType.F64);
          case null, default -> null;
        };
    if (array == null) {
      return null;
    }
    int[] dims = Arrays.stream(array.shape().dims()).mapToInt(Math::toIntExact).toArray();
    boolean java = !(value instanceof Array) && array.dtype().isFloat();
    return new Grid(dims, array.toDoubleArray(), java ? DType.F32 : array.dtype());
  }

  int rank() {
    return dims.length;
  }

  /** {@return elements from one place of an axis to the next} */
  int stride(int axis) {
    int stride = 1;
    for (int i = axis + 1; i < dims.length; i++) {
      stride *= dims[i];
    }
    return stride;
  }

  /** {@return the place of an element along an axis} */
  int place(int element, int axis) {
    return element / stride(axis) % dims[axis];
  }

  /** {@return an element's indices, such as {@code [0,3]}; empty for a scalar} */
  String index(int element) {
    StringBuilder text = new StringBuilder("[");
    for (int axis = 0; axis < dims.length; axis++) {
      text.append(axis == 0 ? "" : ",").append(place(element, axis));
    }
    return dims.length == 0 ? "" : text.append(']').toString();
  }

  /** {@return these numbers with the axes in another order} */
  Grid permuted(int... order) {
    int[] to = new int[order.length];
    for (int axis = 0; axis < order.length; axis++) {
      to[axis] = dims[order[axis]];
    }
    Grid out = new Grid(to, new double[values.length], dtype);
    for (int i = 0; i < values.length; i++) {
      int from = 0;
      for (int axis = 0; axis < order.length; axis++) {
        from += out.place(i, axis) * stride(order[axis]);
      }
      out.values[i] = values[from];
    }
    return out;
  }

  /** {@return sums along an axis, at the places of its first elements; other places are 0} */
  boolean sumsToOne(int axis) {
    double[] sums = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      sums[i - place(i, axis) * stride(axis)] += values[i];
    }
    for (int i = 0; i < values.length; i++) {
      if (place(i, axis) == 0 && !(Math.abs(sums[i] - 1) < 0.01)) {
        return false;
      }
    }
    return values.length > 0 && dims[axis] > 1;
  }

  /** {@return shape and type, such as {@code f32 [2,3]}} */
  String text() {
    return dtype.label()
        + Arrays.stream(dims)
            .mapToObj(Integer::toString)
            .collect(Collectors.joining(",", " [", "]"));
  }
}
