package lazuli.array.op;

import java.util.Arrays;
import lazuli.array.type.Shape;

/**
 * A set of dimensions.
 *
 * @param mask bit i is set when dimension i belongs to it
 */
public record Axes(long mask) {
  /**
   * {@return the set of one dimension}
   *
   * @param axis from 0
   */
  public static Axes of(int axis) {
    return new Axes(1L << axis);
  }

  /**
   * {@return every dimension}
   *
   * @param rank how many there are
   */
  public static Axes all(int rank) {
    return new Axes((1L << rank) - 1);
  }

  /**
   * {@return whether the dimension belongs to it}
   *
   * @param axis from 0
   */
  public boolean contains(int axis) {
    return (mask >>> axis & 1) != 0;
  }

  /**
   * {@return the shape with these dimensions of size 1}
   *
   * @param shape the shape before
   */
  public Shape kept(Shape shape) {
    long[] dims = shape.dims();
    for (int i = 0; i < dims.length; i++) {
      if (contains(i)) {
        dims[i] = 1;
      }
    }
    return Shape.of(dims);
  }

  /**
   * {@return the shape without these dimensions}
   *
   * @param shape the shape before
   */
  public Shape dropped(Shape shape) {
    long[] dims = new long[shape.rank() - Long.bitCount(mask)];
    int n = 0;
    for (int i = 0; i < shape.rank(); i++) {
      if (!contains(i)) {
        dims[n++] = shape.dim(i);
      }
    }
    return Shape.of(dims);
  }

  /**
   * {@return how many elements they hold together}
   *
   * @param shape the shape
   */
  public long count(Shape shape) {
    long n = 1;
    for (int i = 0; i < shape.rank(); i++) {
      if (contains(i)) {
        n *= shape.dim(i);
      }
    }
    return n;
  }

  /** {@return the dimensions, in order} */
  public int[] toArray() {
    int[] axes = new int[Long.bitCount(mask)];
    int n = 0;
    for (int i = 0; n < axes.length; i++) {
      if (contains(i)) {
        axes[n++] = i;
      }
    }
    return axes;
  }

  @Override
  public String toString() {
    return Arrays.toString(toArray());
  }

  /**
   * Some dimensions apart from the others.
   *
   * @param chosen the dimensions, in the order asked for
   * @param others the others, in order
   */
  record Order(int[] chosen, int[] others) {
    static Order of(String op, Shape shape, int... axes) {
      long mask = Build.axes(op, shape, axes).mask();
      int[] chosen = new int[axes.length];
      for (int i = 0; i < axes.length; i++) {
        chosen[i] = Build.axis(op, shape, axes[i]);
      }
      return new Order(
          chosen,
          axes.length == 0
              ? all(shape.rank()).toArray()
              : new Axes(all(shape.rank()).mask & ~mask).toArray());
    }

    /** {@return all dimensions, the chosen ones last} */
    int[] last() {
      int[] order = Arrays.copyOf(others, others.length + chosen.length);
      System.arraycopy(chosen, 0, order, others.length, chosen.length);
      return order;
    }

    /** {@return all dimensions, the chosen ones first} */
    int[] first() {
      int[] order = Arrays.copyOf(chosen, others.length + chosen.length);
      System.arraycopy(others, 0, order, chosen.length, others.length);
      return order;
    }
  }
}
