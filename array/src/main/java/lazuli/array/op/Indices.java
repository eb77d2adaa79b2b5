package lazuli.array.op;

import java.util.Arrays;
import lazuli.array.type.ArrayException;
import lazuli.array.type.Shape;

/** Values of index arrays, checked when an operation runs. */
public final class Indices {
  private Indices() {}

  /**
   * {@return the index counted from 0}
   *
   * @param op the operation, for the error
   * @param index the value, negative from the end
   * @param size the size of the indexed dimension
   * @param axis the indexed dimension, for the error
   * @param at the number of the element in the index array, for the error
   * @param indices the shape of the index array, for the error
   * @throws ArrayException if there is no such element
   */
  public static long check(String op, long index, long size, int axis, long at, Shape indices) {
    if (index < -size || index >= size) {
      long[] place = new long[indices.rank()];
      long rest = at;
      for (int i = place.length - 1; i >= 0; i--) {
        place[i] = rest % indices.dim(i);
        rest /= indices.dim(i);
      }
      throw new ArrayException(
          op
              + " was given index "
              + index
              + " (element "
              + Arrays.toString(place).replace(" ", "")
              + " of the index array) for axis "
              + axis
              + " of size "
              + size,
          size == 0 ? "no index: the axis is empty" : "indices from " + -size + " to " + (size - 1),
          "find bad indices with idx.ge("
              + size
              + "), or limit them with idx.clip(0, "
              + Math.max(0, size - 1)
              + ")");
    }
    return index < 0 ? index + size : index;
  }
}
