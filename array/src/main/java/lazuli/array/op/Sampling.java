package lazuli.array.op;

import java.util.Arrays;
import lazuli.array.type.ArrayException;
import lazuli.array.type.DType;
import lazuli.array.type.IntegerInfo;
import lazuli.array.type.Promotion;
import lazuli.array.type.Rounding;
import lazuli.array.type.Shape;

/** Random numbers made of uniform and Gumbel ones: the same on every backend and thread count. */
public final class Sampling {
  private Sampling() {}

  private static Node uniform(long key, DType dtype, Shape shape) {
    return Build.random(Distribution.UNIFORM, key, dtype, shape);
  }

  /** {@return whole numbers from low to high - 1, each as likely} */
  public static Node integers(long key, long low, long high, DType dtype, Shape shape) {
    boolean whole = !dtype.isFloat() && dtype != DType.BOOL;
    long range = high - low;
    if (!whole || range <= 0 || range > 1L << 53) {
      throw new ArrayException(
          "randint was given " + low + " to " + high + " and type " + dtype,
          "an integer type, and a low end below the high one by at most 2^53",
          "the high end is not reached: randint(key, 0, 10, shape) gives 0 to 9");
    }
    IntegerInfo info = IntegerInfo.of(dtype);
    if (info.min().compareTo(java.math.BigInteger.valueOf(low)) > 0
        || info.max().compareTo(java.math.BigInteger.valueOf(high - 1)) < 0) {
      throw new ArrayException(
          "randint was given " + low + " to " + high + " and type " + dtype,
          dtype + " holds " + info.min() + " to " + info.max(),
          "use a wider type");
    }
    Node unit = uniform(key, DType.F64, shape);
    Node steps = Build.unary(Unary.FLOOR, Build.mul(unit, Build.scalar(unit, (double) range)));
    Node numbers = Build.cast(steps, DType.I64);
    return Build.cast(Build.add(numbers, Build.scalar(numbers, low)), dtype);
  }

  /** {@return true with a probability} It broadcasts to the shape. */
  public static Node bernoulli(long key, Node probability, Shape shape) {
    if (!probability.aval().dtype().isFloat()) {
      throw new ArrayException(
          "bernoulli was given a probability of type " + probability.aval().dtype(),
          "a floating type",
          "use a number such as 0.5");
    }
    Node unit = uniform(key, DType.F32, shape);
    return Build.lt(unit, Movements.broadcastTo(probability, shape));
  }

  /** {@return normal numbers between two limits} */
  public static Node truncatedNormal(long key, double low, double high, DType dtype, Shape shape) {
    if (!(low < high) || !dtype.isFloat()) {
      throw new ArrayException(
          "truncatedNormal was given " + low + " to " + high + " and type " + dtype,
          "a lower end below the upper one, and a floating type",
          "use normal for numbers without limits");
    }
    DType wide = dtype == DType.F64 ? DType.F64 : DType.F32;
    double from = ErrorFunction.erf(low / Math.sqrt(2));
    double to = ErrorFunction.erf(high / Math.sqrt(2));
    Node unit = uniform(key, wide, shape);
    Node place =
        Build.add(Build.mul(unit, Build.scalar(unit, to - from)), Build.scalar(unit, from));
    Node out = Build.mul(Build.unary(Unary.ERFINV, place), Build.scalar(unit, Math.sqrt(2)));
    double least = Rounding.to(wide, low);
    double most = Rounding.to(wide, high);
    out = Statistics.clip(out, Build.scalar(out, least), Build.scalar(out, most));
    return Build.narrowed(out, dtype);
  }

  /**
   * {@return vectors of a multivariate normal distribution, in a new last dimension} Standard
   * normal vectors times the Cholesky factor of the covariance, plus the mean.
   */
  public static Node multivariateNormal(long key, Node mean, Node covariance, Shape shape) {
    Shape m = mean.aval().shape();
    Shape c = covariance.aval().shape();
    DType type = Promotion.of(mean.aval().dtype(), covariance.aval().dtype());
    if (m.rank() != 1
        || c.rank() != 2
        || c.dim(0) != m.dim(0)
        || c.dim(1) != m.dim(0)
        || !type.isFloat()) {
      throw new ArrayException(
          "multivariateNormal was given a mean "
              + mean.aval()
              + " and a covariance "
              + covariance.aval(),
          "floating types, a mean of n numbers and a symmetric positive definite covariance of n by n",
          "diag(variances) makes one of independent numbers");
    }
    long[] dims = Arrays.copyOf(shape.dims(), shape.rank() + 1);
    dims[shape.rank()] = m.dim(0);
    Node factor = Matrices.cholesky(Build.promote(covariance, type, "covariance"));
    Node standard = Build.random(Distribution.NORMAL, key, type, Shape.of(dims));
    Node spread = Build.matmul(standard, Shapes.swapAxes(factor, 0, 1));
    return Build.add(spread, Build.promote(mean, type, "mean"));
  }

  /**
   * {@return the number of a class, as i32, by unnormalised log probabilities along an axis} The
   * axis is dropped; samples are drawn for each of the others, and count samples in a last
   * dimension unless count is 0.
   */
  public static Node categorical(long key, Node logits, int axis, long count) {
    Shape shape = logits.aval().shape();
    int at = Build.axis("categorical", shape, axis);
    if (!logits.aval().dtype().isFloat() || shape.dim(at) == 0 || count < 0) {
      throw new ArrayException(
          "categorical was given logits " + logits.aval() + " and " + count + " samples",
          "floating logits of at least one class, and 0 samples or more",
          "pass logarithms of probabilities");
    }
    Node last = Build.widened(Shapes.moveAxis(logits, at, -1), "logits");
    if (count > 0) {
      last = Movements.expandDims(last, -2);
      long[] dims = last.aval().shape().dims();
      dims[dims.length - 2] = count;
      last = Movements.broadcastTo(last, Shape.of(dims));
    }
    Node noise = Build.random(Distribution.GUMBEL, key, last.aval().dtype(), last.aval().shape());
    return Build.argReduce(true, Build.add(last, noise), false, -1);
  }

  /** {@return 0 to count - 1, as i32, in random order} */
  public static Node permutation(long key, long count) {
    if (count < 0) {
      throw new ArrayException(
          "permutation was given " + count, "0 or more numbers", "pass a count");
    }
    return Ordering.argSort(uniform(key, DType.F64, Shape.of(count)), 0);
  }

  /** {@return x with the parts along an axis in random order} */
  public static Node permutation(long key, Node x, int axis) {
    int at = Build.axis("permutation", x.aval().shape(), axis);
    return Picking.take(x, permutation(key, x.aval().shape().dim(at)), at);
  }
}
