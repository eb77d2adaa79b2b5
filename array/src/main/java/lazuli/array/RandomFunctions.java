package lazuli.array;

import lazuli.array.op.Build;
import lazuli.array.op.Distribution;
import lazuli.array.op.Sampling;
import lazuli.array.type.DType;
import lazuli.array.type.Shape;

/**
 * Random numbers: they depend on the key and the place only, so the same key gives the same numbers
 * on every device and number of threads. None computes.
 */
public abstract sealed class RandomFunctions extends CreationFunctions permits ProductFunctions {
  RandomFunctions() {}

  /**
   * {@return a key for random numbers}
   *
   * @param seed any number
   */
  public static Key key(long seed) {
    return new Key(seed);
  }

  /**
   * {@return normal random numbers of mean 0 and variance 1, in f32}
   *
   * @param key decides the numbers
   * @param shape the shape
   */
  public static Array normal(Key key, long... shape) {
    return normal(key, DType.F32, shape);
  }

  /**
   * {@return normal random numbers of mean 0 and variance 1}
   *
   * @param key decides the numbers; the type only rounds them
   * @param dtype a floating type
   * @param shape the shape
   */
  public static Array normal(Key key, DType dtype, long... shape) {
    return new Array(Build.random(Distribution.NORMAL, key.bits(), dtype, Shape.of(shape)));
  }

  /**
   * {@return random numbers spread evenly over [0, 1), in f32}
   *
   * @param key decides the numbers
   * @param shape the shape
   */
  public static Array uniform(Key key, long... shape) {
    return uniform(key, DType.F32, shape);
  }

  /**
   * {@return random numbers spread evenly over [0, 1)}
   *
   * @param key decides the numbers; the type only truncates them
   * @param dtype a floating type
   * @param shape the shape
   */
  public static Array uniform(Key key, DType dtype, long... shape) {
    return new Array(Build.random(Distribution.UNIFORM, key.bits(), dtype, Shape.of(shape)));
  }

  /**
   * {@return whole numbers from low to high - 1, each as likely, as i32}
   *
   * @param key decides the numbers
   * @param low the smallest
   * @param high one more than the largest
   * @param shape the shape
   */
  public static Array randint(Key key, long low, long high, long... shape) {
    return randint(key, DType.I32, low, high, shape);
  }

  /**
   * {@return whole numbers from low to high - 1, each as likely}
   *
   * @param key decides the numbers
   * @param dtype an integer type
   * @param low the smallest
   * @param high one more than the largest, at most 2^53 above low
   * @param shape the shape
   */
  public static Array randint(Key key, DType dtype, long low, long high, long... shape) {
    return new Array(Sampling.integers(key.bits(), low, high, dtype, Shape.of(shape)));
  }

  /**
   * {@return true with a probability}
   *
   * @param key decides the numbers
   * @param probability of true
   * @param shape the shape
   */
  public static Array bernoulli(Key key, double probability, long... shape) {
    return bernoulli(key, Lazuli.scalar(probability, DType.F32), shape);
  }

  /**
   * {@return true with a probability for each element}
   *
   * @param key decides the numbers
   * @param probability of true; broadcasts to the shape
   * @param shape the shape
   */
  public static Array bernoulli(Key key, Array probability, long... shape) {
    return new Array(Sampling.bernoulli(key.bits(), probability.node(), Shape.of(shape)));
  }

  /**
   * {@return normal random numbers between two limits, in f32}
   *
   * @param key decides the numbers
   * @param low the lower limit
   * @param high the upper limit
   * @param shape the shape
   */
  public static Array truncatedNormal(Key key, double low, double high, long... shape) {
    return new Array(Sampling.truncatedNormal(key.bits(), low, high, DType.F32, Shape.of(shape)));
  }

  /**
   * {@return random numbers of the standard Gumbel distribution, in f32}
   *
   * @param key decides the numbers
   * @param shape the shape
   */
  public static Array gumbel(Key key, long... shape) {
    return new Array(Build.random(Distribution.GUMBEL, key.bits(), DType.F32, Shape.of(shape)));
  }

  /**
   * {@return random numbers of the Laplace distribution of location 0 and scale 1, in f32}
   *
   * @param key decides the numbers
   * @param shape the shape
   */
  public static Array laplace(Key key, long... shape) {
    return new Array(Build.random(Distribution.LAPLACE, key.bits(), DType.F32, Shape.of(shape)));
  }

  /**
   * {@return vectors of a multivariate normal distribution, in the operands' type}
   *
   * @param key decides the numbers
   * @param mean the mean, n numbers
   * @param covariance n by n, symmetric and positive definite; its lower triangle is read, and when
   *     it is evaluated a matrix that is not positive definite is an error
   * @param shape how many vectors; they lie in a last dimension of n
   */
  public static Array multivariateNormal(Key key, Array mean, Array covariance, long... shape) {
    return new Array(
        Sampling.multivariateNormal(key.bits(), mean.node(), covariance.node(), Shape.of(shape)));
  }

  /**
   * {@return for each row the number of a class, as i32}
   *
   * @param key decides the numbers
   * @param logits logarithms of probabilities, up to a constant; classes are the last dimension
   */
  public static Array categorical(Key key, Array logits) {
    return categorical(key, logits, -1, 0);
  }

  /**
   * {@return for each row the numbers of classes, as i32}
   *
   * @param key decides the numbers
   * @param logits logarithms of probabilities, up to a constant
   * @param axis along which classes lie; it is dropped
   * @param count how many are drawn, in a new last dimension; 0 for one without that dimension
   */
  public static Array categorical(Key key, Array logits, int axis, long count) {
    return new Array(Sampling.categorical(key.bits(), logits.node(), axis, count));
  }

  /**
   * {@return 0 to count - 1, as i32, in random order}
   *
   * @param key decides the order
   * @param count how many
   */
  public static Array permutation(Key key, long count) {
    return new Array(Sampling.permutation(key.bits(), count));
  }

  /**
   * {@return the array with its parts along an axis in random order}
   *
   * @param key decides the order
   * @param x the array
   * @param axis the axis, negative from the end
   */
  public static Array permutation(Key key, Array x, int axis) {
    return new Array(Sampling.permutation(key.bits(), x.node(), axis));
  }
}
