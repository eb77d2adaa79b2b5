package lazuli.array.op;

import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.Promotion;
import lazuli.array.type.Shape;

/** Measures over some dimensions, comparisons of whole arrays, and clipping. */
public final class Statistics {
  private Statistics() {}

  /** {@return the mean square of the distance from the mean, in two passes; half types widened} */
  public static Node variance(Node x, boolean keep, double ddof, int... axes) {
    Node in = Build.promote(x, Promotion.lifted(x.aval().dtype()), "x");
    DType type = in.aval().dtype();
    return Build.narrowed(wideVariance(in, "var", keep, ddof, axes), type);
  }

  private static Node wideVariance(Node in, String op, boolean keep, double ddof, int... axes) {
    Axes set = Build.axes(op, in.aval().shape(), axes);
    long count = set.count(in.aval().shape());
    Node wide = Build.widened(in, "x");
    int[] over = set.toArray();
    if (over.length == 0) {
      return Build.mul(Build.sub(wide, wide), Build.scalar(wide, 1 / Math.max(0, 1 - ddof)));
    }
    Node far = Build.sub(wide, Build.reduce(Reduction.MEAN, wide, true, over));
    Node sum = Build.reduce(Reduction.SUM, Build.unary(Unary.SQUARE, far), keep, over);
    return Build.div(sum, Build.scalar(sum, Math.max(0, count - ddof)));
  }

  /** {@return the square root of the variance} */
  public static Node deviation(Node x, boolean keep, double ddof, int... axes) {
    Node in = Build.promote(x, Promotion.lifted(x.aval().dtype()), "x");
    DType type = in.aval().dtype();
    return Build.narrowed(Build.sqrt(wideVariance(in, "std", keep, ddof, axes)), type);
  }

  /** {@return how many elements are not 0, as i32} */
  public static Node countNonzero(Node x, boolean keep, int... axes) {
    Node truth = Build.promote(x, DType.BOOL, "x");
    return Build.reduce(Reduction.SUM, truth, keep, axes);
  }

  /** {@return log of the sum of exp(x) over some dimensions, without overflow} */
  public static Node logSumExp(Node x, boolean keep, int... axes) {
    Shape shape = x.aval().shape();
    Axes set = Build.axes("logSumExp", shape, axes);
    Node in = Build.promote(x, Promotion.lifted(x.aval().dtype()), "x");
    Node out =
        set.toArray().length == 1
            ? Build.logSumExp(in, set.toArray()[0], false)
            : Build.logSumExp(Lines.last(in, set), -1, false);
    return keep ? Movements.reshape(out, set.kept(shape)) : out;
  }

  /** {@return whether the elements are near each other: |a - b| at most atol + rtol * |b|} */
  public static Node isClose(Node a, Node b, double rtol, double atol, boolean equalNan) {
    DType type = Promotion.lifted(Promotion.of(a.aval().dtype(), b.aval().dtype()));
    DType wide = Promotion.computed(type);
    Node x = Build.promote(a, wide, "a");
    Node y = Build.promote(b, wide, "b");
    Node far = Build.unary(Unary.ABS, Build.sub(x, y));
    Node size = Build.unary(Unary.ABS, y);
    Node allowed = Build.add(Build.scalar(size, atol), Build.mul(Build.scalar(size, rtol), size));
    Node near =
        Build.binary(Binary.LOGICAL_AND, Build.le(far, allowed), Build.unary(Unary.IS_FINITE, y));
    // Equal infinities are close; their difference is NaN.
    Node close = Build.binary(Binary.LOGICAL_OR, near, Build.binary(Binary.EQ, x, y));
    if (!equalNan) {
      return close;
    }
    Node both =
        Build.binary(
            Binary.LOGICAL_AND, Build.unary(Unary.IS_NAN, x), Build.unary(Unary.IS_NAN, y));
    return Build.binary(Binary.LOGICAL_OR, close, both);
  }

  /** {@return whether every element is near, as one bool} */
  public static Node allClose(Node a, Node b, double rtol, double atol, boolean equalNan) {
    return Build.reduce(Reduction.ALL, isClose(a, b, rtol, atol, equalNan), false);
  }

  /** {@return whether shapes and all elements are equal, as one bool} */
  public static Node arrayEqual(Node a, Node b, boolean equalNan) {
    if (!a.aval().shape().equals(b.aval().shape())) {
      return Build.fill(DType.BOOL, Shape.SCALAR, 0L);
    }
    Node same = Build.binary(Binary.EQ, a, b);
    if (equalNan) {
      Node nan =
          Build.binary(
              Binary.LOGICAL_AND, Build.unary(Unary.IS_NAN, a), Build.unary(Unary.IS_NAN, b));
      same = Build.binary(Binary.LOGICAL_OR, same, nan);
    }
    return Build.reduce(Reduction.ALL, same, false);
  }

  /** {@return x with NaN and infinities replaced} */
  public static Node nanToNum(Node x, double nan, double high, double low) {
    if (!x.aval().dtype().isFloat()) {
      return x;
    }
    DType type = x.aval().dtype();
    Node out = Build.where(Build.unary(Unary.IS_NAN, x), Build.fill(type, Shape.SCALAR, nan), x);
    out = Build.where(Build.unary(Unary.IS_POS_INF, x), Build.fill(type, Shape.SCALAR, high), out);
    return Build.where(Build.unary(Unary.IS_NEG_INF, x), Build.fill(type, Shape.SCALAR, low), out);
  }

  /** {@return x limited to an interval} */
  public static Node clip(Node x, Node low, Node high) {
    return Build.binary(Binary.MINIMUM, Build.binary(Binary.MAXIMUM, x, low), high);
  }

  /** {@return x rounded to decimals, halves to even} */
  public static Node round(Node x, int decimals) {
    if (!x.aval().dtype().isFloat()) {
      if (decimals >= 0) {
        return x;
      }
      throw new ArrayException(
          "round was given " + decimals + " decimals for " + x.aval(),
          "0 decimals or more for integers",
          "convert first, such as x.astype(F64)");
    }
    DType type = x.aval().dtype();
    Node wide = Build.widened(x, "x");
    double scale = Math.pow(10, Math.abs(decimals));
    Node by = Build.scalar(wide, scale);
    Node out =
        decimals >= 0
            ? Build.div(Build.unary(Unary.ROUND, Build.mul(wide, by)), by)
            : Build.mul(Build.unary(Unary.ROUND, Build.div(wide, by)), by);
    return Build.narrowed(out, type);
  }
}
